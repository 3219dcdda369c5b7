"""`jianyan simulate` on a real site."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.utils import timezone

from consultations.models import Topic
from consultations.queries.journal_check import check_journal
from tests.consultations.factories import make_suggestion, make_topic
from tests.jianyan.accounts.factories import make_county, make_member, make_moderator
from tests.servers import Site, run_jianyan

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def topic(transactional_db: None) -> Topic:
    """Open, with one published suggestion and eight members who may vote for it."""
    county = make_county()
    topic = make_topic(county, opens_at=timezone.now() - 5 * MINUTE)
    make_suggestion(topic, make_member(county, "林栖云"), publish_by=make_moderator(county))
    for number in range(7):
        make_member(county, f"委员{number}")
    return topic


def simulate(site: Site, topic_id: int, *arguments: str) -> tuple[int, str]:
    done = run_jianyan(
        *("simulate", "--topic", str(topic_id), "--url", site.url, "--rate", "40", "--seconds", "1.5"),
        *arguments,
        environment=site.environment,
    )
    return done.returncode, done.stdout + done.stderr


def test_it_shows_progress_and_prints_what_was_acknowledged(site: Site, topic: Topic) -> None:
    code, output = simulate(site, topic.pk, "--members", "8")
    assert code == 0, output
    assert "8 connected, " in output
    found = re.search(r"Acknowledged: (\d+) ", output)
    assert found is not None
    assert int(found.group(1)) > 30
    assert "Without an answer: 0" in output
    assert re.search(r"Latency: median \d+ ms, 99 % within \d+ ms", output)
    assert check_journal(topic.pk).faults == ()


def test_more_members_than_have_a_voice_are_refused_in_one_line(site: Site, topic: Topic) -> None:
    assert simulate(site, topic.pk, "--members", "9") == (
        1,
        "jianyan: Only 8 members have a voice in this topic.\n",
    )


def test_an_unknown_topic_is_refused_in_one_line(site: Site, topic: Topic) -> None:
    code, output = simulate(site, topic.pk + 1)
    assert (code, output.count("\n")) == (1, 1)


def test_a_site_that_is_not_there_is_said_in_one_line(site: Site, topic: Topic, unused_tcp_port: int) -> None:
    nowhere = f"http://127.0.0.1:{unused_tcp_port}"
    code, output = simulate(site, topic.pk, "--members", "1", "--url", nowhere)
    assert (code, output.count("\n")) == (1, 1)
    assert nowhere in output


def test_it_does_not_vote_in_the_names_of_real_members(transactional_db: None, site: Site) -> None:
    done = run_jianyan(
        *("simulate", "--topic", "1"),
        environment={
            **site.environment,
            "JIANYAN_ENV": "prod",
            "ALLOWED_HOSTS": "jianyan.example",
            "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz",
        },
    )
    assert done.returncode == 2
    assert "not for production" in done.stderr
