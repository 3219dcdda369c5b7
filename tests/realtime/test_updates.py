"""What everybody is told: moderation, themes, notices, phases that the clock reaches, counts that are hidden."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import uuid
from contextlib import suppress
from time import monotonic

import pytest
from django.utils import timezone
from websockets.asyncio.client import connect

from consultations.actions.moderation import (
    assign_theme,
    feature_suggestion,
    hide_suggestion,
    publish_suggestion,
    return_suggestion,
)
from consultations.actions.themes import create_theme
from consultations.actions.topics import extend_topic, give_notice, pause_topic, resume_topic
from consultations.enums import Tallies
from consultations.models import JournalEntry, Topic, Vote
from tests.consultations.factories import HOUR, MINUTE, actor, make_suggestion, make_topic
from tests.jianyan.accounts.factories import make_member
from tests.realtime.conftest import Hall, open_topic
from tests.realtime.readers import cookie, reading, sign_in

SECOND = dt.timedelta(seconds=1)


def test_moderation_reaches_everybody_within_two_seconds_without_any_hint(hall: Hall) -> None:
    """This process tells the site nothing: it finds the new revisions in the database by itself."""
    now = timezone.now()
    moderator = actor(hall.moderator, now)
    with reading(hall.url, hall.topic.pk) as reader:
        reader.next("welcome")
        started = monotonic()
        theme = create_theme(topic_id=hall.topic.pk, name="停车", by=moderator, at=now)
        assign_theme(suggestion_id=hall.suggestion.pk, theme_id=theme.pk, by=moderator, at=now)
        feature_suggestion(suggestion_id=hall.suggestion.pk, on=True, by=moderator, at=now)
        update = reader.until_revision(6)
        assert monotonic() - started < 3.5
        merged = [frame for frame in reader.frames if frame["type"] == "update"]
        assert {"id": theme.pk, "name": "停车"} in [
            one for frame in merged for one in frame.get("themes", [])
        ]
        assert (update["suggestions"][0]["theme"], update["suggestions"][0]["featured"]) == (theme.pk, True)
        hide_suggestion(suggestion_id=hall.suggestion.pk, by=moderator, at=now, reason="重复")
        gone = reader.until_revision(7)
        assert gone["suggestions"] == [{"id": hall.suggestion.pk, "status": "hidden"}]


def test_what_is_returned_is_told_to_its_author_alone(hall: Hall, member_session: str) -> None:
    pending = make_suggestion(hall.topic, hall.member, "增设夜间公交。")
    now = timezone.now()
    with (
        reading(hall.url, hall.topic.pk, session=member_session) as author,
        reading(hall.url, hall.topic.pk) as audience,
    ):
        revision = author.next("welcome")["revision"]
        audience.next("welcome")
        return_suggestion(
            suggestion_id=pending.pk, by=actor(hall.moderator, now), at=now, reason="请写得更具体。"
        )
        mine = author.next("welcome")["me"]["suggestions"][0]
        update = audience.until_revision(revision + 1)
    assert (mine["status"], mine["reason"]) == ("returned", "请写得更具体。")
    assert "suggestions" not in update


def test_a_notice_is_told_once_to_those_who_are_here(hall: Hall) -> None:
    now = timezone.now()
    with reading(hall.url, hall.topic.pk) as reader:
        reader.next("welcome")
        give_notice(
            topic_id=hall.topic.pk, by=actor(hall.moderator, now), at=now, text="还有五分钟", level="urgent"
        )
        assert reader.next("notice") == {"type": "notice", "text": "还有五分钟", "level": "urgent"}
        reader.next("beacon")
        assert [frame["type"] for frame in reader.frames].count("notice") == 1


def test_pausing_and_going_on_are_told_with_the_phase(hall: Hall) -> None:
    now = timezone.now()
    moderator = actor(hall.moderator, now)
    with reading(hall.url, hall.topic.pk) as reader:
        reader.next("welcome")
        pause_topic(topic_id=hall.topic.pk, by=moderator, at=now)
        paused = reader.next("update")["phase"]
        assert (paused["paused"], paused["posting"], paused["voting"]) == (True, False, False)
        resume_topic(topic_id=hall.topic.pk, by=moderator, at=now)
        resumed = reader.next("update")["phase"]
        assert (resumed["paused"], resumed["posting"], resumed["voting"]) == (False, True, True)


def test_a_topic_closes_at_its_instant_and_nothing_is_taken_afterwards(
    hall: Hall, member_session: str
) -> None:
    closes_at = timezone.now() + 2 * SECOND
    topic = open_topic(hall.county, title="即将截止", closes_at=closes_at)
    suggestion = make_suggestion(topic, hall.author, publish_by=hall.moderator)
    with reading(hall.url, topic.pk, session=member_session) as voter:
        phase = voter.next("welcome")["phase"]
        assert 0 < phase["closes_ms"] <= 2000
        voter.vote(suggestion.pk)
        voter.next("ack")
        closing = voter.until(lambda frame: frame.get("phase", {}).get("name") == "closed")
        late = (timezone.now() - closes_at).total_seconds()
        assert 0 <= late < 1
        assert (closing["phase"]["voting"], closing["phase"]["closes_ms"]) == (False, 0)
        voter.vote(suggestion.pk, None)
        assert voter.next("refused")["code"] == "voting_closed"
        voter.send(type="suggest", ref=str(uuid.uuid4()), text="晚了")
        assert voter.next("refused")["code"] == "posting_closed"
    last = JournalEntry.objects.filter(topic=topic).latest("revision")
    assert (last.kind, last.revision) == ("phase", closing["revision"])
    assert last.payload["tallies"] == [[suggestion.pk, 1, 0, 0]]
    assert Vote.objects.get().choice == "support"


def test_a_topic_that_is_extended_closes_at_the_new_time(hall: Hall) -> None:
    topic = open_topic(hall.county, title="延长", closes_at=timezone.now() + 2 * SECOND)
    now = timezone.now()
    with reading(hall.url, topic.pk) as reader:
        reader.next("welcome")
        extend_topic(topic_id=topic.pk, by=actor(hall.moderator, now), at=now, minutes=5)
        longer = reader.next("update")["phase"]
        assert 290_000 < longer["closes_ms"] <= 302_000
        with pytest.raises(TimeoutError):
            reader.until(lambda frame: frame.get("phase", {}).get("name") == "closed", patience=3)


def test_a_topic_opens_by_itself_before_those_who_wait(hall: Hall, member_session: str) -> None:
    topic = make_topic(hall.county, "即将开始", opens_at=timezone.now() + SECOND)
    with reading(hall.url, topic.pk, session=member_session) as member:
        assert member.next("welcome")["phase"]["name"] == "announced"
        member.send(type="suggest", ref=str(uuid.uuid4()), text="太早")
        assert member.next("refused")["code"] == "not_open"
        assert member.next("update")["phase"]["name"] == "open"
        member.send(type="suggest", ref=str(uuid.uuid4()), text="正好")
        assert member.next("ack")["suggestion"]["text"] == "正好"


def test_a_phase_that_was_reached_while_nobody_listened_is_journalled_when_somebody_comes(hall: Hall) -> None:
    topic = open_topic(hall.county, opened=2 * HOUR, closes_at=timezone.now() - MINUTE, title="昨天")
    with reading(hall.url, topic.pk) as reader:
        welcome = reader.next("welcome")
    assert (welcome["revision"], welcome["phase"]["name"]) == (1, "closed")


def test_hidden_counts_are_told_to_nobody_until_the_topic_closes(hall: Hall, member_session: str) -> None:
    topic = open_topic(
        hall.county, title="暗投", closes_at=timezone.now() + 3 * SECOND, tallies=Tallies.CLOSED
    )
    suggestion = make_suggestion(topic, hall.author, publish_by=hall.moderator)
    with (
        reading(hall.url, topic.pk, session=member_session) as voter,
        reading(hall.url, topic.pk) as audience,
    ):
        assert voter.next("welcome")["suggestions"][0]["tally"] is None
        audience.next("welcome")
        voter.vote(suggestion.pk)
        revision = voter.next("ack")["revision"]
        update = audience.until_revision(revision)
        assert "tallies" not in update
        closing = audience.until(lambda frame: frame.get("phase", {}).get("name") == "closed")
    assert closing["tallies"] == [[suggestion.pk, 1, 0, 0]]


def test_two_hundred_copies_of_one_vote_at_once_count_once(hall: Hall) -> None:
    keys = [sign_in(hall.member) for _ in range(10)]
    frame = json.dumps({"type": "vote", "ref": "same", "suggestion": hall.suggestion.pk, "choice": "support"})

    async def storm() -> list[int]:
        async def copies(key: str) -> int:
            async with connect(
                f"{hall.url}/ws/topics/{hall.topic.pk}/",
                origin=hall.site.url,  # type: ignore[arg-type]
                additional_headers={"Cookie": cookie(key)},
            ) as socket:
                for _ in range(20):
                    await socket.send(frame)
                answered = 0
                while answered < 20:
                    answer = json.loads(await socket.recv())
                    assert answer["type"] != "refused"
                    answered += len(answer.get("refs", []))
                return answered

        return await asyncio.gather(*(copies(key) for key in keys))

    assert sum(asyncio.run(storm())) == 200
    hall.suggestion.refresh_from_db()
    assert hall.suggestion.support == 1
    assert JournalEntry.objects.filter(topic=hall.topic, kind="votes").count() == 1


def test_updates_come_at_most_four_times_a_second_and_add_up(hall: Hall) -> None:
    voters = [sign_in(make_member(hall.county)) for _ in range(6)]
    now = timezone.now()
    others = [
        make_suggestion(hall.topic, make_member(hall.county), f"第{number}条", publish_by=hall.moderator)
        for number in range(8)
    ]
    assert publish_suggestion is not None
    with reading(hall.url, hall.topic.pk) as audience:
        audience.next("welcome")
        started = monotonic()
        expected = 0
        for key in voters:
            with reading(hall.url, hall.topic.pk, session=key) as voter:
                voter.next("welcome")
                for suggestion in others:
                    voter.vote(suggestion.pk)
                    expected = voter.next("ack")["revision"]
        audience.until_revision(expected)
        seconds = monotonic() - started
    updates = [frame for frame in audience.frames if frame["type"] == "update"]
    assert len(updates) <= 4 * seconds + 2
    revision = audience.frames[0]["revision"]
    tallies = {}
    for update in updates:
        assert update["from"] == revision
        revision = update["revision"]
        tallies.update({tally[0]: tally[1] for tally in update.get("tallies", [])})
    assert tallies == {suggestion.pk: 6 for suggestion in others}
    assert Topic.objects.get(pk=hall.topic.pk).revision == revision
    assert now < timezone.now()


def test_what_one_member_is_told_alone_takes_no_sign_of_life_from_the_others(
    hall: Hall, member_session: str
) -> None:
    with (
        reading(hall.url, hall.topic.pk) as audience,
        reading(hall.url, hall.topic.pk, session=member_session) as voter,
        reading(hall.url, hall.topic.pk, session=member_session) as other_tab,
    ):
        voter.next("welcome")
        voter.vote(hall.suggestion.pk)
        audience.until(lambda frame: frame.get("people") == {"here": 2, "posted": 1, "voted": 1})
        heard = len(audience.frames)
        for _ in range(7):
            # Already fulfilled: nobody else is told anything of it, and the other tab is, each time.
            voter.vote(hall.suggestion.pk)
            other_tab.next("welcome")
            with suppress(TimeoutError):
                audience.next("beacon", patience=1)
                break
        assert [frame["type"] for frame in audience.frames[heard:]] == ["beacon"]
