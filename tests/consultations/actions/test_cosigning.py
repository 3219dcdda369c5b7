from __future__ import annotations

import datetime as dt
import uuid

import pytest

from consultations.actions.cosigning import (
    MOST,
    answer_cosigning,
    name_cosigners,
    withdraw_cosigning,
)
from consultations.actions.merging import merge_suggestions
from consultations.actions.moderation import (
    decline_suggestion,
    publish_suggestion,
    restore_suggestion,
)
from consultations.actions.suggestions import post_suggestion, withdraw_suggestion
from consultations.actions.topics import pause_topic
from consultations.actions.votes import Ballot, cast_votes
from consultations.enums import Cosigning, News, Step
from consultations.errors import (
    Frozen,
    NotAllowed,
    NotEditable,
    OwnCosigner,
    Paused,
    PostingClosed,
    Refused,
    SlotTaken,
    SlotTakenBy,
    TooManyCosigners,
    UnknownMember,
    UnknownSuggestion,
    VoteStands,
)
from consultations.journal import pseudonym
from consultations.models import Cosigner, JournalEntry, Notification, Suggestion, Topic
from consultations.queries.authors import author_name, author_names, with_authors
from consultations.queries.facts import SuggestionFact
from consultations.queries.state import changes_since, topic_state
from jianyan.accounts.models import User
from tests.consultations.conftest import Scene
from tests.consultations.factories import HOUR, MINUTE, NOON, actor, make_suggestion, make_topic
from tests.jianyan.accounts.factories import make_member

AT = NOON + 5 * MINUTE


def name(scene: Scene, *members: User, at: dt.datetime = AT) -> None:
    name_cosigners(
        suggestion_id=scene.suggestion.pk,
        member_ids=[member.pk for member in members],
        by=actor(scene.author),
        at=at,
    )


def answer(
    scene: Scene, member: User, *, agree: bool = True, at: dt.datetime = AT, of: int | None = None
) -> None:
    answer_cosigning(suggestion_id=of or scene.suggestion.pk, agree=agree, by=actor(member), at=at)


def post(topic: Topic, user: User) -> Suggestion:
    return post_suggestion(
        topic_id=topic.pk, by=actor(user), text="另一条", client_ref=str(uuid.uuid4()), at=AT
    ).suggestion


def state(scene: Scene, member: User) -> str:
    return str(Cosigner.objects.get(suggestion=scene.suggestion, member=member).state)


def shown(scene: Scene) -> str:
    (fact,) = (one for one in topic_state(scene.topic.pk, at=AT).suggestions if one.id == scene.suggestion.pk)
    assert isinstance(fact, SuggestionFact)
    return fact.author


def trace(topic: Topic) -> tuple[int, int, int]:
    topic.refresh_from_db()
    return topic.revision, topic.cosigners.count(), Notification.objects.filter(topic=topic).count()


def test_whoever_agrees_is_named_after_the_author_and_nobody_else(scene: Scene) -> None:
    name(scene, scene.member, scene.other)
    assert shown(scene) == "林栖云"
    answer(scene, scene.other)
    assert shown(scene) == "林栖云、顾南枝"
    answer(scene, scene.member, agree=False)
    assert shown(scene) == "林栖云、顾南枝"
    answer(scene, scene.member)
    assert shown(scene) == "林栖云、罗小满、顾南枝"


def test_of_four_people_one_is_named_and_documents_name_all(scene: Scene) -> None:
    third = make_member(scene.county, "沈墨")
    name(scene, scene.member, scene.other, third)
    for one in (scene.member, scene.other, third):
        answer(scene, one)
    row = with_authors(Suggestion.objects.all()).get(pk=scene.suggestion.pk)
    assert author_name(row, scene.topic) == "林栖云等4人"
    assert author_names(row, scene.topic) == "林栖云、罗小满、顾南枝、沈墨"


def test_where_authors_are_anonymous_so_are_those_who_sign_with_them(scene: Scene) -> None:
    Topic.objects.filter(pk=scene.topic.pk).update(anonymous=True)
    assert shown(scene) == "匿名委员"
    name(scene, scene.member)
    answer(scene, scene.member)
    assert shown(scene) == "匿名委员等2人"


def test_loading_authors_takes_one_query_more_whatever_the_rows(
    scene: Scene, django_assert_num_queries: object
) -> None:
    name(scene, scene.member)
    answer(scene, scene.member)
    make_suggestion(scene.topic, scene.other, publish_by=scene.moderator)
    with django_assert_num_queries(2):  # type: ignore[operator]
        rows = list(with_authors(scene.topic.suggestions.all()))
        assert [author_name(row, scene.topic) for row in rows] == ["林栖云、罗小满", "顾南枝"]


def test_agreeing_spends_a_slot_and_leaving_frees_it(scene: Scene) -> None:
    name(scene, scene.member)
    answer(scene, scene.member)
    with pytest.raises(SlotTaken):
        post(scene.topic, scene.member)
    withdraw_cosigning(suggestion_id=scene.suggestion.pk, by=actor(scene.member), at=AT)
    assert post(scene.topic, scene.member).slot == 1
    with pytest.raises(SlotTaken):
        answer(scene, scene.member)


def test_whoever_has_an_idea_cannot_sign_another_where_each_has_one(scene: Scene) -> None:
    make_suggestion(scene.topic, scene.member)
    name(scene, scene.member)
    before = trace(scene.topic)
    with pytest.raises(SlotTaken):
        answer(scene, scene.member)
    assert trace(scene.topic) == before
    assert state(scene, scene.member) == Cosigning.INVITED


def test_where_each_has_two_an_idea_and_a_signature_take_different_slots(scene: Scene) -> None:
    Topic.objects.filter(pk=scene.topic.pk).update(ideas=2)
    assert post(scene.topic, scene.member).slot == 1
    name(scene, scene.member)
    answer(scene, scene.member)
    assert Cosigner.objects.get(member=scene.member).slot == 2
    with pytest.raises(SlotTaken):
        post(scene.topic, scene.member)


def test_a_withdrawn_or_declined_idea_frees_everybodys_slot(scene: Scene) -> None:
    name(scene, scene.member)
    answer(scene, scene.member)
    withdraw_suggestion(suggestion_id=scene.suggestion.pk, by=actor(scene.author), at=AT)
    assert post(scene.topic, scene.member).slot == 1


def test_restoring_takes_every_slot_again_or_none(scene: Scene) -> None:
    waiting = make_suggestion(scene.topic, scene.other)
    name_cosigners(suggestion_id=waiting.pk, member_ids=[scene.member.pk], by=actor(scene.other), at=AT)
    answer(scene, scene.member, of=waiting.pk)
    moderator = actor(scene.moderator)
    decline_suggestion(suggestion_id=waiting.pk, by=moderator, at=AT, reason="与议题无关")
    own = post(scene.topic, scene.member)
    with pytest.raises(SlotTakenBy) as refusal:
        restore_suggestion(suggestion_id=waiting.pk, by=moderator, at=AT)
    assert refusal.value.message == "罗小满在本议题已有一条建言（独立提出或与人联名）：每人限一条。"
    withdraw_suggestion(suggestion_id=own.pk, by=actor(scene.member), at=AT)
    assert restore_suggestion(suggestion_id=waiting.pk, by=moderator, at=AT).status == "pending"
    with pytest.raises(SlotTaken):
        post(scene.topic, scene.member)


def test_nobody_signs_what_they_support_before_they_take_that_back(scene: Scene) -> None:
    def vote(choice: str | None) -> None:
        ballot = Ballot(actor(scene.member), scene.suggestion.pk, choice)
        assert cast_votes(topic_id=scene.topic.pk, ballots=[ballot], at=AT).refusals == {}

    name(scene, scene.member)
    vote("support")
    with pytest.raises(VoteStands):
        answer(scene, scene.member)
    vote(None)
    answer(scene, scene.member)
    assert shown(scene) == "林栖云、罗小满"


def test_nobody_supports_what_they_have_signed_until_they_leave(scene: Scene) -> None:
    def vote(choice: str | None) -> dict[int, Refused]:
        ballot = Ballot(actor(scene.member), scene.suggestion.pk, choice)
        return cast_votes(topic_id=scene.topic.pk, ballots=[ballot], at=AT).refusals

    name(scene, scene.member)
    answer(scene, scene.member)
    assert [refusal.code for refusal in vote("support").values()] == ["own_suggestion"]
    withdraw_cosigning(suggestion_id=scene.suggestion.pk, by=actor(scene.member), at=AT)
    assert vote("support") == {}


def test_nobody_supports_a_group_in_which_they_have_signed_something(scene: Scene) -> None:
    like = make_suggestion(scene.topic, scene.other, publish_by=scene.moderator)
    name(scene, scene.member)
    answer(scene, scene.member)
    merge_suggestions(
        topic_id=scene.topic.pk,
        suggestion_ids=[scene.suggestion.pk],
        into=like.pk,
        by=actor(scene.moderator),
        at=AT,
    )
    ballot = Ballot(actor(scene.member), like.pk, "support")
    counted = cast_votes(topic_id=scene.topic.pk, ballots=[ballot], at=AT)
    assert [refusal.code for refusal in counted.refusals.values()] == ["own_suggestion"]


def test_the_journal_says_pseudonyms_and_numbers_and_who_is_asked_hears_of_it(scene: Scene) -> None:
    name(scene, scene.member, scene.other)
    answer(scene, scene.member)
    entries = list(JournalEntry.objects.filter(topic=scene.topic, kind=Step.COSIGNED).order_by("revision"))
    assert [(entry.payload["cosigners"], entry.payload["invited"]) for entry in entries] == [
        ([], 2),
        ([pseudonym(scene.topic.secret, scene.member.pk)], 1),
    ]
    told = set(Notification.objects.filter(topic=scene.topic).values_list("user_id", "kind"))
    assert {
        (scene.member.pk, News.COSIGN),
        (scene.other.pk, News.COSIGN),
        (scene.author.pk, News.COSIGNED),
    } <= told


def test_the_own_part_of_whoever_is_named_changes_with_it(scene: Scene) -> None:
    before = topic_state(scene.topic.pk, at=AT).revision
    name(scene, scene.member)
    assert changes_since(scene.topic.pk, before, at=AT).authors == (scene.author.pk, scene.member.pk)


def test_naming_and_answering_twice_is_once(scene: Scene) -> None:
    name(scene, scene.member)
    before = trace(scene.topic)
    name(scene, scene.member)
    assert trace(scene.topic) == before
    answer(scene, scene.member)
    before = trace(scene.topic)
    answer(scene, scene.member)
    assert trace(scene.topic) == before


def test_only_members_who_are_not_the_author_can_be_named_and_only_so_many(scene: Scene) -> None:
    before = trace(scene.topic)
    with pytest.raises(OwnCosigner):
        name(scene, scene.member, scene.author)
    with pytest.raises(UnknownMember) as refusal:
        name(scene, scene.member, scene.moderator)
    assert refusal.value.message == f"{scene.moderator}不是主办单位的委员。"
    crowd = [make_member(scene.county, f"委员{number}") for number in range(MOST + 1)]
    with pytest.raises(TooManyCosigners):
        name(scene, *crowd)
    assert trace(scene.topic) == before
    name(scene, *crowd[:MOST])
    with pytest.raises(TooManyCosigners):
        name(scene, scene.member)


def test_only_the_author_names_and_only_who_is_named_answers(scene: Scene) -> None:
    with pytest.raises(NotAllowed):
        name_cosigners(
            suggestion_id=scene.suggestion.pk, member_ids=[scene.other.pk], by=actor(scene.member), at=AT
        )
    with pytest.raises(NotAllowed):
        answer(scene, scene.member)
    waiting = make_suggestion(scene.topic, scene.other)
    with pytest.raises(UnknownSuggestion):
        answer(scene, scene.member, of=waiting.pk)


@pytest.mark.parametrize("minutes", [60, 90])
def test_after_closing_nobody_is_named_or_leaves_but_who_was_asked_may_answer(
    scene: Scene, minutes: int
) -> None:
    later = NOON + minutes * MINUTE
    name(scene, scene.member, scene.other)
    answer(scene, scene.member)
    with pytest.raises(PostingClosed):
        name(scene, make_member(scene.county, "沈墨"), at=later)
    with pytest.raises(Refused, match="already_closed"):
        answer(scene, scene.member, agree=False, at=later)
    answer(scene, scene.other, at=later)
    assert shown(scene) == "林栖云、罗小满、顾南枝"


def test_a_frozen_or_paused_topic_takes_no_answer(scene: Scene) -> None:
    name(scene, scene.member)
    pause_topic(topic_id=scene.topic.pk, by=actor(scene.moderator), at=AT)
    with pytest.raises(Paused):
        answer(scene, scene.member)
    Topic.objects.filter(pk=scene.topic.pk).update(frozen_at=NOON + HOUR)
    with pytest.raises(Frozen):
        answer(scene, scene.member, at=NOON + 2 * HOUR)


def test_what_is_declined_cannot_be_signed(scene: Scene) -> None:
    waiting = make_suggestion(scene.topic, scene.other)
    name_cosigners(suggestion_id=waiting.pk, member_ids=[scene.member.pk], by=actor(scene.other), at=AT)
    decline_suggestion(suggestion_id=waiting.pk, by=actor(scene.moderator), at=AT, reason="重复")
    with pytest.raises(NotEditable):
        answer(scene, scene.member, of=waiting.pk)


def test_a_signature_in_one_topic_takes_no_slot_in_another(scene: Scene) -> None:
    name(scene, scene.member)
    answer(scene, scene.member)
    elsewhere = make_topic(scene.county, "另一个议题", deliberation=scene.topic.deliberation)
    suggestion = make_suggestion(elsewhere, scene.member)
    assert publish_suggestion(suggestion_id=suggestion.pk, by=actor(scene.moderator), at=AT).slot == 1
