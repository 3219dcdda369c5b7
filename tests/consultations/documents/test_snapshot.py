from __future__ import annotations

import dataclasses
import datetime as dt
import json

import msgspec
import pytest

from consultations.documents.model import (
    Attendance,
    Attendee,
    FrozenSuggestion,
    ListedSuggestion,
    Snapshot,
    Tally,
    TopicSnapshot,
)
from consultations.documents.snapshot import (
    frozen_suggestion,
    read_snapshot,
    snapshot_content,
    snapshot_digest,
    text_hash,
)
from consultations.enums import Status

from .samples import BEIJING, sample

ROW = FrozenSuggestion(
    id=11, number=1, author="李明", sector="民盟", status=Status.PUBLISHED, text_hash=text_hash("开放车位"), support=3
)  # fmt: skip
SNAPSHOT = Snapshot(
    topics=(
        TopicSnapshot(
            topic_id=7,
            title="停车",
            revision=9,
            head="ab" * 32,
            closed_at=dt.datetime(2026, 1, 15, 20, 30, tzinfo=BEIJING),
            suggestions=(ROW,),
        ),
    ),
    attendance=Attendance(present=(Attendee(name="李明", unit="民盟"),)),
)
TOPIC = SNAPSHOT.topics[0]


def with_topic(**changes: object) -> Snapshot:
    return dataclasses.replace(SNAPSHOT, topics=(dataclasses.replace(TOPIC, **changes),))  # type: ignore[arg-type]


def with_row(**changes: object) -> Snapshot:
    return with_topic(suggestions=(dataclasses.replace(ROW, **changes),))  # type: ignore[arg-type]


def test_the_content_is_what_anybody_can_hash_with_the_standard_library() -> None:
    canonical = (
        '{"attendance":{"observers":[],"on_leave":[],"present":[{"name":"李明","unit":"民盟"}]},"topics":'
        '[{"closed_at":"2026-01-15T12:30:00Z","head":"' + "ab" * 32 + '","revision":9,"suggestions":'
        '[{"author":"李明","id":11,"merged_into":null,"neutral":0,"number":1,"oppose":0,"sector":"民盟","status":"published","support":3,'
        '"text_hash":"' + text_hash("开放车位") + '"}],"title":"停车","topic_id":7}]}'
    )
    content = snapshot_content(SNAPSHOT)
    assert json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")) == canonical
    assert snapshot_digest(SNAPSHOT) == "d0e49a1303a235444f3885889e796f63f6f4ac5c15bfc036d116a689bbf075ff"


@pytest.mark.parametrize(
    "changed",
    [
        with_topic(topic_id=8),
        with_topic(title="停车难"),
        with_topic(revision=10),
        with_topic(head="cd" * 32),
        with_topic(closed_at=dt.datetime(2026, 1, 15, 20, 31, tzinfo=BEIJING)),
        with_topic(suggestions=()),
        with_row(id=12),
        with_row(number=2),
        with_row(author="李鸣"),
        with_row(sector="民建"),
        with_row(status=Status.HIDDEN),
        with_row(text_hash=text_hash("开放车位！")),
        with_row(merged_into=12),
        with_row(support=4),
        with_row(neutral=1),
        with_row(oppose=1),
        dataclasses.replace(SNAPSHOT, attendance=Attendance(observers=SNAPSHOT.attendance.present)),
        dataclasses.replace(SNAPSHOT, attendance=Attendance(present=(Attendee(name="李明", unit="民建"),))),
        dataclasses.replace(SNAPSHOT, topics=(TOPIC, TOPIC)),
    ],
)
def test_the_digest_covers_everything_in_the_snapshot(changed: Snapshot) -> None:
    assert snapshot_digest(changed) != snapshot_digest(SNAPSHOT)


def test_the_digest_does_not_depend_on_the_zone_in_which_an_instant_is_told() -> None:
    in_utc = with_topic(closed_at=TOPIC.closed_at.astimezone(dt.UTC))
    assert snapshot_digest(in_utc) == snapshot_digest(SNAPSHOT)


def test_a_snapshot_is_read_back_from_its_content() -> None:
    kept = json.loads(json.dumps(snapshot_content(sample().snapshot)))
    assert read_snapshot(kept) == sample().snapshot
    assert snapshot_digest(read_snapshot(kept)) == snapshot_digest(sample().snapshot)


def test_content_of_another_shape_is_refused_with_the_place() -> None:
    content = snapshot_content(SNAPSHOT)
    content["topics"][0]["suggestions"][0]["support"] = -1
    with pytest.raises(msgspec.ValidationError, match=r"\$\.topics\[0\]\.suggestions\[0\]\.support"):
        read_snapshot(content)


def test_an_instant_without_a_zone_is_refused() -> None:
    content = snapshot_content(SNAPSHOT)
    content["topics"][0]["closed_at"] = "2026-01-15T12:30:00"
    with pytest.raises(msgspec.ValidationError, match="timezone"):
        read_snapshot(content)


def test_broken_characters_in_a_name_do_not_stop_the_digest() -> None:
    broken = dataclasses.replace(SNAPSHOT, attendance=Attendance(present=(Attendee(name="李\ud800明\x00"),)))
    assert read_snapshot(snapshot_content(broken)).attendance.present[0].name == "李\ufffd明\ufffd"
    assert snapshot_digest(broken) == snapshot_digest(read_snapshot(snapshot_content(broken)))


def test_a_withheld_text_leaves_no_hash_to_guess_it_by() -> None:
    row = ListedSuggestion(
        id=1, topic_id=7, number=1, text="", author="某", sector="", status=Status.HIDDEN, tally=Tally()
    )
    assert frozen_suggestion(row).text_hash == ""
    shown = dataclasses.replace(row, text="请联系我")
    assert frozen_suggestion(shown).text_hash == text_hash("请联系我")
