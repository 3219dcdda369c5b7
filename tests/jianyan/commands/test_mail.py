"""E-mails leave the machine: `jianyan mail`, and the running site by itself; to a real mail server."""

from __future__ import annotations

import urllib.request
from pathlib import Path

import pytest
from django.test import override_settings
from django.utils import timezone

from consultations.actions.notifying import notify_people
from consultations.enums import News
from consultations.models import Notification, NotificationChoice
from jianyan.accounts.models import User
from tests import servers
from tests.conftest import database_url
from tests.consultations.factories import MINUTE, make_suggestion, make_topic
from tests.jianyan.accounts.factories import make_county, make_member
from tests.mail_server import MailServer, mail_server
from tests.processes import wait_until
from tests.servers import jianyan_environment, run_jianyan

pytestmark = pytest.mark.django_db(transaction=True)


def told_by_mail(count: int) -> list[User]:
    """So many people who are to be told something by e-mail, now."""
    county = make_county()
    topic = make_topic(county, opens_at=timezone.now() - 5 * MINUTE)
    suggestion = make_suggestion(topic, make_member(county))
    people = [make_member(county, f"委员{number}") for number in range(count)]
    for number, person in enumerate(people):
        person.email = f"m{number}@county.example"
        person.save()
        NotificationChoice.objects.create(user=person, mailed=[News.COSIGN])
    with override_settings(MAILS=True):
        notify_people(topic, News.COSIGN, [one.pk for one in people], suggestion, 7, timezone.now())
    return people


def variables(server: MailServer) -> dict[str, str]:
    return {
        "DATABASE_URL": database_url(),
        "EMAIL_URL": server.url(),
        "EMAIL_FROM": "jianyan@county.example",
        "SITE_URL": "https://jianyan.example/",
    }


def test_the_command_sends_what_waits_and_says_how_much() -> None:
    people = told_by_mail(120)
    with mail_server() as server:
        server.answers = {"m0@county.example": "550 no such mailbox", "m1@county.example": "450 later"}
        environment = jianyan_environment(**variables(server))
        done = run_jianyan("mail", environment=environment)
        assert (done.returncode, done.stdout) == (
            0,
            "118 mails sent, 1 refused by the server, 1 put off.\n",
        )
        again = run_jianyan("mail", environment=environment)
        assert again.stdout == "0 mails sent, 0 refused by the server, 0 put off.\n"
        assert len(server.taken) == 118
        assert set(server.recipients) == {person.email for person in people[2:]}
        assert "https://jianyan.example/notifications/" in server.taken[0][1].get_content()


def test_without_a_server_for_mail_there_is_nothing_to_do() -> None:
    done = run_jianyan("mail", environment=jianyan_environment(DATABASE_URL=database_url()))
    assert (done.returncode, done.stderr) == (2, "jianyan: EMAIL_URL is not set, so no mail goes out.\n")


def test_a_server_that_is_not_there_is_said_in_one_line_and_loses_nothing() -> None:
    told_by_mail(1)
    with mail_server() as server:
        environment = jianyan_environment(**variables(server) | {"EMAIL_URL": "smtp://127.0.0.1:1"})
    done = run_jianyan("mail", environment=environment)
    assert (done.returncode, done.stderr) == (1, "jianyan: The mail server failed: Connection refused\n")
    assert Notification.objects.filter(mailed_at=None).count() == 1


def test_the_site_sends_by_itself_and_two_workers_send_nothing_twice(tmp_path: Path, redis_url: str) -> None:
    people = told_by_mail(60)
    with (
        mail_server() as server,
        servers.site(
            tmp_path / "site",
            "--workers",
            "2",
            port=None,
            JIANYAN_ENV="test",
            REDIS_URL=redis_url,
            **variables(server),
        ) as site,
    ):
        # Each worker begins with its first request, and which of them answers is the system's to say.
        for _request in range(16):
            urllib.request.urlopen(f"{site.url}/accounts/login/").close()
        wait_until(lambda: len(server.taken) >= len(people), process=site.process, log=site.log)
        assert site.stop() == 0
    assert sorted(server.recipients) == sorted(person.email for person in people)
