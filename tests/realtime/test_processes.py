"""Two processes on one database with Redis between them, and while Redis is gone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic

import pytest
from django.db import connection
from django.utils import timezone

from consultations.actions.moderation import publish_suggestion
from consultations.models import Topic, Vote
from tests import servers
from tests.conftest import database_url
from tests.consultations.factories import actor
from tests.realtime.conftest import Hall, make_hall
from tests.realtime.readers import reading, sign_in
from tests.realtime.test_leaving import log_out
from tests.servers import Redis, Site

# How soon the other process is asked to catch up where no hint reaches it; the promise is ten seconds.
BACK_WITHIN = 10.0


@dataclass(frozen=True)
class Halls:
    """The same topic, at two processes."""

    one: Hall
    two: Hall


@contextmanager
def halls(directory: Path, redis_url: str) -> Iterator[Halls]:
    def process(name: str) -> AbstractContextManager[Site]:
        return servers.site(
            directory / name, JIANYAN_ENV="test", DATABASE_URL=database_url(), REDIS_URL=redis_url
        )

    with process("one") as first, process("two") as second:
        hall = make_hall(first)
        yield Halls(hall, replace(hall, site=second))


@pytest.fixture
def two(transactional_db: None, tmp_path: Path, redis_url: str) -> Iterator[Halls]:
    with halls(tmp_path, redis_url) as both:
        yield both


def test_what_happens_at_one_process_is_seen_at_the_other(two: Halls) -> None:
    here, there = two.one, two.two
    with (
        reading(here.url, here.topic.pk, session=sign_in(here.member)) as voter,
        reading(there.url, there.topic.pk) as audience,
    ):
        voter.next("welcome")
        audience.next("welcome")
        voter.vote(here.suggestion.pk)
        acknowledged = voter.next("ack")
        update = audience.next("update")
        assert update["tallies"] == [[here.suggestion.pk, 1, 0, 0]]
        assert update["revision"] == acknowledged["revision"]
        voter.send(type="suggest", ref="7f0e7a52-2f2c-4f64-9d2b-0d2f3cf3a9a1", text="增设夜间公交。")
        suggestion = voter.until(lambda frame: "suggestion" in frame)["suggestion"]
        now = timezone.now()
        publish_suggestion(suggestion_id=suggestion["id"], by=actor(here.moderator, now), at=now)
        shown = audience.until(lambda frame: bool(frame.get("suggestions")))
        assert [one["text"] for one in shown["suggestions"]] == ["增设夜间公交。"]


def test_a_members_other_device_at_the_other_process_is_told_of_their_vote(two: Halls) -> None:
    here, there = two.one, two.two
    with (
        reading(there.url, there.topic.pk, session=sign_in(there.member)) as tablet,
        reading(there.url, there.topic.pk, session=sign_in(there.other)) as other,
        reading(here.url, here.topic.pk, session=sign_in(here.member)) as phone,
    ):
        for reader in (tablet, other):
            reader.next("welcome")
        # The other process has said who is there: somebody else, and this member, who counts once.
        phone.until(lambda frame: frame.get("people", {}).get("here") == 2)
        phone.vote(here.suggestion.pk)
        phone.next("ack")
        told = tablet.until(lambda frame: frame["type"] == "welcome" and bool(frame["me"]["votes"]))
    assert told["me"]["votes"] == {str(here.suggestion.pk): "support"}


@contextmanager
def locked(topic: Topic) -> Iterator[None]:
    """A third process holds the topic, and the writers have to wait."""
    with closing(connection.copy()) as other, other.cursor() as cursor:
        if other.vendor == "sqlite":
            cursor.execute("BEGIN IMMEDIATE")
        else:
            cursor.execute("BEGIN")
            cursor.execute("SELECT 1 FROM consultations_topic WHERE id = %s FOR UPDATE", [topic.pk])
        yield
        cursor.execute("ROLLBACK")


def test_nothing_is_acknowledged_before_it_is_committed(two: Halls) -> None:
    with (
        reading(two.one.url, two.one.topic.pk, session=sign_in(two.one.member)) as voter,
        reading(two.two.url, two.two.topic.pk, session=sign_in(two.two.other)) as other,
    ):
        for reader in (voter, other):
            reader.next("welcome")
            reader.vote(two.one.suggestion.pk)
            reader.next("ack")
        with locked(two.one.topic):
            refs = [reader.vote(two.one.suggestion.pk, None) for reader in (voter, other)]
            for reader in (voter, other):
                with pytest.raises(TimeoutError):
                    reader.next("ack", patience=0.5)
        assert [reader.next("ack")["refs"] for reader in (voter, other)] == [[ref] for ref in refs]
    assert not Vote.objects.exclude(choice=None).exists()


def test_people_at_both_are_counted_together_and_once(two: Halls) -> None:
    session = sign_in(two.one.member)
    with (
        reading(two.one.url, two.one.topic.pk, session=session) as phone,
        reading(two.two.url, two.two.topic.pk, session=session),
        reading(two.two.url, two.two.topic.pk, session=sign_in(two.two.other)),
        reading(two.two.url, two.two.topic.pk),
    ):
        told = phone.until(lambda frame: frame.get("people", {}).get("here") == 3)
        assert told["type"] in ("welcome", "beacon", "update")
    with reading(two.one.url, two.one.topic.pk) as alone:
        alone.until(lambda frame: frame.get("people", {}).get("here") == 1)


def test_signing_out_at_one_closes_the_sockets_at_the_other(two: Halls) -> None:
    session = sign_in(two.one.member)
    with reading(two.two.url, two.two.topic.pk, session=session) as elsewhere:
        elsewhere.next("welcome")
        log_out(two.one.site.url, session)
        started = monotonic()
        assert elsewhere.closed() == 4403
        assert monotonic() - started < 5


def test_votes_go_on_while_redis_is_gone_and_everybody_sees_them(
    transactional_db: None, tmp_path: Path, own_redis: Redis
) -> None:
    with (
        halls(tmp_path, own_redis.url) as both,
        reading(both.one.url, both.one.topic.pk, session=sign_in(both.one.member)) as voter,
        reading(both.two.url, both.two.topic.pk, session=sign_in(both.two.other)) as other,
    ):
        voter.next("welcome")
        other.next("welcome")
        suggestion = both.one.suggestion.pk
        own_redis.kill()
        voter.vote(suggestion)
        voter.next("ack")
        seen = other.until(lambda frame: bool(frame.get("tallies")), BACK_WITHIN)
        assert seen["tallies"] == [[suggestion, 1, 0, 0]]
        own_redis.start()
        other.vote(suggestion)
        other.next("ack")
        voter.until(lambda frame: [suggestion, 2, 0, 0] in frame.get("tallies", []), BACK_WITHIN)
        # Signing out is told again until it was heard.
        session = sign_in(both.one.author)
        with reading(both.two.url, both.two.topic.pk, session=session) as author:
            author.next("welcome")
            log_out(both.one.site.url, session)
            assert author.closed(BACK_WITHIN) == 4403
    assert Vote.objects.filter(choice="support").count() == 2
