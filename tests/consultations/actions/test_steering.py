"""Steering several topics whose clocks run together; and what two moderators do at the same moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
import time_machine

from consultations import rules
from consultations.actions import locking
from consultations.actions.moderation import assign_theme
from consultations.actions.steering import give_notices, link_clocks, steer
from consultations.actions.themes import create_theme, delete_theme, move_theme, order_themes, rename_theme
from consultations.actions.topics import close_topic, pause_topic
from consultations.enums import Phase
from consultations.errors import (
    AlreadyClosed,
    BadForm,
    BadTime,
    Frozen,
    NotAllowed,
    UnknownTheme,
    UnknownTopic,
)
from consultations.events import Event, forget, listen
from consultations.models import Deliberation, JournalEntry, Suggestion, Theme, Topic
from consultations.queries.journal_check import check_journal
from consultations.queries.state import changes_since
from jianyan.accounts.models import User
from jianyan.accounts.roles import Actor
from tests.consultations.conftest import Scene
from tests.consultations.factories import (
    HOUR,
    MINUTE,
    NOON,
    actor,
    make_deliberation,
    make_suggestion,
    make_topic,
)
from tests.consultations.test_concurrency import at_once
from tests.jianyan.accounts.factories import make_county, make_member, make_moderator

AT = NOON + 10 * MINUTE


@dataclass(frozen=True)
class Meeting:
    """A deliberation whose clocks run together: two live topics, one that is announced, and one that is over."""

    deliberation: Deliberation
    first: Topic
    second: Topic
    later: Topic
    over: Topic
    by: Actor
    author: User

    @property
    def topics(self) -> tuple[Topic, ...]:
        return self.first, self.second, self.later, self.over

    def entries(self) -> list[list[str]]:
        """The kinds of journal entry of each topic, in their order."""
        return [
            list(
                JournalEntry.objects.filter(topic=topic)
                .exclude(kind="phase")
                .order_by("revision")
                .values_list("kind", flat=True)
            )
            for topic in self.topics
        ]

    def closing(self) -> list[dt.datetime]:
        return [Topic.objects.get(pk=topic.pk).closes_at for topic in self.topics]


@pytest.fixture
def meeting(db: None) -> Meeting:
    return make_meeting()


def make_meeting() -> Meeting:
    county = make_county("政协临溪县委员会")
    deliberation = make_deliberation(county, linked=True)
    return Meeting(
        deliberation=deliberation,
        first=make_topic(county, "破解老城区停车难", deliberation=deliberation),
        second=make_topic(county, "老旧小区加装电梯", deliberation=deliberation),
        later=make_topic(county, "校园周边交通", deliberation=deliberation, opens_at=NOON + 30 * MINUTE),
        over=make_topic(county, "夜间公交", deliberation=deliberation, closes_at=NOON + 5 * MINUTE),
        by=actor(make_moderator(county)),
        author=make_member(county),
    )


@pytest.fixture
def heard() -> Iterator[list[Event]]:
    events: list[Event] = []
    listen(events.append)
    yield events
    forget(events.append)


def ids(topics: tuple[Topic, ...]) -> set[int]:
    return {topic.pk for topic in topics}


def test_a_pause_stops_every_topic_that_runs_with_one_entry_and_one_event_each(
    meeting: Meeting, heard: list[Event], django_capture_on_commit_callbacks: object
) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        changed = steer("pause", topic_id=meeting.first.pk, by=meeting.by, at=AT)
    assert ids(changed) == {meeting.first.pk, meeting.second.pk}
    assert meeting.entries() == [["paused"], ["paused"], [], []]
    assert sorted(event.topic_id for event in heard) == [meeting.first.pk, meeting.second.pk]
    assert set(JournalEntry.objects.values_list("at", flat=True)) == {AT}
    for topic in (meeting.first, meeting.second):
        topic.refresh_from_db()
        assert not rules.voting_open(topic, AT)
    resumed = steer("resume", topic_id=meeting.second.pk, by=meeting.by, at=AT + MINUTE)
    assert ids(resumed) == {meeting.first.pk, meeting.second.pk}
    assert meeting.entries() == [["paused", "resumed"], ["paused", "resumed"], [], []]


def test_an_extension_moves_every_closing_that_lies_ahead(meeting: Meeting) -> None:
    before = meeting.closing()
    changed = steer("extend", topic_id=meeting.second.pk, by=meeting.by, minutes=7, at=AT)
    assert ids(changed) == {meeting.first.pk, meeting.second.pk, meeting.later.pk}
    moved = [after - was for after, was in zip(meeting.closing(), before, strict=True)]
    assert moved == [7 * MINUTE, 7 * MINUTE, 7 * MINUTE, dt.timedelta()]


def test_closing_one_closes_those_that_are_open(meeting: Meeting) -> None:
    assert ids(steer("close", topic_id=meeting.first.pk, by=meeting.by, at=AT)) == {
        meeting.first.pk,
        meeting.second.pk,
    }
    phases = [rules.phase(Topic.objects.get(pk=topic.pk), AT) for topic in meeting.topics]
    assert phases == [Phase.CLOSED, Phase.CLOSED, Phase.ANNOUNCED, Phase.CLOSED]


def test_without_the_link_and_for_openings_each_topic_is_alone(meeting: Meeting) -> None:
    opened = steer("open", topic_id=meeting.later.pk, by=meeting.by, at=AT)
    assert ids(opened) == {meeting.later.pk}
    Deliberation.objects.update(linked=False)
    assert ids(steer("pause", topic_id=meeting.first.pk, by=meeting.by, at=AT)) == {meeting.first.pk}
    assert meeting.entries() == [["paused"], [], ["opened"], []]


def test_topics_of_another_deliberation_are_left_alone(meeting: Meeting, scene: Scene) -> None:
    steer("pause", topic_id=meeting.first.pk, by=meeting.by, at=AT)
    scene.topic.refresh_from_db()
    assert scene.topic.paused_at is None


def test_what_the_asked_topic_refuses_happens_nowhere(meeting: Meeting) -> None:
    before = meeting.closing()
    with pytest.raises(AlreadyClosed):
        steer("extend", topic_id=meeting.over.pk, by=meeting.by, minutes=5, at=AT)
    with pytest.raises(BadTime):
        steer("extend", topic_id=meeting.first.pk, by=meeting.by, minutes=0, at=AT)
    with pytest.raises(NotAllowed):
        steer("pause", topic_id=meeting.first.pk, by=actor(meeting.author), at=AT)
    with pytest.raises(BadForm):
        steer("resign", topic_id=meeting.first.pk, by=meeting.by, at=AT)
    with pytest.raises(UnknownTopic):
        steer("pause", topic_id=424242, by=meeting.by, at=AT)
    assert (meeting.closing(), meeting.entries()) == (before, [[], [], [], []])


def test_a_second_pause_changes_nothing_and_says_so(meeting: Meeting) -> None:
    pause_topic(topic_id=meeting.second.pk, by=meeting.by, at=AT)
    assert ids(steer("pause", topic_id=meeting.first.pk, by=meeting.by, at=AT)) == {meeting.first.pk}
    assert steer("pause", topic_id=meeting.first.pk, by=meeting.by, at=AT) == ()


def test_a_frozen_topic_does_not_go_along(meeting: Meeting) -> None:
    Topic.objects.filter(pk=meeting.second.pk).update(frozen_at=AT)
    assert ids(steer("pause", topic_id=meeting.first.pk, by=meeting.by, at=AT)) == {meeting.first.pk}


def test_all_of_them_are_changed_at_the_instant_at_which_the_locks_were_got(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock, got = locking.lock_topic, AT + dt.timedelta(seconds=3)
    with time_machine.travel(AT, tick=False) as clock:

        def wait(topic_id: int) -> Topic:
            clock.move_to(got)
            return lock(topic_id)

        monkeypatch.setattr(locking, "lock_topic", wait)
        steer("close", topic_id=meeting.first.pk, by=meeting.by)
    assert meeting.closing()[:2] == [got, got]


def test_a_notice_goes_to_every_linked_topic_that_is_not_over(meeting: Meeting) -> None:
    told = give_notices(topic_id=meeting.first.pk, by=meeting.by, text="还有两分钟。", at=AT)
    assert ids(told) == {meeting.first.pk, meeting.second.pk, meeting.later.pk}
    assert meeting.entries() == [["notice"], ["notice"], ["notice"], []]
    Deliberation.objects.update(linked=False)
    assert ids(give_notices(topic_id=meeting.over.pk, by=meeting.by, text="谢谢。", at=AT)) == {
        meeting.over.pk
    }


def test_linking_stands_in_the_journal_of_every_topic_that_is_not_over(meeting: Meeting) -> None:
    changed = link_clocks(topic_id=meeting.first.pk, on=False, by=meeting.by, at=AT)
    assert ids(changed) == {meeting.first.pk, meeting.second.pk, meeting.later.pk}
    meeting.deliberation.refresh_from_db()
    assert not meeting.deliberation.linked
    assert meeting.entries() == [["prepared"], ["prepared"], ["prepared"], []]
    assert {entry.payload["linked"] for entry in JournalEntry.objects.all()} == {False}
    assert link_clocks(topic_id=meeting.first.pk, on=False, by=meeting.by, at=AT) == ()
    assert all(not check_journal(topic.pk).faults for topic in meeting.topics)


def test_linking_is_for_moderators_of_several_topics_that_are_not_over(
    meeting: Meeting, scene: Scene
) -> None:
    with pytest.raises(NotAllowed):
        link_clocks(topic_id=meeting.first.pk, on=False, by=actor(meeting.author), at=AT)
    with pytest.raises(AlreadyClosed):
        link_clocks(topic_id=meeting.first.pk, on=False, by=meeting.by, at=NOON + 3 * HOUR)
    with pytest.raises(BadForm):
        link_clocks(topic_id=scene.topic.pk, on=True, by=actor(scene.moderator), at=AT)
    meeting.deliberation.refresh_from_db()
    assert meeting.deliberation.linked


# --- themes -------------------------------------------------------------------------------------------------


def test_a_theme_moves_by_places_and_no_further_than_the_end(meeting: Meeting) -> None:
    topic = meeting.first
    first, second, third = (
        create_theme(topic_id=topic.pk, name=name, by=meeting.by, at=AT) for name in ("甲", "乙", "丙")
    )
    move_theme(theme_id=third.pk, places=-2, by=meeting.by, at=AT)
    move_theme(theme_id=first.pk, places=1, by=meeting.by, at=AT)
    assert list(topic.themes.values_list("name", flat=True)) == ["丙", "乙", "甲"]
    revision = Topic.objects.get(pk=topic.pk).revision
    move_theme(theme_id=first.pk, places=5, by=meeting.by, at=AT)
    order_themes(topic_id=topic.pk, theme_ids=[third.pk, second.pk, first.pk], by=meeting.by, at=AT)
    assert Topic.objects.get(pk=topic.pk).revision == revision


def test_of_a_deleted_theme_the_suggestions_stay_and_everybody_is_told(scene: Scene) -> None:
    by, topic = actor(scene.moderator), scene.topic
    theme = create_theme(topic_id=topic.pk, name="错时共享", by=by, at=AT)
    waiting = make_suggestion(topic, scene.member, "增设夜间公交。")
    for suggestion in (scene.suggestion, waiting):
        assign_theme(suggestion_id=suggestion.pk, theme_id=theme.pk, by=by, at=AT)
    before = Topic.objects.get(pk=topic.pk).revision
    assert delete_theme(theme_id=theme.pk, by=by, at=AT) == 2
    assert set(Suggestion.objects.values_list("theme", flat=True)) == {None}
    changes = changes_since(topic.pk, before, at=AT)
    assert (changes.revision, changes.themes) == (before + 1, ())
    assert [(fact.id, fact.theme) for fact in changes.suggestions] == [(scene.suggestion.pk, None)]  # type: ignore[union-attr]
    with pytest.raises(UnknownTheme):
        delete_theme(theme_id=theme.pk, by=by, at=AT)


def test_themes_of_a_frozen_topic_stay_and_members_delete_none(scene: Scene) -> None:
    by = actor(scene.moderator)
    theme = create_theme(topic_id=scene.topic.pk, name="错时共享", by=by, at=AT)
    with pytest.raises(NotAllowed):
        delete_theme(theme_id=theme.pk, by=actor(scene.member), at=AT)
    Topic.objects.filter(pk=scene.topic.pk).update(frozen_at=AT)
    with pytest.raises(Frozen):
        delete_theme(theme_id=theme.pk, by=by, at=AT)
    assert Theme.objects.filter(pk=theme.pk).exists()


# --- at the same moment --------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_eight_pauses_from_two_desks_each_topic_has_one() -> None:
    meeting = make_meeting()
    pauses = [
        partial(steer, "pause", topic_id=topic.pk, by=meeting.by, at=AT)
        for topic in (meeting.first, meeting.second) * 4
    ]
    answers = at_once(pauses)
    assert sorted(len(changed) for changed in answers) == [0] * 7 + [2]
    assert meeting.entries() == [["paused"], ["paused"], [], []]


@pytest.mark.django_db(transaction=True)
def test_extending_while_another_closes_leaves_a_closed_topic_closed() -> None:
    meeting = make_meeting()
    Deliberation.objects.update(linked=False)
    jobs: list[Callable[[], Any]] = [partial(close_topic, topic_id=meeting.first.pk, by=meeting.by, at=AT)]
    jobs += [partial(steer, "extend", topic_id=meeting.first.pk, by=meeting.by, minutes=5, at=AT)] * 7
    answers = at_once(jobs)
    kinds = meeting.entries()[0]
    assert kinds[-1] == "closed"
    assert meeting.closing()[0] == AT
    assert sum(isinstance(answer, AlreadyClosed) for answer in answers) == 8 - len(kinds)


@pytest.mark.django_db(transaction=True)
def test_steering_while_the_link_is_switched_is_before_or_after_it() -> None:
    meeting = make_meeting()
    jobs: list[Callable[[], Any]] = [
        partial(link_clocks, topic_id=meeting.second.pk, on=False, by=meeting.by, at=AT)
    ]
    jobs += [partial(steer, "extend", topic_id=meeting.first.pk, by=meeting.by, minutes=1, at=AT)] * 5
    at_once(jobs)
    mine, other = meeting.entries()[:2]
    assert mine.count("extended") == 5
    # The other topic went along until its journal says that it does not any more.
    assert other == ["extended"] * mine.index("prepared") + ["prepared"]
    assert all(not check_journal(topic.pk).faults for topic in meeting.topics)


@pytest.mark.django_db(transaction=True)
def test_a_theme_that_is_deleted_while_others_assign_it_is_nobody_s() -> None:
    meeting = make_meeting()
    topic = meeting.first
    theme = create_theme(topic_id=topic.pk, name="错时共享", by=meeting.by, at=AT)
    suggestion = make_suggestion(topic, meeting.author, at=AT)
    jobs: list[Callable[[], Any]] = [partial(delete_theme, theme_id=theme.pk, by=meeting.by, at=AT)]
    jobs += [partial(assign_theme, suggestion_id=suggestion.pk, theme_id=theme.pk, by=meeting.by, at=AT)] * 4
    jobs += [
        partial(rename_theme, theme_id=theme.pk, name=f"改{one}", by=meeting.by, at=AT) for one in "甲乙"
    ]
    answers = at_once(jobs)
    suggestion.refresh_from_db()
    assert (suggestion.theme_id, Theme.objects.count()) == (None, 0)
    assert not [
        answer for answer in answers if isinstance(answer, Exception) and not isinstance(answer, UnknownTheme)
    ]
    assert check_journal(topic.pk).faults == ()
