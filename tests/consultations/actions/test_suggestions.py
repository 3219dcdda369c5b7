from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, transaction

from consultations.actions.moderation import (
    decline_suggestion,
    publish_suggestion,
    return_suggestion,
)
from consultations.actions.suggestions import edit_suggestion, post_suggestion, withdraw_suggestion
from consultations.actions.topics import close_topic, pause_topic
from consultations.actions.votes import Ballot, cast_votes
from consultations.enums import Status
from consultations.errors import (
    BadCharacters,
    BadReference,
    Empty,
    NotAllowed,
    NotEditable,
    NotOpen,
    NoVoice,
    Paused,
    PostingClosed,
    Refused,
    SlotTaken,
    TooLong,
    UnknownSuggestion,
    UnknownTopic,
)
from consultations.models import JournalEntry, Suggestion, Topic
from jianyan.accounts.models import User
from tests.consultations.conftest import Scene
from tests.consultations.factories import HOUR, MINUTE, NOON, actor, make_suggestion, make_topic

REF = "6f9a3c5e-7d8b-4f1a-9c2d-0e1f2a3b4c5d"


def post(
    topic: Topic, user: User, text: str = "一条建言", ref: str = "", at: dt.datetime = NOON + MINUTE
) -> Suggestion:
    return post_suggestion(
        topic_id=topic.pk, by=actor(user), text=text, client_ref=ref or str(uuid.uuid4()), at=at
    ).suggestion


def trace(topic: Topic) -> tuple[int, int, int]:
    """(revision, entries, suggestions): what a refusal must leave alone."""
    topic.refresh_from_db()
    return topic.revision, JournalEntry.objects.filter(topic=topic).count(), topic.suggestions.count()


def test_a_posted_idea_waits_for_review_with_number_slot_and_sector(scene: Scene) -> None:
    suggestion = post(scene.topic, scene.member, "  夜间开放机关车位。 ")
    assert (suggestion.number, suggestion.slot, suggestion.status) == (2, 1, "pending")
    assert suggestion.text == "夜间开放机关车位。"
    assert str(suggestion.sector) == "经济界"


def test_without_review_an_idea_is_published_at_once(scene: Scene) -> None:
    topic = make_topic(scene.county, premoderated=False, deliberation=scene.topic.deliberation)
    assert post(topic, scene.member).status == "published"


def test_the_same_reference_again_is_the_same_suggestion(scene: Scene) -> None:
    first = post(scene.topic, scene.member, ref=REF)
    before = trace(scene.topic)
    again = post(scene.topic, scene.member, "另一段文字", ref=REF.upper())
    assert again.pk == first.pk
    assert again.text == "一条建言"
    assert trace(scene.topic) == before


def test_a_reference_belongs_to_its_author(scene: Scene) -> None:
    first = post(scene.topic, scene.member, ref=REF)
    assert post(scene.topic, scene.other, ref=REF).pk != first.pk


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("", Empty),
        (" \n\u3000", Empty),
        ("建" * 201, TooLong),
        ("a" + "\u0301" * 400, TooLong),
        ("铃\x07声", BadCharacters),
        ("\u202e倒过来", BadCharacters),
    ],
)
def test_bad_texts_are_refused_and_leave_no_trace(scene: Scene, text: str, refusal: type[Refused]) -> None:
    before = trace(scene.topic)
    with pytest.raises(refusal):
        post(scene.topic, scene.member, text)
    assert trace(scene.topic) == before


def test_two_hundred_han_characters_pass(scene: Scene) -> None:
    assert len(post(scene.topic, scene.member, "建" * 200).text) == 200


def test_a_reference_that_is_no_uuid_is_refused(scene: Scene) -> None:
    with pytest.raises(BadReference):
        post(scene.topic, scene.member, ref="mine")


def test_a_second_idea_is_refused_until_the_first_is_withdrawn(scene: Scene) -> None:
    first = post(scene.topic, scene.member)
    before = trace(scene.topic)
    with pytest.raises(SlotTaken):
        post(scene.topic, scene.member)
    assert trace(scene.topic) == before
    withdraw_suggestion(suggestion_id=first.pk, by=actor(scene.member), at=NOON + MINUTE)
    assert post(scene.topic, scene.member).slot == 1


def test_returned_keeps_the_slot_and_declined_frees_it(scene: Scene) -> None:
    first = post(scene.topic, scene.member)
    moderator = actor(scene.moderator)
    return_suggestion(suggestion_id=first.pk, by=moderator, at=NOON + MINUTE, reason="请写具体")
    with pytest.raises(SlotTaken):
        post(scene.topic, scene.member)
    decline_suggestion(suggestion_id=first.pk, by=moderator, at=NOON + MINUTE, reason="与议题无关")
    assert post(scene.topic, scene.member).number == 3


def test_a_topic_may_allow_two_ideas(scene: Scene) -> None:
    topic = make_topic(scene.county, ideas=2, deliberation=scene.topic.deliberation)
    assert [post(topic, scene.member).slot, post(topic, scene.member).slot] == [1, 2]
    with pytest.raises(SlotTaken):
        post(topic, scene.member)


def test_the_database_itself_refuses_a_second_live_idea(scene: Scene) -> None:
    first = post(scene.topic, scene.member)
    with pytest.raises(IntegrityError, match=r"one_live_suggestion_per_slot|UNIQUE"), transaction.atomic():
        Suggestion.objects.create(
            topic=scene.topic, author=scene.member, number=99, slot=first.slot, client_ref="x",
            text="第二条", posted_at=NOON,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("at", "refusal"),
    [(NOON - MINUTE, NotOpen), (NOON + HOUR, PostingClosed), (NOON - 48 * HOUR, UnknownTopic)],
)
def test_outside_its_window_posting_is_refused(scene: Scene, at: dt.datetime, refusal: type[Refused]) -> None:
    before = trace(scene.topic)
    with pytest.raises(refusal):
        post(scene.topic, scene.member, at=at)
    assert trace(scene.topic) == before


def test_posting_ends_before_voting_where_the_times_say_so(scene: Scene) -> None:
    topic = make_topic(scene.county, posting_until=NOON + 20 * MINUTE, deliberation=scene.topic.deliberation)
    with pytest.raises(PostingClosed):
        post(topic, scene.member, at=NOON + 20 * MINUTE)


def test_while_paused_and_without_a_voice_posting_is_refused(scene: Scene) -> None:
    with pytest.raises(NoVoice):
        post(scene.topic, scene.moderator)
    pause_topic(topic_id=scene.topic.pk, by=actor(scene.moderator), at=NOON + MINUTE)
    with pytest.raises(Paused):
        post(scene.topic, scene.member)


def test_an_unknown_topic_is_refused(scene: Scene) -> None:
    with pytest.raises(UnknownTopic):
        post(Topic(pk=999_999), scene.member)


def edit(suggestion: Suggestion, user: User, text: str = "改过的建言") -> Suggestion:
    return edit_suggestion(
        suggestion_id=suggestion.pk, by=actor(user), text=text, at=NOON + 2 * MINUTE
    ).suggestion


def test_editing_a_returned_idea_sends_it_to_review_again_and_keeps_the_original(scene: Scene) -> None:
    suggestion = post(scene.topic, scene.member, "原文")
    return_suggestion(
        suggestion_id=suggestion.pk, by=actor(scene.moderator), at=NOON + MINUTE, reason="请写具体"
    )
    edited = edit(suggestion, scene.member)
    assert (edited.status, edited.text, edited.reason) == ("pending", "改过的建言", "")
    assert [(version.text, version.status) for version in edited.versions.all()] == [("原文", "returned")]


def test_editing_a_published_idea_without_votes_sends_it_to_review(scene: Scene) -> None:
    edited = edit(scene.suggestion, scene.author)
    assert (edited.status, edited.edited_at) == ("pending", None)


def test_editing_a_published_idea_with_votes_keeps_it_published_and_marks_it(scene: Scene) -> None:
    ballots = [Ballot(actor(scene.member), scene.suggestion.pk, "support")]
    cast_votes(topic_id=scene.topic.pk, ballots=ballots, at=NOON + MINUTE)
    edited = edit(scene.suggestion, scene.author)
    assert (edited.status, edited.edited_at) == ("published", NOON + 2 * MINUTE)
    assert edited.versions.count() == 1


def test_an_edit_that_changes_nothing_is_no_step(scene: Scene) -> None:
    before = trace(scene.topic)
    edit(scene.suggestion, scene.author, scene.suggestion.text)
    assert trace(scene.topic) == before


def test_without_review_an_edit_stays_published(scene: Scene) -> None:
    topic = make_topic(scene.county, premoderated=False, deliberation=scene.topic.deliberation)
    assert edit(post(topic, scene.member), scene.member).status == "published"


def test_others_may_neither_edit_nor_withdraw_nor_learn_of_a_pending_idea(scene: Scene) -> None:
    pending = post(scene.topic, scene.member)
    with pytest.raises(UnknownSuggestion):
        edit(pending, scene.other)
    with pytest.raises(NotAllowed):
        edit(scene.suggestion, scene.other)
    with pytest.raises(UnknownSuggestion):
        withdraw_suggestion(suggestion_id=pending.pk, by=actor(scene.other), at=NOON + MINUTE)
    with pytest.raises(NotAllowed):
        withdraw_suggestion(suggestion_id=scene.suggestion.pk, by=actor(scene.other), at=NOON + MINUTE)
    with pytest.raises(UnknownSuggestion):
        withdraw_suggestion(suggestion_id=999_999, by=actor(scene.other), at=NOON + MINUTE)


def test_a_declined_idea_can_be_neither_edited_nor_withdrawn(scene: Scene) -> None:
    pending = post(scene.topic, scene.member)
    decline_suggestion(
        suggestion_id=pending.pk, by=actor(scene.moderator), at=NOON + MINUTE, reason="与议题无关"
    )
    with pytest.raises(NotEditable):
        edit(pending, scene.member)
    with pytest.raises(NotEditable):
        withdraw_suggestion(suggestion_id=pending.pk, by=actor(scene.member), at=NOON + MINUTE)


def test_withdrawing_twice_is_withdrawing_once_and_keeps_row_and_votes(scene: Scene) -> None:
    ballots = [Ballot(actor(scene.member), scene.suggestion.pk, "support")]
    cast_votes(topic_id=scene.topic.pk, ballots=ballots, at=NOON + MINUTE)
    for _ in range(2):
        done = withdraw_suggestion(
            suggestion_id=scene.suggestion.pk, by=actor(scene.author), at=NOON + 2 * MINUTE
        )
    assert done.suggestion.status == Status.WITHDRAWN
    assert done.suggestion.votes.count() == 1
    assert JournalEntry.objects.filter(topic=scene.topic, kind="withdrawn").count() == 1


def test_after_closing_nothing_of_ones_own_can_change(scene: Scene) -> None:
    pending = post(scene.topic, scene.member)
    close_topic(topic_id=scene.topic.pk, by=actor(scene.moderator), at=NOON + 2 * MINUTE)
    with pytest.raises(PostingClosed):
        edit(pending, scene.member)
    with pytest.raises(Refused, match="already_closed"):
        withdraw_suggestion(suggestion_id=pending.pk, by=actor(scene.member), at=NOON + 3 * MINUTE)


def test_the_public_journal_holds_a_commitment_until_publication_and_the_text_after_it(scene: Scene) -> None:
    suggestion = make_suggestion(scene.topic, scene.member, "先不公开")
    publish_suggestion(suggestion_id=suggestion.pk, by=actor(scene.moderator), at=NOON + MINUTE)
    posted, published = JournalEntry.objects.filter(topic=scene.topic).order_by("-revision")[:2][::-1]
    assert "text" not in posted.payload
    assert len(posted.payload["sealed"]) == 64
    assert len(posted.payload["author"]) == 16
    assert published.payload["text"] == "先不公开"
