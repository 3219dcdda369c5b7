"""A topic's result in somebody else's page."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.test import Client

from consultations.actions.votes import Ballot, cast_votes
from consultations.enums import Visibility
from consultations.models import Deliberation, Topic
from tests.consultations.conftest import Scene
from tests.consultations.factories import HOUR, MINUTE, NOON, actor, make_suggestion


def look(topic_id: int) -> Any:
    """The frame, an hour after the scene began."""
    with time_machine.travel(NOON + HOUR, tick=False):
        return Client().get(f"/embed/topics/{topic_id}/")


@pytest.fixture
def voted(scene: Scene) -> Scene:
    """Two ideas, the second with one voice."""
    second = make_suggestion(scene.topic, scene.member, "渡口加班船。<script>", publish_by=scene.moderator)
    ballots = [Ballot(actor(scene.other), second.pk, "support")]
    cast_votes(topic_id=scene.topic.pk, ballots=ballots, at=NOON + 2 * MINUTE)
    return scene


def test_it_shows_the_ideas_with_most_support_first_and_leads_back(voted: Scene) -> None:
    answer = look(voted.topic.pk)
    page = answer.content.decode()
    assert page.index("渡口加班船") < page.index("机关单位车位")
    assert "<script" not in page
    assert f"/topics/{voted.topic.pk}/" in page
    assert 'value="100"' in page


def test_it_may_stand_in_any_frame_runs_nothing_and_sets_no_cookie(voted: Scene) -> None:
    answer = look(voted.topic.pk)
    policy = answer["Content-Security-Policy"]
    assert "frame-ancestors *" in policy
    assert "script-src 'none'" in policy
    assert "X-Frame-Options" not in answer
    assert not answer.cookies
    assert "public" in answer["Cache-Control"]
    with time_machine.travel(NOON + HOUR, tick=False):
        other = Client().get(f"/topics/{voted.topic.pk}/")
    assert "frame-ancestors 'none'" in other["Content-Security-Policy"]


def test_hidden_counts_are_hidden_here_too(voted: Scene) -> None:
    Topic.objects.update(tallies="closed", closes_at=NOON + 3 * HOUR)
    page = look(voted.topic.pk).content.decode()
    assert "<meter" not in page
    assert page.index("机关单位车位") < page.index("渡口加班船")


def test_what_is_not_open_to_everybody_is_not_there(voted: Scene) -> None:
    assert look(10**9).status_code == 404
    Deliberation.objects.update(visibility=Visibility.MEMBERS)
    assert look(voted.topic.pk).status_code == 404
