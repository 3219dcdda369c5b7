"""Flags of members and of the screening, and what is masked until a moderator has decided."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks, Settings

from consultations.actions.flags import OPEN, PACE, flag_suggestion, settle_flags, unmask_suggestion
from consultations.actions.moderation import decline_suggestion, hide_suggestion, publish_suggestion
from consultations.actions.suggestions import edit_suggestion
from consultations.enums import FlagKind, Status
from consultations.errors import (
    AlreadyFlagged,
    BadCharacters,
    ChangedMeanwhile,
    Frozen,
    NotAllowed,
    NotMerged,
    NotOpen,
    NoVoice,
    OwnFlag,
    RateLimited,
    Refused,
    TooLong,
    TooManyFlags,
    UnknownReason,
    UnknownSuggestion,
)
from consultations.events import Event, FlagsChanged, forget, listen
from consultations.journal import sealed
from consultations.models import Flag, JournalEntry, Suggestion, Topic
from consultations.queries.desk import edition_of
from consultations.queries.flags import flagged_ids, open_flags, own_flags
from consultations.queries.journal_check import check_journal
from jianyan.accounts.models import User
from tests.consultations.conftest import Scene
from tests.consultations.factories import HOUR, MINUTE, NOON, actor, make_suggestion, make_topic
from tests.jianyan.accounts.factories import make_member, make_user

AT = NOON + 5 * MINUTE
PRIVATE = "丁家弄8号车位常年被占，请联系19900088123核实。"
COVERED = "丁家弄8号车位常年被占，请联系＊＊＊＊＊＊＊＊＊＊＊核实。"


def flag(
    suggestion: Suggestion, by: User, kind: str = "off_topic", text: str = "", at: dt.datetime = AT
) -> Flag:
    return flag_suggestion(suggestion_id=suggestion.pk, kind=kind, by=actor(by, at), text=text, at=at)


def last_entry(topic: Topic) -> JournalEntry:
    entry = JournalEntry.objects.filter(topic=topic).last()
    assert entry is not None
    return entry


def screening_flags(suggestion: Suggestion) -> list[str]:
    return [str(one.kind) for one in Flag.objects.filter(suggestion=suggestion, member=None, settled_at=None)]


@pytest.fixture
def at_once(scene: Scene) -> Topic:
    """A topic in which suggestions are published as they come."""
    return make_topic(scene.county, "即时发布", premoderated=False)


# --- members ------------------------------------------------------------------------------------------------


def test_a_report_is_one_row_and_one_entry_that_names_nobody(scene: Scene) -> None:
    made = flag(scene.suggestion, scene.member, "private", " 写了我家的门牌 ")
    assert (made.kind, made.text, made.member_id, made.settled_at) == (
        FlagKind.PRIVATE,
        "写了我家的门牌",
        scene.member.pk,
        None,
    )
    entry = last_entry(scene.topic)
    assert (entry.kind, entry.payload) == (
        "flagged",
        {"suggestions": [scene.suggestion.pk], "number": 1, "kind": "private"},
    )
    scene.suggestion.refresh_from_db()
    assert (scene.suggestion.status, scene.suggestion.masked) == (Status.PUBLISHED, [])
    assert check_journal(scene.topic.pk).faults == ()


def test_it_is_told_after_the_commit(
    scene: Scene, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    heard: list[Event] = []
    listen(heard.append)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            flag(scene.suggestion, scene.member)
    finally:
        forget(heard.append)
    scene.topic.refresh_from_db()
    assert heard == [FlagsChanged(topic_id=scene.topic.pk, revision=scene.topic.revision)]


def test_a_second_one_changes_nothing_and_says_so(scene: Scene) -> None:
    flag(scene.suggestion, scene.member, "harsh")
    before = last_entry(scene.topic).revision
    with pytest.raises(AlreadyFlagged):
        flag(scene.suggestion, scene.member, "untrue")
    assert [str(one.kind) for one in Flag.objects.all()] == ["harsh"]
    assert last_entry(scene.topic).revision == before


def test_after_it_was_settled_one_may_report_again(scene: Scene) -> None:
    flag(scene.suggestion, scene.member)
    settle_flags(suggestion_id=scene.suggestion.pk, by=actor(scene.moderator), at=AT)
    flag(scene.suggestion, scene.member, at=AT + MINUTE)
    assert own_flags(scene.topic.pk, scene.member.pk) == {scene.suggestion.pk: True}


@pytest.mark.parametrize("kind", ["", "sensitive", "nonsense", "SPLIT"])
def test_only_the_reasons_that_are_offered_are_taken(scene: Scene, kind: str) -> None:
    with pytest.raises(UnknownReason):
        flag(scene.suggestion, scene.member, kind)


def test_words_are_short_and_visible(scene: Scene) -> None:
    with pytest.raises(TooLong):
        flag(scene.suggestion, scene.member, text="长" * 201)
    with pytest.raises(BadCharacters):
        flag(scene.suggestion, scene.member, text="坏\x00字")
    assert flag(scene.suggestion, scene.member, text="长" * 200).text == "长" * 200


def test_who_may_report(scene: Scene) -> None:
    with pytest.raises(OwnFlag):
        flag(scene.suggestion, scene.author)
    with pytest.raises(NoVoice):
        flag(scene.suggestion, make_user("访客"))
    with pytest.raises(NoVoice):
        flag(scene.suggestion, scene.moderator)
    assert not Flag.objects.exists()


def test_only_what_is_published_can_be_reported(scene: Scene) -> None:
    waiting = make_suggestion(scene.topic, scene.other, "夜里要有人值班。")
    with pytest.raises(UnknownSuggestion):
        flag(waiting, scene.member)


def test_when_it_may_be_reported(scene: Scene) -> None:
    with pytest.raises(NotOpen):
        flag(scene.suggestion, scene.member, at=NOON - MINUTE)
    flag(scene.suggestion, scene.member, at=NOON + 2 * HOUR)
    Topic.objects.filter(pk=scene.topic.pk).update(frozen_at=NOON + 2 * HOUR)
    with pytest.raises(Frozen):
        flag(scene.suggestion, scene.other, at=NOON + 3 * HOUR)
    with pytest.raises(Frozen):
        settle_flags(suggestion_id=scene.suggestion.pk, by=actor(scene.moderator), at=NOON + 3 * HOUR)


def test_only_authors_and_supporters_ask_for_a_split_and_only_of_what_is_merged(scene: Scene) -> None:
    with pytest.raises(NotMerged):
        flag(scene.suggestion, scene.author, "split")
    into = make_suggestion(scene.topic, scene.other, "错时开放。", publish_by=scene.moderator)
    Suggestion.objects.filter(pk=scene.suggestion.pk).update(status=Status.MERGED, merged_into=into)
    with pytest.raises(NotAllowed):
        flag(scene.suggestion, scene.member, "split")
    assert flag(scene.suggestion, scene.author, "split", "说的不是一件事").kind == FlagKind.SPLIT


@pytest.mark.usefixtures("unmeasured")
def test_a_persons_ten_thousand_reports_end_at_the_limits(scene: Scene) -> None:
    ideas = [
        make_suggestion(
            scene.topic, make_member(scene.county, f"委员{n}"), f"第{n}件事。", publish_by=scene.moderator
        )
        for n in range(OPEN + 5)
    ]
    flooder = actor(scene.member)

    def send(at: dt.datetime, times: int) -> dict[str, int]:
        answers: dict[str, int] = {}
        for n in range(times):
            try:
                flag_suggestion(suggestion_id=ideas[n % len(ideas)].pk, kind="other", by=flooder, at=at)
            except Refused as refused:
                answers[refused.code] = answers.get(refused.code, 0) + 1
        return answers

    assert send(AT, 9_000) == {"rate_limited": 9_000 - PACE}
    assert Flag.objects.count() == PACE
    assert send(AT + MINUTE, 900) == {"already_flagged": PACE, "rate_limited": 900 - 2 * PACE}
    assert Flag.objects.count() == OPEN
    assert send(AT + 3 * MINUTE, 100) == {"already_flagged": 80, "too_many_flags": 20}
    rows = list(Flag.objects.values_list("suggestion_id", "member_id"))
    assert (len(rows), len(set(rows))) == (OPEN, OPEN)
    assert JournalEntry.objects.filter(topic=scene.topic, kind="flagged").count() == OPEN
    # The others are not held back by it.
    flag(ideas[0], scene.other)


def test_the_pace_holds_over_all_topics(scene: Scene) -> None:
    for _n in range(PACE):
        topic = make_topic(scene.county, deliberation=scene.topic.deliberation)
        idea = make_suggestion(topic, scene.author, publish_by=scene.moderator)
        flag(idea, scene.member)
    with pytest.raises(RateLimited):
        flag(scene.suggestion, scene.member)


def test_whoever_has_too_many_waiting_is_told_how_many(scene: Scene) -> None:
    Flag.objects.bulk_create(
        Flag(
            topic=scene.topic,
            suggestion=make_suggestion(scene.topic, make_member(scene.county, f"委员{n}"), f"第{n}件事。"),
            member=scene.member,
            kind=FlagKind.OTHER,
            flagged_at=NOON,
        )
        for n in range(OPEN)
    )
    with pytest.raises(TooManyFlags, match="20"):
        flag(scene.suggestion, scene.member)


# --- moderators ---------------------------------------------------------------------------------------------


def test_settling_closes_all_flags_of_a_suggestion_at_once(scene: Scene) -> None:
    flag(scene.suggestion, scene.member, "harsh", "太冲")
    flag(scene.suggestion, scene.other, "untrue")
    flags = open_flags(scene.topic.pk, scene.suggestion.pk)
    assert [(one.kind, one.text, one.member, one.of_screening) for one in flags] == [
        ("harsh", "太冲", "罗小满", False),
        ("untrue", "", "顾南枝", False),
    ]
    assert flagged_ids(scene.topic.pk) == {scene.suggestion.pk}
    assert settle_flags(suggestion_id=scene.suggestion.pk, by=actor(scene.moderator), at=AT) == 2
    assert open_flags(scene.topic.pk, scene.suggestion.pk) == ()
    assert flagged_ids(scene.topic.pk) == frozenset()
    assert own_flags(scene.topic.pk, scene.member.pk) == {scene.suggestion.pk: False}
    entry = last_entry(scene.topic)
    assert (entry.kind, entry.payload) == (
        "settled",
        {"suggestions": [scene.suggestion.pk], "number": 1, "flags": 2, "by": "moderator"},
    )
    assert settle_flags(suggestion_id=scene.suggestion.pk, by=actor(scene.moderator), at=AT) == 0
    assert last_entry(scene.topic).revision == entry.revision
    assert check_journal(scene.topic.pk).faults == ()


def test_members_settle_and_unmask_nothing(scene: Scene) -> None:
    with pytest.raises(NotAllowed):
        settle_flags(suggestion_id=scene.suggestion.pk, by=actor(scene.author), at=AT)
    with pytest.raises(NotAllowed):
        unmask_suggestion(suggestion_id=scene.suggestion.pk, by=actor(scene.author), at=AT)


# --- the screening ------------------------------------------------------------------------------------------


def test_without_review_private_data_is_masked_at_once_and_moderators_are_told(
    scene: Scene, at_once: Topic
) -> None:
    idea = make_suggestion(at_once, scene.author, PRIVATE)
    assert (idea.status, idea.text, idea.public_text) == (Status.PUBLISHED, PRIVATE, COVERED)
    assert last_entry(at_once).payload["text"] == COVERED
    (told,) = open_flags(at_once.pk, idea.pk)
    assert (told.kind, told.text, told.member, told.of_screening) == ("private", "", "", True)
    assert JournalEntry.objects.filter(topic=at_once).count() == 1


def test_settled_it_stays_masked_and_the_journal_has_nothing_to_say(scene: Scene, at_once: Topic) -> None:
    idea = make_suggestion(at_once, scene.author, PRIVATE)
    assert settle_flags(suggestion_id=idea.pk, by=actor(scene.moderator), at=AT) == 1
    idea.refresh_from_db()
    assert (idea.public_text, screening_flags(idea)) == (COVERED, [])
    assert JournalEntry.objects.filter(topic=at_once).count() == 1


def test_a_moderator_shows_it_in_full(scene: Scene, at_once: Topic) -> None:
    idea = make_suggestion(at_once, scene.author, PRIVATE)
    shown = unmask_suggestion(suggestion_id=idea.pk, by=actor(scene.moderator), seen=edition_of(idea), at=AT)
    assert (shown.public_text, screening_flags(idea)) == (PRIVATE, [])
    entry = last_entry(at_once)
    assert (entry.kind, entry.payload["text"]) == ("unmasked", PRIVATE)
    unmask_suggestion(suggestion_id=idea.pk, by=actor(scene.moderator), at=AT)
    assert last_entry(at_once).revision == entry.revision
    assert check_journal(at_once.pk).faults == ()


def test_what_the_author_has_changed_meanwhile_is_not_shown_unread(scene: Scene, at_once: Topic) -> None:
    idea = make_suggestion(at_once, scene.author, PRIVATE)
    seen = edition_of(idea)
    edit_suggestion(suggestion_id=idea.pk, by=actor(scene.author), text=PRIVATE + "急。", at=AT)
    with pytest.raises(ChangedMeanwhile):
        unmask_suggestion(suggestion_id=idea.pk, by=actor(scene.moderator), seen=seen, at=AT)
    assert Suggestion.objects.get(pk=idea.pk).public_text == COVERED + "急。"


def test_an_edit_is_screened_anew(scene: Scene, at_once: Topic) -> None:
    idea = make_suggestion(at_once, scene.author, PRIVATE)
    unmask_suggestion(suggestion_id=idea.pk, by=actor(scene.moderator), at=AT)
    edited = edit_suggestion(suggestion_id=idea.pk, by=actor(scene.author), text=f"急：{PRIVATE}", at=AT)
    assert edited.suggestion.public_text == f"急：{COVERED}"
    assert screening_flags(idea) == ["private"]
    assert last_entry(at_once).payload["text"] == f"急：{COVERED}"
    edited = edit_suggestion(
        suggestion_id=idea.pk, by=actor(scene.author), text="车位常年被占，请核实。", at=AT
    )
    assert (edited.suggestion.masked, screening_flags(idea)) == ([], [])
    assert check_journal(at_once.pk).faults == ()


def test_before_publication_the_text_is_sealed_and_published_masked(scene: Scene) -> None:
    idea = make_suggestion(scene.topic, scene.other, PRIVATE)
    assert last_entry(scene.topic).payload["sealed"] == sealed(scene.topic.secret, PRIVATE)
    assert screening_flags(idea) == ["private"]
    published = publish_suggestion(suggestion_id=idea.pk, by=actor(scene.moderator), at=AT)
    assert (published.public_text, screening_flags(idea)) == (COVERED, [])
    assert last_entry(scene.topic).payload["text"] == COVERED
    assert check_journal(scene.topic.pk).faults == ()


def test_shown_in_full_before_publication_it_is_published_in_full(scene: Scene) -> None:
    idea = make_suggestion(scene.topic, scene.other, PRIVATE)
    unmask_suggestion(suggestion_id=idea.pk, by=actor(scene.moderator), at=AT)
    assert "text" not in last_entry(scene.topic).payload
    published = publish_suggestion(suggestion_id=idea.pk, by=actor(scene.moderator), at=AT)
    assert published.public_text == PRIVATE
    assert check_journal(scene.topic.pk).faults == ()


def test_every_decision_settles_what_the_screening_has_said(scene: Scene, at_once: Topic) -> None:
    idea = make_suggestion(at_once, scene.author, PRIVATE)
    hide_suggestion(suggestion_id=idea.pk, by=actor(scene.moderator), at=AT, reason="有他人电话")
    assert screening_flags(idea) == []
    waiting = make_suggestion(scene.topic, scene.other, PRIVATE)
    decline_suggestion(suggestion_id=waiting.pk, by=actor(scene.moderator), at=AT, reason="有他人电话")
    assert screening_flags(waiting) == []


def test_a_word_of_the_operators_list_blocks_nothing_and_is_never_journalled(
    scene: Scene, at_once: Topic, settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "words.txt"
    path.write_text("恶词\n", encoding="utf-8")
    settings.SENSITIVE_WORDS = path
    idea = make_suggestion(at_once, scene.author, "这里有恶 词，请看。")
    assert (idea.status, idea.public_text, idea.masked) == (Status.PUBLISHED, "这里有恶 词，请看。", [])
    (told,) = open_flags(at_once.pk, idea.pk)
    assert (told.kind, told.of_screening) == ("sensitive", True)
    settle_flags(suggestion_id=idea.pk, by=actor(scene.moderator), at=AT)
    payloads = [entry.payload for entry in JournalEntry.objects.filter(topic=at_once)]
    assert [("sensitive" in str(payload), "flag" in str(payload)) for payload in payloads] == [(False, False)]


def test_both_findings_are_two_flags_and_neither_is_raised_twice(
    scene: Scene, at_once: Topic, settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "words.txt"
    path.write_text("核实\n", encoding="utf-8")
    settings.SENSITIVE_WORDS = path
    idea = make_suggestion(at_once, scene.author, PRIVATE)
    assert sorted(screening_flags(idea)) == ["private", "sensitive"]
    edit_suggestion(suggestion_id=idea.pk, by=actor(scene.author), text=PRIVATE + "急。", at=AT)
    assert sorted(screening_flags(idea)) == ["private", "sensitive"]
    assert Flag.objects.count() == 2
