"""`jianyan serve` told to end: what members sent is written and acknowledged, on both servers."""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest

from consultations.models import Vote
from tests import servers
from tests.conftest import database_url
from tests.processes import DEADLINE, listening, wait_until
from tests.realtime.conftest import Hall, make_hall
from tests.realtime.readers import cookie, reading, sign_in
from tests.realtime.test_processes import locked


@pytest.fixture(params=["daphne", "uvicorn"])
def stoppable(request: pytest.FixtureRequest, transactional_db: None, tmp_path: Path) -> Iterator[Hall]:
    """A hall on a site of its own, on each server."""
    with servers.site(
        tmp_path, "--server", request.param, JIANYAN_ENV="test", DATABASE_URL=database_url()
    ) as site:
        yield make_hall(site)


def test_votes_sent_just_before_the_end_are_acknowledged_and_the_sockets_closed_with_1012(
    stoppable: Hall,
) -> None:
    hall = stoppable
    with (
        reading(hall.url, hall.topic.pk, session=sign_in(hall.member)) as member,
        reading(hall.url, hall.topic.pk, session=sign_in(hall.other)) as other,
        reading(hall.url, hall.topic.pk) as audience,
    ):
        for reader in (member, other, audience):
            reader.next("welcome")
        with locked(hall.topic):
            # Whoever of the two is written first, the end comes while both wait.
            refs = [reader.vote(hall.suggestion.pk) for reader in (member, other)]
            received(other.socket.ping())
            received(member.socket.ping())
            hall.site.process.terminate()
            wait_until(lambda: not listening(hall.site.port), process=hall.site.process, log=hall.site.log)
        assert [reader.next("ack")["refs"] for reader in (member, other)] == [[ref] for ref in refs]
        assert [reader.closed() for reader in (member, other, audience)] == [1012] * 3
    assert hall.site.process.wait(DEADLINE) == 0
    assert Vote.objects.filter(choice="support").count() == 2
    assert "Traceback" not in hall.site.log.read_text()


def received(pong: threading.Event) -> None:
    """The server has read everything that came before the ping."""
    assert pong.wait(DEADLINE)


def test_what_is_sent_after_ctrl_c_is_refused_and_not_lost_without_a_word(stoppable: Hall) -> None:
    hall = stoppable
    with reading(hall.url, hall.topic.pk, session=sign_in(hall.member)) as member:
        member.next("welcome")
        with locked(hall.topic):
            first = member.vote(hall.suggestion.pk)
            received(member.socket.ping())
            hall.site.process.send_signal(signal.SIGINT)
            wait_until(lambda: not listening(hall.site.port), process=hall.site.process, log=hall.site.log)
            late = member.vote(hall.suggestion.pk, None)
            refused = member.next("refused")
        assert (refused["ref"], refused["code"]) == (late, "try_again")
        assert member.next("ack")["refs"] == [first]
        assert member.closed() == 1012
    assert hall.site.process.wait(DEADLINE) == 0


def test_a_request_under_way_is_answered_before_the_end(stoppable: Hall) -> None:
    hall, session = stoppable, sign_in(stoppable.member)
    with (
        reading(hall.url, hall.topic.pk) as audience,
        closing(HTTPConnection("127.0.0.1", hall.site.port, timeout=DEADLINE)) as connection,
    ):
        audience.next("welcome")
        connection.request("GET", "/accounts/login/")
        connection.getresponse().read()
        with locked(hall.topic):
            post_vote(connection, hall, session)
            # The connection was there before the ping was sent, and so was all of the request.
            received(audience.socket.ping())
            hall.site.process.terminate()
            wait_until(lambda: not listening(hall.site.port), process=hall.site.process, log=hall.site.log)
        answer = connection.getresponse()
        assert (answer.status, json.loads(answer.read())["type"]) == (200, "ack")
        assert audience.closed() == 1012
    assert hall.site.process.wait(DEADLINE) == 0
    assert Vote.objects.get().choice == "support"


def post_vote(connection: HTTPConnection, hall: Hall, session: str) -> None:
    """As the page's form does it, without waiting for the answer."""
    token = "t" * 32
    fields = {"csrfmiddlewaretoken": token, "suggestion": hall.suggestion.pk, "choice": "support"}
    connection.request(
        "POST",
        f"/topics/{hall.topic.pk}/votes",
        body=urlencode(fields),
        headers={
            "Accept": "application/json",
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": cookie(session, f"csrftoken={token}"),
            "Origin": hall.site.url,
        },
    )
