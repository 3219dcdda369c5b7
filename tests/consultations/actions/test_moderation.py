from __future__ import annotations

from collections.abc import Callable

import pytest

from consultations.actions.claims import claim_suggestion, release_claim
from consultations.actions.moderation import (
    assign_theme,
    decline_suggestion,
    feature_suggestion,
    hide_suggestion,
    publish_suggestion,
    restore_suggestion,
    return_suggestion,
)
from consultations.actions.themes import create_theme, order_themes, rename_theme
from consultations.errors import (
    AlreadyDecided,
    BadForm,
    Frozen,
    NotAllowed,
    ReasonMissing,
    SlotTaken,
    UnknownSuggestion,
    UnknownTheme,
)
from consultations.models import Claim, JournalEntry, Suggestion, Topic
from jianyan.accounts.roles import Actor
from tests.consultations.conftest import Scene
from tests.consultations.factories import MINUTE, NOON, actor, make_suggestion, make_topic
from tests.jianyan.accounts.factories import make_moderator

AT = NOON + 5 * MINUTE


@pytest.fixture
def pending(scene: Scene) -> Suggestion:
    return make_suggestion(scene.topic, scene.member, "等待审核的一条")


@pytest.fixture
def moderator(scene: Scene) -> Actor:
    return actor(scene.moderator)


def test_each_decision_moves_the_status_keeps_the_reason_and_is_journalled(
    scene: Scene, pending: Suggestion, moderator: Actor
) -> None:
    returned = return_suggestion(suggestion_id=pending.pk, by=moderator, at=AT, reason=" 请写具体 ")
    assert (returned.status, returned.reason, returned.decided_by_id) == (
        "returned", "请写具体", moderator.user_id,
    )  # fmt: skip
    published = publish_suggestion(suggestion_id=pending.pk, by=moderator, at=AT)
    assert (published.status, published.reason, published.published_at) == ("published", "", AT)
    hidden = hide_suggestion(suggestion_id=pending.pk, by=moderator, at=AT, reason="含个人信息")
    assert (hidden.status, hidden.reason) == ("hidden", "含个人信息")
    restored = restore_suggestion(suggestion_id=pending.pk, by=moderator, at=AT)
    assert (restored.status, restored.reason) == ("published", "")
    kinds = JournalEntry.objects.filter(topic=scene.topic).order_by("revision").values_list("kind", flat=True)
    assert list(kinds)[-4:] == ["returned", "published", "hidden", "restored"]


def test_a_declined_one_waits_again_when_restored_if_its_slot_is_still_free(
    scene: Scene, pending: Suggestion, moderator: Actor
) -> None:
    decline_suggestion(suggestion_id=pending.pk, by=moderator, at=AT, reason="与议题无关")
    assert restore_suggestion(suggestion_id=pending.pk, by=moderator, at=AT).status == "pending"
    decline_suggestion(suggestion_id=pending.pk, by=moderator, at=AT, reason="与议题无关")
    make_suggestion(scene.topic, scene.member, "新的一条")
    with pytest.raises(SlotTaken):
        restore_suggestion(suggestion_id=pending.pk, by=moderator, at=AT)


@pytest.mark.parametrize("decide", [return_suggestion, decline_suggestion])
def test_a_decision_against_an_author_needs_a_reason(
    pending: Suggestion, moderator: Actor, decide: Callable[..., Suggestion]
) -> None:
    with pytest.raises(ReasonMissing):
        decide(suggestion_id=pending.pk, by=moderator, at=AT, reason=" \u3000 ")


def test_the_second_of_two_moderators_is_told_that_it_is_decided(
    scene: Scene, pending: Suggestion, moderator: Actor
) -> None:
    second = actor(make_moderator(scene.county, "第二主持"))
    publish_suggestion(suggestion_id=pending.pk, by=moderator, at=AT)
    revision = Topic.objects.get(pk=scene.topic.pk).revision
    with pytest.raises(AlreadyDecided):
        publish_suggestion(suggestion_id=pending.pk, by=second, at=AT)
    with pytest.raises(AlreadyDecided):
        return_suggestion(suggestion_id=pending.pk, by=second, at=AT, reason="请写具体")
    with pytest.raises(AlreadyDecided):
        decline_suggestion(suggestion_id=pending.pk, by=second, at=AT, reason="与议题无关")
    with pytest.raises(AlreadyDecided):
        restore_suggestion(suggestion_id=pending.pk, by=second, at=AT)
    assert Topic.objects.get(pk=scene.topic.pk).revision == revision


def test_only_moderators_of_the_host_decide(scene: Scene, pending: Suggestion) -> None:
    by = actor(scene.member)
    with pytest.raises(NotAllowed):
        publish_suggestion(suggestion_id=pending.pk, by=by, at=AT)
    with pytest.raises(NotAllowed):
        assign_theme(suggestion_id=pending.pk, theme_id=None, by=by, at=AT)
    with pytest.raises(NotAllowed):
        feature_suggestion(suggestion_id=scene.suggestion.pk, on=True, by=by, at=AT)
    with pytest.raises(NotAllowed):
        claim_suggestion(suggestion_id=pending.pk, by=by, at=AT)
    with pytest.raises(NotAllowed):
        create_theme(topic_id=scene.topic.pk, name="归类", by=by, at=AT)


def test_a_frozen_topic_is_not_moderated_any_more(
    scene: Scene, pending: Suggestion, moderator: Actor
) -> None:
    Topic.objects.filter(pk=scene.topic.pk).update(frozen_at=AT)
    with pytest.raises(Frozen):
        publish_suggestion(suggestion_id=pending.pk, by=moderator, at=AT)


def test_at_most_one_suggestion_is_featured(scene: Scene, pending: Suggestion, moderator: Actor) -> None:
    with pytest.raises(AlreadyDecided):
        feature_suggestion(suggestion_id=pending.pk, on=True, by=moderator, at=AT)
    publish_suggestion(suggestion_id=pending.pk, by=moderator, at=AT)
    for one in (scene.suggestion, pending):
        feature_suggestion(suggestion_id=one.pk, on=True, by=moderator, at=AT)
    featured = scene.topic.suggestions.filter(featured=True).values_list("id", flat=True)
    assert list(featured) == [pending.pk]
    revision = Topic.objects.get(pk=scene.topic.pk).revision
    feature_suggestion(suggestion_id=pending.pk, on=True, by=moderator, at=AT)
    assert Topic.objects.get(pk=scene.topic.pk).revision == revision
    feature_suggestion(suggestion_id=pending.pk, on=False, by=moderator, at=AT)
    assert not scene.topic.suggestions.filter(featured=True).exists()


def test_hiding_ends_the_featuring(scene: Scene, moderator: Actor) -> None:
    feature_suggestion(suggestion_id=scene.suggestion.pk, on=True, by=moderator, at=AT)
    assert not hide_suggestion(suggestion_id=scene.suggestion.pk, by=moderator, at=AT, reason="重复").featured


def test_themes_are_made_renamed_ordered_and_assigned(scene: Scene, moderator: Actor) -> None:
    first = create_theme(topic_id=scene.topic.pk, name="错时共享", by=moderator, at=AT)
    second = create_theme(topic_id=scene.topic.pk, name=" 挖潜增位 ", by=moderator, at=AT)
    rename_theme(theme_id=first.pk, name="错时开放", by=moderator, at=AT)
    order_themes(topic_id=scene.topic.pk, theme_ids=[second.pk, first.pk], by=moderator, at=AT)
    assert [theme.name for theme in scene.topic.themes.all()] == ["挖潜增位", "错时开放"]
    themed = assign_theme(suggestion_id=scene.suggestion.pk, theme_id=second.pk, by=moderator, at=AT)
    assert themed.theme_id == second.pk
    revision = Topic.objects.get(pk=scene.topic.pk).revision
    assign_theme(suggestion_id=scene.suggestion.pk, theme_id=second.pk, by=moderator, at=AT)
    assert Topic.objects.get(pk=scene.topic.pk).revision == revision


def test_bad_themes_are_refused(scene: Scene, moderator: Actor) -> None:
    theme = create_theme(topic_id=scene.topic.pk, name="错时共享", by=moderator, at=AT)
    elsewhere = create_theme(
        topic_id=make_topic(scene.county, deliberation=scene.topic.deliberation).pk,
        name="别处", by=moderator, at=AT,
    )  # fmt: skip
    with pytest.raises(BadForm, match="错时共享"):
        create_theme(topic_id=scene.topic.pk, name="错时共享", by=moderator, at=AT)
    with pytest.raises(BadForm):
        create_theme(topic_id=scene.topic.pk, name="长" * 41, by=moderator, at=AT)
    with pytest.raises(UnknownTheme):
        rename_theme(theme_id=999_999, name="无", by=moderator, at=AT)
    with pytest.raises(UnknownTheme):
        order_themes(topic_id=scene.topic.pk, theme_ids=[theme.pk, theme.pk], by=moderator, at=AT)
    with pytest.raises(UnknownTheme):
        assign_theme(suggestion_id=scene.suggestion.pk, theme_id=elsewhere.pk, by=moderator, at=AT)


def test_a_claim_keeps_others_off_for_a_minute_and_ends_with_the_decision(
    scene: Scene, pending: Suggestion, moderator: Actor
) -> None:
    second = actor(make_moderator(scene.county, "第二主持"))
    assert claim_suggestion(suggestion_id=pending.pk, by=moderator, at=AT) is not None
    assert claim_suggestion(suggestion_id=pending.pk, by=second, at=AT) is None
    renewed = claim_suggestion(suggestion_id=pending.pk, by=moderator, at=AT + MINUTE / 2)
    assert renewed is not None
    assert renewed.until == AT + 1.5 * MINUTE
    assert claim_suggestion(suggestion_id=pending.pk, by=second, at=AT + 1.5 * MINUTE) is not None
    release_claim(suggestion_id=pending.pk, by=moderator)
    assert Claim.objects.get().moderator_id == second.user_id
    release_claim(suggestion_id=pending.pk, by=second)
    assert not Claim.objects.exists()
    claim_suggestion(suggestion_id=pending.pk, by=moderator, at=AT)
    publish_suggestion(suggestion_id=pending.pk, by=moderator, at=AT)
    assert not Claim.objects.exists()


def test_a_claim_on_nothing_is_refused(moderator: Actor) -> None:
    with pytest.raises(UnknownSuggestion):
        claim_suggestion(suggestion_id=999_999, by=moderator, at=AT)
