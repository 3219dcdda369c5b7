"""Deciding on what was seen: the guard round the moderator's actions."""

from __future__ import annotations

import pytest

from consultations.actions.decisions import Decision, decide
from consultations.errors import NotAllowed, UnknownSuggestion
from consultations.queries.desk import edition_of
from tests.consultations.conftest import Scene
from tests.consultations.factories import MINUTE, NOON, actor, make_topic

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
