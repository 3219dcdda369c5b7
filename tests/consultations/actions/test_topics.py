from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from consultations import rules
from consultations.actions.attendance import check_in
from consultations.actions.topics import (
    announce_topic,
    close_topic,
    extend_topic,
    give_notice,
    mark_phase,
    open_topic,
    pause_topic,
    resume_topic,
)
from consultations.enums import Phase, Presence
from consultations.errors import AlreadyClosed, BadForm, BadTime, Frozen, NotAllowed, NotOpen
from consultations.models import Attendance, JournalEntry, Topic
from jianyan.accounts.models import User
from tests.consultations.conftest import Scene
from tests.consultations.factories import HOUR, MINUTE, NOON, actor, make_topic
from tests.jianyan.accounts.factories import County, make_member, make_moderator


@pytest.fixture
def moderator(county: County) -> User:
    return make_moderator(county)


def kinds(topic: Topic) -> list[str]:
    return list(JournalEntry.objects.filter(topic=topic).order_by("revision").values_list("kind", flat=True))


def test_a_topic_goes_from_draft_to_closed_by_its_moderator(county: County, moderator: User) -> None:
    topic = make_topic(county, announced_at=None, voting_from=NOON)
    by = actor(moderator)
    announce_topic(topic_id=topic.pk, by=by, at=NOON - 2 * HOUR)
    opened = open_topic(topic_id=topic.pk, by=by, at=NOON - HOUR)
    assert rules.phase(opened, NOON - HOUR) is Phase.OPEN
    assert rules.voting_open(opened, NOON - HOUR)
    pause_topic(topic_id=topic.pk, by=by, at=NOON)
    pause_topic(topic_id=topic.pk, by=by, at=NOON)
    resume_topic(topic_id=topic.pk, by=by, at=NOON + MINUTE)
    resume_topic(topic_id=topic.pk, by=by, at=NOON + MINUTE)
    extended = extend_topic(topic_id=topic.pk, by=by, at=NOON + MINUTE, minutes=5)
    assert extended.closes_at == NOON + HOUR + 5 * MINUTE
    closed = close_topic(topic_id=topic.pk, by=by, at=NOON + 2 * MINUTE)
    assert rules.phase(closed, NOON + 2 * MINUTE) is Phase.CLOSED
    assert kinds(topic) == ["announced", "opened", "paused", "resumed", "extended", "closed"]


def test_an_unannounced_topic_can_be_opened_at_once(county: County, moderator: User) -> None:
    topic = make_topic(county, announced_at=None)
    opened = open_topic(topic_id=topic.pk, by=actor(moderator), at=NOON + MINUTE)
    assert opened.announced_at == NOON + MINUTE


def test_a_topic_cannot_be_opened_after_its_own_closing(county: County, moderator: User) -> None:
    topic = make_topic(county, announced_at=None)
    with pytest.raises(BadTime):
        open_topic(topic_id=topic.pk, by=actor(moderator), at=NOON + HOUR)


def test_extending_moves_a_posting_window_that_ends_with_the_topic(county: County, moderator: User) -> None:
    whole = make_topic(county, posting_until=NOON + HOUR)
    part = make_topic(county, posting_until=NOON + 20 * MINUTE, deliberation=whole.deliberation)
    for topic in (whole, part):
        extend_topic(topic_id=topic.pk, by=actor(moderator), at=NOON, minutes=5)
        topic.refresh_from_db()
    assert (whole.posting_until, part.posting_until) == (NOON + HOUR + 5 * MINUTE, NOON + 20 * MINUTE)


def test_closing_early_ends_the_posting_window_too(county: County, moderator: User) -> None:
    topic = make_topic(county, posting_until=NOON + 50 * MINUTE)
    closed = close_topic(topic_id=topic.pk, by=actor(moderator), at=NOON + 10 * MINUTE)
    assert closed.posting_until == NOON + 10 * MINUTE


@pytest.mark.parametrize("minutes", [0, -5, 7 * 24 * 60 + 1])
def test_an_extension_must_be_a_sensible_number_of_minutes(
    county: County, moderator: User, minutes: int
) -> None:
    with pytest.raises(BadTime):
        extend_topic(topic_id=make_topic(county).pk, by=actor(moderator), at=NOON, minutes=minutes)


def test_steering_in_the_wrong_phase_or_by_others_is_refused(scene: Scene) -> None:
    topic, by = scene.topic, actor(scene.moderator)
    with pytest.raises(NotOpen):
        pause_topic(topic_id=topic.pk, by=by, at=NOON - MINUTE)
    with pytest.raises(AlreadyClosed):
        extend_topic(topic_id=topic.pk, by=by, at=NOON + HOUR, minutes=5)
    with pytest.raises(NotAllowed):
        close_topic(topic_id=topic.pk, by=actor(scene.member), at=NOON + MINUTE)
    Topic.objects.filter(pk=topic.pk).update(frozen_at=NOON)
    with pytest.raises(Frozen):
        extend_topic(topic_id=topic.pk, by=by, at=NOON + MINUTE, minutes=5)


def test_what_the_clock_has_reached_is_journalled_once(scene: Scene) -> None:
    topic = scene.topic
    assert mark_phase(topic_id=topic.pk, at=NOON + MINUTE)
    assert not mark_phase(topic_id=topic.pk, at=NOON + 2 * MINUTE)
    assert mark_phase(topic_id=topic.pk, at=NOON + HOUR)
    assert not mark_phase(topic_id=topic.pk, at=NOON + 2 * HOUR)
    last = JournalEntry.objects.filter(topic=topic).latest("revision")
    assert (last.kind, last.payload["window"], last.payload["tallies"]) == ("phase", "closed", [])


def test_a_draft_has_no_phase_to_mark(county: County) -> None:
    assert not mark_phase(topic_id=make_topic(county, announced_at=None).pk, at=NOON)


def test_a_notice_is_journalled_and_bounded(scene: Scene) -> None:
    by = actor(scene.moderator)
    give_notice(topic_id=scene.topic.pk, by=by, at=NOON, text=" 还有两分钟 ", level="urgent")
    said = {"text": "还有两分钟", "level": "urgent", "by": "moderator"}
    assert JournalEntry.objects.latest("revision").payload == said
    with pytest.raises(BadForm):
        give_notice(topic_id=scene.topic.pk, by=by, at=NOON, text="长" * 201)
    with pytest.raises(BadForm):
        give_notice(topic_id=scene.topic.pk, by=by, at=NOON, text="好", level="loud")


def test_a_member_is_checked_in_once_and_what_the_secretary_set_stays(scene: Scene) -> None:
    topic = scene.topic.pk
    member, other = scene.member.pk, scene.other.pk
    people = [actor(scene.member)]
    assert check_in(topic_id=topic, people=people, at=NOON - MINUTE) == set()
    assert check_in(topic_id=topic, people=people, at=NOON) == {member}
    assert check_in(topic_id=topic, people=people, at=NOON + MINUTE) == set()
    assert Attendance.objects.get(user=scene.member).checked_in_at == NOON
    Attendance.objects.create(
        deliberation=scene.topic.deliberation, user=scene.other, presence=Presence.OBSERVER
    )
    assert check_in(topic_id=topic, people=[actor(scene.other)], at=NOON) == {other}
    observer = Attendance.objects.get(user=scene.other)
    assert (observer.presence, observer.checked_in_at) == ("observer", NOON)
    assert check_in(topic_id=topic, people=[actor(scene.moderator)], at=NOON) == set()
    assert check_in(topic_id=999_999, people=people, at=NOON) == set()


def test_who_was_invited_is_present_on_arrival(scene: Scene) -> None:
    Attendance.objects.create(deliberation=scene.topic.deliberation, user=scene.member)
    assert check_in(topic_id=scene.topic.pk, people=[actor(scene.member)], at=NOON) == {scene.member.pk}
    invited = Attendance.objects.get(user=scene.member)
    assert (invited.presence, invited.checked_in_at) == ("present", NOON)


def test_a_member_of_the_county_is_needed_to_check_in(scene: Scene) -> None:
    late = make_member(scene.county, "后到委员")
    assert check_in(topic_id=scene.topic.pk, people=[actor(late)], at=NOON + 59 * MINUTE) == {late.pk}
    assert check_in(topic_id=scene.topic.pk, people=[actor(scene.author)], at=NOON + HOUR) == set()


def test_a_crowd_is_checked_in_with_as_many_queries_as_one_person(
    scene: Scene, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    crowd = [make_member(scene.county, f"委员{number}") for number in range(40)]
    Attendance.objects.create(deliberation=scene.topic.deliberation, user=crowd[0])
    people = [actor(one) for one in crowd]
    with django_assert_max_num_queries(8):
        came = check_in(topic_id=scene.topic.pk, people=people, at=NOON)
    assert came == {one.pk for one in crowd}
    assert Attendance.objects.filter(presence="present", checked_in_at=NOON).count() == 40
