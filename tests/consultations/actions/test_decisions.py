"""Deciding on what was seen: the guard round the moderator's actions."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine

from consultations.actions.decisions import Decision, decide, decide_each, merge_seen
from consultations.actions.moderation import publish_suggestion, return_suggestion
from consultations.actions.suggestions import edit_suggestion, withdraw_suggestion
from consultations.errors import (
    AlreadyDecided,
    ChangedMeanwhile,
    NotAllowed,
    ReasonMissing,
    RepresentsOthers,
    UnknownSuggestion,
)
from consultations.models import JournalEntry, Suggestion
from consultations.queries.desk import edition_of
from jianyan.accounts.models import User
from tests.consultations.conftest import Scene
from tests.consultations.factories import MINUTE, NOON, actor, make_suggestion, make_topic
from tests.jianyan.accounts.factories import make_member

AT = NOON + 5 * MINUTE


def test_a_suggestion_is_decided_only_at_the_desk_of_its_own_topic(scene: Scene) -> None:
    other = make_topic(scene.county, "另一议题")
    with pytest.raises(UnknownSuggestion):
        decide(
            Decision.HIDE,
            topic_id=other.pk,
            suggestion_id=scene.suggestion.pk,
            seen=edition_of(scene.suggestion),
            by=actor(scene.moderator),
            at=AT,
            reason="内容与本议题无关。",
        )
    scene.suggestion.refresh_from_db()
    assert scene.suggestion.status == "published"


def test_who_may_not_moderate_is_not_told_what_has_changed(scene: Scene) -> None:
    with pytest.raises(NotAllowed):
        decide(
            Decision.HIDE,
            topic_id=scene.topic.pk,
            suggestion_id=scene.suggestion.pk,
            seen="pending-0000000000000000",
            by=actor(scene.member),
            at=AT,
        )


def pending(scene: Scene, author: User, text: str = "医院东侧两条支路改单行。") -> Suggestion:
    return make_suggestion(scene.topic, author, text, at=NOON + MINUTE)


def test_the_second_moderator_is_told_who_decided_and_when(scene: Scene) -> None:
    suggestion = pending(scene, scene.member)
    seen = edition_of(suggestion)
    publish_suggestion(suggestion_id=suggestion.pk, by=actor(scene.moderator), at=AT)
    with pytest.raises(AlreadyDecided) as refusal:
        decide(
            Decision.DECLINE,
            topic_id=scene.topic.pk,
            suggestion_id=suggestion.pk,
            seen=seen,
            by=actor(scene.secretary),
            reason="与本议题无关。",
        )
    assert refusal.value.params == {"number": 2, "status": "已发布", "name": "韩主持", "at": AT}


def test_what_its_author_took_back_is_not_laid_at_a_moderator_s_door(scene: Scene) -> None:
    suggestion = pending(scene, scene.member)
    return_suggestion(suggestion_id=suggestion.pk, by=actor(scene.moderator), reason="请修改。", at=AT)
    suggestion.refresh_from_db()
    seen = edition_of(suggestion)
    withdraw_suggestion(suggestion_id=suggestion.pk, by=actor(scene.member), at=AT + MINUTE)
    with pytest.raises(AlreadyDecided) as refusal:
        decide(
            Decision.PUBLISH,
            topic_id=scene.topic.pk,
            suggestion_id=suggestion.pk,
            seen=seen,
            by=actor(scene.secretary),
        )
    assert refusal.value.params["name"] == ""


def test_a_decision_is_of_the_instant_at_which_its_turn_came(scene: Scene) -> None:
    suggestion = pending(scene, scene.member)
    with time_machine.travel(AT, tick=False):
        decide(
            Decision.PUBLISH,
            topic_id=scene.topic.pk,
            suggestion_id=suggestion.pk,
            seen=edition_of(suggestion),
            by=actor(scene.moderator),
        )
    entry = JournalEntry.objects.latest("revision")
    assert (entry.kind, entry.at) == ("published", AT)


def test_of_several_each_is_decided_by_itself_and_each_refusal_is_told(scene: Scene) -> None:
    open_one, decided, changed = (
        pending(scene, author, f"第{index}件事。")
        for index, author in enumerate((make_member(scene.county, "戚远"), scene.member, scene.other), 1)
    )
    seen = {one.pk: edition_of(one) for one in (open_one, decided, changed)}
    publish_suggestion(suggestion_id=decided.pk, by=actor(scene.secretary), at=AT)
    edit_suggestion(suggestion_id=changed.pk, by=actor(scene.other), text="另一件事。", at=AT)
    outcomes = decide_each(
        Decision.RETURN,
        topic_id=scene.topic.pk,
        seen=seen,
        by=actor(scene.moderator),
        reason="请修改。",
        at=AT,
    )
    assert [(one.number, one.refusal and one.refusal.code) for one in outcomes] == [
        (open_one.number, None),
        (decided.number, "already_decided"),
        (changed.number, "changed_meanwhile"),
    ]
    statuses = Suggestion.objects.in_bulk(seen)
    assert [statuses[pk].status for pk in seen] == ["returned", "published", "pending"]


def test_who_may_not_moderate_is_told_once_and_nothing_is_done(scene: Scene) -> None:
    suggestion = pending(scene, scene.member)
    with pytest.raises(NotAllowed):
        decide_each(
            Decision.PUBLISH,
            topic_id=scene.topic.pk,
            seen={suggestion.pk: edition_of(suggestion)},
            by=actor(scene.other),
            at=AT,
        )
    with pytest.raises(UnknownSuggestion):
        decide_each(
            Decision.PUBLISH, topic_id=scene.topic.pk, seen={999_999: "x"}, by=actor(scene.moderator), at=AT
        )


def test_several_are_not_declined_without_a_reason(scene: Scene) -> None:
    suggestion = pending(scene, scene.member)
    with pytest.raises(ReasonMissing):
        decide_each(
            Decision.DECLINE,
            topic_id=scene.topic.pk,
            seen={suggestion.pk: edition_of(suggestion)},
            by=actor(scene.moderator),
            reason=" ",
            at=AT,
        )


def test_a_merge_is_done_as_it_was_seen_or_not_at_all(scene: Scene) -> None:
    first, second = pending(scene, scene.member), pending(scene, scene.other, "机关车位错时开放。")
    seen = {one.pk: edition_of(one) for one in (first, second)}
    into = scene.suggestion
    edit_suggestion(suggestion_id=second.pk, by=actor(scene.other), text="另一件事。", at=AT)
    wish: dict[str, Any] = {
        "topic_id": scene.topic.pk,
        "into": into.pk,
        "into_seen": edition_of(into),
        "at": AT,
    }
    with pytest.raises(ChangedMeanwhile):
        merge_seen(seen=seen, by=actor(scene.moderator), **wish)
    assert not Suggestion.objects.filter(status="merged").exists()
    second.refresh_from_db()
    merge_seen(seen=seen | {second.pk: edition_of(second)}, by=actor(scene.moderator), **wish)
    assert set(Suggestion.objects.filter(merged_into=into)) == {first, second}


def test_what_represents_others_is_not_hidden_before_they_are_out_again(scene: Scene) -> None:
    other = pending(scene, scene.member)
    merge_seen(
        topic_id=scene.topic.pk,
        seen={other.pk: edition_of(other)},
        into=scene.suggestion.pk,
        into_seen=edition_of(scene.suggestion),
        by=actor(scene.moderator),
        at=AT,
    )
    with pytest.raises(RepresentsOthers):
        decide(
            Decision.HIDE,
            topic_id=scene.topic.pk,
            suggestion_id=scene.suggestion.pk,
            seen=edition_of(scene.suggestion),
            by=actor(scene.moderator),
            reason="与本议题无关。",
        )
