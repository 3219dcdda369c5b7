"""Freezing: who, when, once; what is kept; and that nothing moves afterwards."""

from __future__ import annotations

import pytest

from consultations.actions.freezing import freeze_deliberation
from consultations.actions.moderation import restore_suggestion
from consultations.actions.topics import open_topic
from consultations.documents.snapshot import read_snapshot, snapshot_digest, text_hash
from consultations.enums import Mode, Presence, Step
from consultations.errors import Frozen, NotAllowed, NotClosed, UnknownDeliberation, UnknownTopic
from consultations.events import Event, PhaseChanged, forget, listen
from consultations.models import Attendance, JournalEntry, Summary, Topic
from consultations.queries.journal_check import check_journal
from consultations.queries.state import revisions
from tests.consultations.factories import HOUR, MINUTE, NOON, actor, make_deliberation, make_topic
from tests.consultations.summary_scene import CLOSED, FROZEN, TEXTS, Finished, freeze, make_finished
from tests.jianyan.accounts.factories import make_body, make_membership, make_secretary, make_user


@pytest.fixture
def finished(db: None) -> Finished:
    return make_finished()


def test_a_freeze_keeps_words_tallies_and_the_journal_heads(finished: Finished) -> None:
    before = Topic.objects.get(pk=finished.topic.pk)
    summary = freeze(finished)
    snapshot = read_snapshot(summary.snapshot)
    (topic,) = snapshot.topics
    assert (topic.topic_id, topic.title, topic.revision, topic.head) == (
        before.pk,
        "破解老城区停车难",
        before.revision,
        before.head,
    )
    assert topic.closed_at == CLOSED
    assert [(one.number, one.support) for one in topic.suggestions] == [
        (1, 1), (2, 2), (3, 3), (4, 2), (5, 0), (6, 1), (7, 0), (8, 0),
    ]  # fmt: skip
    assert [one.text_hash for one in topic.suggestions] == [text_hash(text) for text in TEXTS[:5]] + [
        text_hash("")
    ] * 3
    assert summary.digest == snapshot_digest(snapshot)
    assert (summary.title, summary.edition) == ("“破解老城区停车难”协商纪要", 1)


def test_who_posted_or_voted_is_present_in_stroke_order(finished: Finished) -> None:
    snapshot = read_snapshot(freeze(finished).snapshot)
    assert [(one.name, one.unit) for one in snapshot.attendance.present] == [
        ("丁一", "经济界"), ("王二", "经济界"), ("韦青", "经济界"), ("白若溪", "文艺界"), ("林栖云", "文艺界"),
        ("欧阳晴川", "教育界"), ("顾南枝", "教育界"), ("曾小满", "文艺界"),
    ]  # fmt: skip


def test_attendance_that_a_secretary_has_set_stays(finished: Finished) -> None:
    leave, invited = finished.members[0], finished.members[1]
    Attendance.objects.create(
        deliberation=finished.deliberation, user=leave, presence=Presence.ON_LEAVE, mode=Mode.OFFLINE
    )
    Attendance.objects.create(deliberation=finished.deliberation, user=invited)
    bureau = make_user("陈局长")
    make_membership(bureau, finished.county.department)
    guest = make_user("郑教授")
    guest.position = "省社科院研究员"
    guest.save()
    bystander = make_user("未到者")
    for user, presence in ((bureau, "observer"), (guest, "observer"), (bystander, "")):
        Attendance.objects.create(deliberation=finished.deliberation, user=user, presence=presence)
    attendance = read_snapshot(freeze(finished).snapshot).attendance
    assert [(one.name, one.unit) for one in attendance.on_leave] == [("林栖云", "文艺界")]
    assert [(one.name, one.unit) for one in attendance.observers] == [
        ("陈局长", "县交通运输局"),
        ("郑教授", "省社科院研究员"),
    ]
    assert len(attendance.present) == 7
    assert Attendance.objects.get(user=invited).checked_in_at == NOON + MINUTE


def test_the_latest_sector_counts(finished: Finished) -> None:
    newer = make_body("科技界", "sector", parent=finished.county.committee)
    make_membership(finished.members[1], newer, since=FROZEN.date())
    present = read_snapshot(freeze(finished).snapshot).attendance.present
    assert present[0].unit == "科技界"


def test_the_journal_vouches_for_the_snapshot(finished: Finished) -> None:
    summary = freeze(finished)
    topic = Topic.objects.get(pk=finished.topic.pk)
    entry = JournalEntry.objects.get(topic=topic, revision=topic.revision)
    assert (entry.kind, entry.actor_id) == ("frozen", finished.secretary.pk)
    assert entry.payload == {
        "summary": summary.pk,
        "snapshot": summary.digest,
        "by": "secretary",
        "tallies": [
            [finished.suggestion(number).pk, support, 0, 0]
            for number, support in ((1, 1), (2, 2), (3, 3), (4, 2), (6, 1))
        ],
    }
    assert check_journal(topic.pk).faults == ()


def test_a_second_freeze_returns_the_first_and_writes_nothing(finished: Finished) -> None:
    first = freeze(finished)
    revision = Topic.objects.get(pk=finished.topic.pk).revision
    again = freeze_deliberation(
        deliberation_id=finished.deliberation.pk, by=finished.rival, at=FROZEN + MINUTE
    )
    assert again.pk == first.pk
    assert again.frozen_at == FROZEN
    assert Topic.objects.get(pk=finished.topic.pk).revision == revision


def test_nothing_moves_after_freezing(finished: Finished) -> None:
    freeze(finished)
    by = actor(finished.moderator)
    with pytest.raises(Frozen):
        restore_suggestion(suggestion_id=finished.suggestion(6).pk, by=by, at=FROZEN + MINUTE)
    with pytest.raises(Frozen):
        open_topic(topic_id=finished.topic.pk, by=by, at=FROZEN + MINUTE)


def test_a_phase_that_only_the_clock_reached_is_journalled_before(finished: Finished) -> None:
    county = finished.county
    topic = make_topic(county, deliberation=make_deliberation(county, title="又一场"))
    freeze_deliberation(deliberation_id=topic.deliberation_id, by=finished.by, at=NOON + HOUR)
    kinds = list(JournalEntry.objects.filter(topic=topic).values_list("kind", flat=True))
    assert kinds == ["phase", "frozen"]
    snapshot = read_snapshot(Summary.objects.get(deliberation=topic.deliberation).snapshot)
    assert snapshot.topics[0].revision == 1


def test_every_topic_must_be_closed(finished: Finished) -> None:
    late = make_topic(finished.county, "第二个议题", deliberation=finished.deliberation, position=2)
    with pytest.raises(NotClosed):
        freeze(finished)
    assert Summary.objects.count() == 0
    assert Topic.objects.get(pk=finished.topic.pk).frozen_at is None
    done = freeze_deliberation(deliberation_id=finished.deliberation.pk, by=finished.by, at=late.closes_at)
    assert [one.title for one in read_snapshot(done.snapshot).topics] == ["破解老城区停车难", "第二个议题"]


def test_a_topic_that_was_never_announced_is_not_closed(finished: Finished) -> None:
    make_topic(finished.county, "草稿议题", deliberation=finished.deliberation, announced_at=None)
    with pytest.raises(NotClosed):
        freeze_deliberation(deliberation_id=finished.deliberation.pk, by=finished.by, at=NOON + 24 * HOUR)


def test_only_a_secretary_of_the_host_freezes(finished: Finished) -> None:
    stranger = make_secretary(finished.county, "别处秘书")
    stranger.memberships.update(body=finished.county.department)
    for user in (finished.members[0], finished.moderator, stranger):
        with pytest.raises(NotAllowed):
            freeze_deliberation(deliberation_id=finished.deliberation.pk, by=actor(user), at=FROZEN)
    assert Summary.objects.count() == 0


def test_what_is_not_there_is_refused(finished: Finished) -> None:
    with pytest.raises(UnknownDeliberation):
        freeze_deliberation(deliberation_id=404, by=finished.by, at=FROZEN)
    empty = make_deliberation(finished.county, title="没有议题")
    with pytest.raises(UnknownTopic):
        freeze_deliberation(deliberation_id=empty.pk, by=finished.by, at=FROZEN)


@pytest.mark.django_db(transaction=True)
def test_clients_are_told_that_the_topic_is_frozen() -> None:
    finished = make_finished()
    heard: list[Event] = []
    listen(heard.append)
    try:
        freeze(finished)
    finally:
        forget(heard.append)
    revision = revisions([finished.topic.pk])[finished.topic.pk]
    assert heard == [PhaseChanged(topic_id=finished.topic.pk, revision=revision)]
    assert JournalEntry.objects.get(topic=finished.topic, revision=revision).kind == Step.FROZEN
