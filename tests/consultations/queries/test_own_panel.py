"""One's own panel on the topic page: proposals, merges, objections."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consultations.actions.flags import flag_suggestion, settle_flags
from consultations.actions.merging import merge_suggestions, unmerge_suggestion
from consultations.actions.proposals import propose_wording
from consultations.actions.votes import Ballot, cast_votes
from consultations.enums import FlagKind
from consultations.models import Suggestion, Topic
from consultations.queries.desk import edition_of
from consultations.queries.own_panel import OwnPanel, own_panel
from consultations.queries.state import load_topic
from jianyan.accounts.models import User
from tests.consultations.conftest import Scene
from tests.consultations.factories import MINUTE, NOON, actor, make_suggestion
from tests.jianyan.accounts.factories import make_member

AT = NOON + 5 * MINUTE


def panel_of(scene: Scene, user: User) -> OwnPanel:
    return own_panel(load_topic(scene.topic.pk), actor(user, AT), at=AT)


def support(suggestion: Suggestion, *voters: User) -> None:
    cast_votes(
        topic_id=suggestion.topic_id,
        ballots=[Ballot(actor(one), suggestion.pk, "support") for one in voters],
        at=AT,
    )


def merge(scene: Scene, *merging: Suggestion, into: Suggestion) -> None:
    merge_suggestions(
        topic_id=scene.topic.pk,
        suggestion_ids=[one.pk for one in merging],
        into=into.pk,
        by=actor(scene.moderator),
        at=AT,
    )


@pytest.fixture
def merged(scene: Scene) -> Suggestion:
    """The author's #1, which `other` supports, merged into the member's #2."""
    second = make_suggestion(scene.topic, scene.member, "机关大院夜间开放车位。", publish_by=scene.moderator)
    support(scene.suggestion, scene.other)
    merge(scene, scene.suggestion, into=second)
    return second


def test_an_author_sees_both_texts_with_what_differs(scene: Scene) -> None:
    propose_wording(
        suggestion_id=scene.suggestion.pk,
        text="机关单位车位晚八点至早七点向周边居民错时开放。",
        reason="七点还有人加班",
        seen=edition_of(scene.suggestion),
        by=actor(scene.moderator),
        at=AT,
    )
    (proposal,) = panel_of(scene, scene.author).proposals
    assert [(piece.text, piece.marks) for piece in proposal.before] == [
        ("机关单位车位晚", ""),
        ("六", "changed"),
        ("点至早七点向周边居民错时开放。", ""),
    ]
    assert "".join(piece.text for piece in proposal.after) == "机关单位车位晚八点至早七点向周边居民错时开放。"
    assert (proposal.number, proposal.reason) == (1, "七点还有人加班")
    assert panel_of(scene, scene.member).proposals == ()
    Topic.objects.filter(pk=scene.topic.pk).update(frozen_at=AT)
    assert panel_of(scene, scene.author).proposals == ()


def test_author_and_supporter_of_a_merged_idea_are_told_where_it_is(scene: Scene, merged: Suggestion) -> None:
    (idea,) = panel_of(scene, scene.author).merged
    assert (idea.number, idea.mine, idea.into_number) == (1, True, 2)
    assert (idea.into_text, idea.objection, idea.may_object) == ("机关大院夜间开放车位。", "", True)
    supported = panel_of(scene, scene.other)
    assert [(one.number, one.mine) for one in supported.merged] == [(1, False)]
    assert supported.joined == {scene.suggestion.pk}
    assert panel_of(scene, scene.member).merged == ()
    unmerge_suggestion(suggestion_id=scene.suggestion.pk, by=actor(scene.moderator), at=AT)
    assert panel_of(scene, scene.author).merged == ()
    assert panel_of(scene, scene.other).merged == ()


def test_an_objection_waits_until_the_moderators_have_dealt_with_it(scene: Scene, merged: Suggestion) -> None:
    flag_suggestion(
        suggestion_id=scene.suggestion.pk,
        kind=FlagKind.SPLIT,
        text="我说的是错时，不是夜间。",
        by=actor(scene.other),
        at=AT,
    )
    (waiting,) = panel_of(scene, scene.other).merged
    assert (waiting.objection, waiting.may_object) == ("open", False)
    assert panel_of(scene, scene.author).merged[0].objection == ""
    settle_flags(suggestion_id=scene.suggestion.pk, by=actor(scene.moderator), at=AT)
    (settled,) = panel_of(scene, scene.other).merged
    assert (settled.objection, settled.may_object) == ("settled", True)
    Topic.objects.filter(pk=scene.topic.pk).update(frozen_at=AT)
    assert not panel_of(scene, scene.other).merged[0].may_object


def test_the_number_of_queries_does_not_depend_on_the_rows(scene: Scene, merged: Suggestion) -> None:
    with CaptureQueriesContext(connection) as one:
        panel_of(scene, scene.other)
    for number in range(3):
        author = make_member(scene.county, f"委员{number}")
        more = make_suggestion(scene.topic, author, f"第{number}件事。", publish_by=scene.moderator)
        support(more, scene.other)
        merge(scene, more, into=merged)
    with CaptureQueriesContext(connection) as three:
        assert len(panel_of(scene, scene.other).merged) == 4
    assert len(one) == len(three)
