"""Whose turn it is: everybody of the forty who still has something to say, one after the other."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from itertools import pairwise

import pytest

from consultations.actions.suggestions import post_suggestion
from consultations.actions.topics import open_topic
from consultations.models import Topic
from jianyan.demo import people, programme
from jianyan.demo.stage import Stage
from tests.jianyan.demo.conftest import AT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def stage() -> Stage:
    stage = Stage(programme.read_cast(), random.Random(1))
    stage.refresh(AT, now=1000.0)
    return stage


def test_the_live_topic_is_on_with_a_turn_for_each_idea_that_was_held_back(stage: Stage) -> None:
    live = Topic.objects.get(title="破解老城区停车难")
    assert (stage.live, stage.newest(), list(stage.scenes)) == (live.pk, live.pk, [live.pk])
    turns = stage.scenes[live.pk].turns
    assert len(turns) == 21
    assert set(turns) <= set(stage.cast.crowd)


def test_turns_begin_at_once_and_are_half_a_minute_to_two_minutes_apart(stage: Stage) -> None:
    times = [turn.since for turn in stage.scenes[stage.live or 0].turns.values()]
    assert times[0] == 1012.0
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert 35 <= min(gaps) <= max(gaps) <= 110


def test_turns_stay_as_they_are_while_the_topic_is_open(stage: Stage) -> None:
    before = stage.scenes[stage.live or 0]
    stage.refresh(AT + 2 * SECOND, now=1002.0)
    assert stage.scenes[stage.live or 0] is before


def test_whoever_has_spoken_has_no_turn_when_the_demonstration_is_started_again(stage: Stage) -> None:
    live = stage.live or 0
    author, turn = next(iter(stage.scenes[live].turns.items()))
    by = people.actors(at=AT)[author]
    post_suggestion(topic_id=live, by=by, text=turn.idea.text, client_ref=str(uuid.uuid4()), at=AT)
    again = Stage(stage.cast, random.Random(2))
    again.refresh(AT + SECOND, now=0.0)
    assert len(again.scenes[live].turns) == 20
    assert author not in again.scenes[live].turns


def test_a_topic_that_a_visitor_opens_fills_briskly(stage: Stage) -> None:
    tea = Topic.objects.get(title="茶产业如何提价又提量")
    open_topic(topic_id=tea.pk, by=people.on_duty(at=AT), at=AT + SECOND)
    stage.refresh(AT + 2 * SECOND, now=1002.0)
    assert stage.newest() == tea.pk
    assert stage.live != tea.pk
    times = [turn.since for turn in stage.scenes[tea.pk].turns.values()]
    assert len(times) > 20
    assert times[6] - times[0] < 6 * 35


def test_a_topic_that_somebody_else_has_written_has_no_turns(stage: Stage) -> None:
    Topic.objects.filter(pk=stage.live or 0).update(prompt="一个访客自己写的问题？")
    other = Stage(stage.cast, random.Random(1))
    other.refresh(AT, now=0.0)
    assert other.scenes[stage.live or 0].turns == {}


def test_nothing_is_newest_while_nothing_is_open(stage: Stage) -> None:
    assert Stage(stage.cast, random.Random(1)).newest() is None
