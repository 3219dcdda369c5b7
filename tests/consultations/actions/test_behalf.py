from __future__ import annotations

import datetime as dt
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from consultations.actions.behalf import enter_suggestion
from consultations.actions.cosigning import answer_cosigning, name_cosigners
from consultations.actions.freezing import freeze_deliberation
from consultations.actions.kept_files import Upload
from consultations.actions.moderation import publish_suggestion
from consultations.actions.suggestions import edit_suggestion, withdraw_suggestion
from consultations.documents.snapshot import read_snapshot
from consultations.enums import Cosigning, News, Step
from consultations.errors import (
    BadForm,
    BadReference,
    BadScan,
    Empty,
    Frozen,
    NotAllowed,
    NotOpen,
    Refused,
    SlotTakenBy,
    TooLong,
    UnknownMember,
)
from consultations.journal import pseudonym, sealed
from consultations.models import Attendance, JournalEntry, Notification, Scan, Suggestion, Topic
from consultations.queries.facts import SuggestionFact
from consultations.queries.journal_check import check_journal
from consultations.queries.state import topic_state
from tests.consultations.conftest import Scene
from tests.consultations.factories import HOUR, MINUTE, NOON, actor, make_topic
from tests.consultations.papers import png

AT = NOON + 5 * MINUTE
TEXT = "在老年大学门口增设公交停靠站。"


@pytest.fixture(autouse=True)
def directory(settings: Settings, tmp_path: Path) -> Path:
    settings.SCANS = tmp_path / "scans"
    return tmp_path / "scans"


def enter(scene: Scene, **fields: Any) -> Suggestion:
    wanted: dict[str, Any] = {
        "topic_id": scene.topic.pk,
        "member_id": scene.member.pk,
        "source": "paper",
        "text": TEXT,
        "client_ref": str(uuid.uuid4()),
        "by": actor(scene.secretary),
        "at": AT,
    } | fields
    return enter_suggestion(**wanted).suggestion


def trace(topic: Topic) -> tuple[int, int, int]:
    topic.refresh_from_db()
    return topic.revision, topic.suggestions.count(), Notification.objects.count()


def test_it_is_the_members_and_says_who_typed_it_and_from_what(scene: Scene) -> None:
    entered = enter(scene, text=f" {TEXT}\n")
    assert (entered.author, entered.entered_by, entered.entered_from) == (
        scene.member,
        scene.secretary,
        "paper",
    )
    assert (entered.text, entered.number, entered.slot, entered.status) == (TEXT, 2, 1, "pending")
    assert str(entered.sector) == "经济界"


def test_everybody_reads_behind_the_authors_name_that_staff_typed_it(scene: Scene) -> None:
    entered = enter(scene)
    publish_suggestion(suggestion_id=entered.pk, by=actor(scene.moderator), at=AT)
    facts = {fact.id: fact for fact in topic_state(scene.topic.pk, at=AT).suggestions}
    shown, own = facts[entered.pk], facts[scene.suggestion.pk]
    assert isinstance(shown, SuggestionFact)
    assert isinstance(own, SuggestionFact)
    assert (shown.author, own.author) == (f"{scene.member}（代录）", str(scene.author))
    # What is printed names the author alone.
    Topic.objects.filter(pk=scene.topic.pk).update(closes_at=AT)
    summary = freeze_deliberation(
        deliberation_id=scene.topic.deliberation_id, by=actor(scene.secretary), at=AT + MINUTE
    )
    (topic,) = read_snapshot(summary.snapshot).topics
    assert [row.author for row in topic.suggestions if row.id == entered.pk] == [str(scene.member)]


def test_the_journal_says_that_it_was_entered_and_in_which_role(scene: Scene) -> None:
    entered = enter(scene, source="spoken", by=actor(scene.moderator))
    entry = JournalEntry.objects.get(topic=scene.topic, kind=Step.POSTED, payload__number=2)
    topic = Topic.objects.get(pk=scene.topic.pk)
    assert entry.payload == {
        "suggestions": [entered.pk],
        "number": 2,
        "status": "pending",
        "sealed": sealed(topic.secret, TEXT),
        "author": pseudonym(topic.secret, scene.member.pk),
        "entered": "spoken",
        "by": "moderator",
    }
    assert entry.actor_id == scene.moderator.pk
    assert check_journal(topic.pk).faults == ()


def test_it_waits_for_review_also_where_members_ideas_do_not(scene: Scene) -> None:
    Topic.objects.filter(pk=scene.topic.pk).update(premoderated=False)
    assert enter(scene).status == "pending"


def test_the_member_is_told_and_can_edit_and_withdraw_it(scene: Scene) -> None:
    entered = enter(scene)
    assert Notification.objects.filter(user=scene.member, kind=News.ENTERED, suggestion=entered).exists()
    by = actor(scene.member)
    assert edit_suggestion(suggestion_id=entered.pk, by=by, text="改过", at=AT).suggestion.status == "pending"
    assert withdraw_suggestion(suggestion_id=entered.pk, by=by, at=AT).suggestion.status == "withdrawn"


def test_one_idea_each_also_for_those_who_hand_in_paper(scene: Scene) -> None:
    enter(scene)
    before = trace(scene.topic)
    with pytest.raises(SlotTakenBy) as refusal:
        enter(scene)
    assert (refusal.value.code, "罗小满" in refusal.value.message) == ("slot_taken", True)
    assert trace(scene.topic) == before


def test_the_same_reference_again_is_the_same_suggestion_and_leaves_no_second_file(
    scene: Scene, directory: Path
) -> None:
    reference = str(uuid.uuid4())
    scan = Upload("第一张.png", png())
    first = enter(scene, client_ref=reference, scan=scan)
    before = trace(scene.topic)
    assert enter(scene, client_ref=reference, scan=scan) == first
    assert trace(scene.topic) == before
    assert [path.name for path in directory.iterdir()] == [Scan.objects.get().stored]


@pytest.mark.parametrize(
    ("at", "refusal"),
    [
        (NOON - MINUTE, NotOpen),
        (NOON, None),
        (NOON + HOUR - MINUTE, None),
        (NOON + HOUR, None),
        (NOON + 48 * HOUR, None),
    ],
)
def test_paper_is_typed_from_the_opening_on_and_after_closing(
    scene: Scene, at: dt.datetime, refusal: type[Refused] | None
) -> None:
    if refusal is None:
        assert enter(scene, at=at).status == "pending"
    else:
        with pytest.raises(refusal):
            enter(scene, at=at)


def test_nothing_is_entered_once_the_topic_is_frozen(scene: Scene) -> None:
    Topic.objects.filter(pk=scene.topic.pk).update(frozen_at=NOON + HOUR)
    with pytest.raises(Frozen):
        enter(scene, at=NOON + 2 * HOUR)


def test_a_pause_and_the_end_of_posting_do_not_stop_staff(scene: Scene) -> None:
    Topic.objects.filter(pk=scene.topic.pk).update(paused_at=NOON, posting_until=NOON + MINUTE)
    assert enter(scene).status == "pending"


def test_without_a_time_it_is_the_instant_at_which_the_lock_was_got(scene: Scene) -> None:
    before = timezone.now()
    topic = make_topic(scene.county, opens_at=before - HOUR, closes_at=before + HOUR)
    assert before < enter(scene, topic_id=topic.pk, at=None).posted_at < timezone.now()


@pytest.mark.parametrize("who", ["member", "author"])
def test_only_moderators_and_secretaries_enter(scene: Scene, who: str) -> None:
    before = trace(scene.topic)
    with pytest.raises(NotAllowed):
        enter(scene, by=actor(getattr(scene, who)), member_id=scene.other.pk)
    assert trace(scene.topic) == before


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"text": " "}, Empty),
        ({"text": "建" * 201}, TooLong),
        ({"client_ref": "mine"}, BadReference),
        ({"source": "telepathy"}, BadForm),
        ({"member_id": 999_999}, UnknownMember),
        ({"scan": Upload("a.jpg", b"<html>")}, BadScan),
        ({"scan": Upload("a.jpg", b"")}, BadScan),
        ({"cosigner_ids": [999_999]}, UnknownMember),
    ],
)
def test_what_is_wrong_is_refused_and_leaves_neither_row_nor_file(
    scene: Scene, directory: Path, fields: dict[str, Any], refusal: type[Refused]
) -> None:
    before = trace(scene.topic)
    with pytest.raises(refusal):
        enter(scene, **{"scan": Upload("a.png", png()), **fields})
    assert trace(scene.topic) == before
    assert Scan.objects.count() == 0
    assert not directory.exists() or list(directory.iterdir()) == []


def test_somebody_who_is_no_member_here_is_named_in_the_refusal(scene: Scene) -> None:
    with pytest.raises(UnknownMember) as refusal:
        enter(scene, member_id=scene.moderator.pk)
    assert str(scene.moderator) in refusal.value.message


def test_those_named_on_the_paper_are_asked_and_more_can_be_named_by_staff(scene: Scene) -> None:
    entered = enter(scene, cosigner_ids=[scene.other.pk])
    assert [(row.member, row.state) for row in entered.cosigners.all()] == [(scene.other, Cosigning.INVITED)]
    assert JournalEntry.objects.get(kind=Step.POSTED, payload__number=2).payload["invited"] == 1
    assert Notification.objects.filter(user=scene.other, kind=News.COSIGN).exists()
    name_cosigners(
        suggestion_id=entered.pk, member_ids=[scene.author.pk], by=actor(scene.moderator), at=NOON + 2 * HOUR
    )
    assert entered.cosigners.count() == 2
    with pytest.raises(NotAllowed):
        name_cosigners(
            suggestion_id=scene.suggestion.pk, member_ids=[scene.other.pk], by=actor(scene.secretary), at=AT
        )


def test_private_data_on_a_paper_is_masked_like_any_other(scene: Scene) -> None:
    assert enter(scene, text="请联系19900010002。").public_text == "请联系＊＊＊＊＊＊＊＊＊＊＊。"


def test_whoever_handed_in_paper_was_on_site_and_whoever_signs_took_part(scene: Scene) -> None:
    entered = enter(scene, at=NOON + 2 * HOUR, cosigner_ids=[scene.other.pk])
    answer_cosigning(suggestion_id=entered.pk, agree=True, by=actor(scene.other), at=NOON + 2 * HOUR)
    publish_suggestion(suggestion_id=entered.pk, by=actor(scene.moderator), at=NOON + 2 * HOUR)
    summary = freeze_deliberation(
        deliberation_id=scene.topic.deliberation_id, by=actor(scene.secretary), at=NOON + 3 * HOUR
    )
    rows = Attendance.objects.values_list("user_id", "presence", "mode", "checked_in_at")
    assert set(rows) == {
        (scene.author.pk, "present", "online", NOON + MINUTE),
        (scene.member.pk, "present", "offline", None),
        (scene.other.pk, "present", "online", NOON + 2 * HOUR),
    }
    (topic,) = read_snapshot(summary.snapshot).topics
    assert [one.author for one in topic.suggestions] == ["林栖云", "罗小满、顾南枝"]
    with pytest.raises(Frozen):
        enter(scene, member_id=scene.author.pk, at=NOON + 3 * HOUR)
