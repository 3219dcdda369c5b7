"""Attendance: coming online or to the room, and what a secretary sets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial

import pytest

from consultations.actions.attendance import check_in, check_in_on_site, correct_attendance
from consultations.actions.freezing import freeze_deliberation
from consultations.actions.topics import close_topic
from consultations.enums import Mode, Presence
from consultations.errors import BadForm, Frozen, NotAllowed, UnknownDeliberation, UnknownPerson
from consultations.models import Attendance, Summary, Topic
from jianyan.accounts.models import User
from tests.consultations.conftest import Scene
from tests.consultations.factories import HOUR, MINUTE, NOON, actor
from tests.consultations.test_concurrency import at_once
from tests.jianyan.accounts.factories import make_member, make_user

LATER = NOON + 10 * MINUTE


def come(scene: Scene, user: User, at: dt.datetime = LATER) -> Attendance | None:
    return check_in_on_site(deliberation_id=scene.topic.deliberation_id, by=actor(user), at=at)


def row_of(user: User) -> tuple[str, str, dt.datetime | None]:
    return Attendance.objects.values_list("presence", "mode", "checked_in_at").get(user=user)


def set_to(scene: Scene, user: User, presence: str | None = None, mode: str | None = None) -> None:
    correct_attendance(
        deliberation_id=scene.topic.deliberation_id,
        user_id=user.pk,
        presence=presence,
        mode=mode,
        by=actor(scene.secretary),
        at=LATER,
    )


def test_a_member_in_the_room_is_present_on_site(scene: Scene) -> None:
    assert come(scene, scene.member) is not None
    assert row_of(scene.member) == (Presence.PRESENT, Mode.OFFLINE, LATER)


def test_whoever_was_online_before_is_on_site_from_then_on_and_keeps_the_time(scene: Scene) -> None:
    check_in(topic_id=scene.topic.pk, people=[actor(scene.member)], at=NOON)
    come(scene, scene.member)
    assert row_of(scene.member) == (Presence.PRESENT, Mode.OFFLINE, NOON)


def test_joining_online_does_not_take_anybody_out_of_the_room(scene: Scene) -> None:
    come(scene, scene.member)
    check_in(topic_id=scene.topic.pk, people=[actor(scene.member)], at=LATER + MINUTE)
    assert row_of(scene.member) == (Presence.PRESENT, Mode.OFFLINE, LATER)


def test_somebody_invited_without_a_voice_is_an_observer_and_others_are_not_listed(scene: Scene) -> None:
    guest, stranger = make_user("县交通局来人"), make_user("路过的人")
    Attendance.objects.create(deliberation=scene.topic.deliberation, user=guest)
    come(scene, guest)
    assert row_of(guest) == (Presence.OBSERVER, Mode.OFFLINE, LATER)
    assert come(scene, stranger) is None
    assert come(scene, scene.moderator) is None
    assert Attendance.objects.count() == 1


@pytest.mark.parametrize(
    ("at", "noted"),
    [
        (NOON - 60 * MINUTE - dt.timedelta(seconds=1), False),
        (NOON - 60 * MINUTE, True),
        (NOON + HOUR - dt.timedelta(seconds=1), True),
        (NOON + HOUR, False),
    ],
)
def test_the_doors_open_an_hour_before_and_close_with_the_deliberation(
    scene: Scene, at: dt.datetime, noted: bool
) -> None:
    assert (come(scene, scene.member, at) is not None) == noted


def test_a_topic_that_goes_on_keeps_the_doors_open(scene: Scene) -> None:
    Topic.objects.filter(pk=scene.topic.pk).update(closes_at=NOON + 2 * HOUR)
    assert come(scene, scene.member, NOON + HOUR + MINUTE) is not None


def test_what_a_secretary_has_set_stays(scene: Scene) -> None:
    set_to(scene, scene.member, Presence.ON_LEAVE)
    come(scene, scene.member)
    check_in(topic_id=scene.topic.pk, people=[actor(scene.member)], at=LATER)
    assert row_of(scene.member) == (Presence.ON_LEAVE, Mode.ONLINE, LATER)
    come(scene, scene.other)
    set_to(scene, scene.other, mode=Mode.ONLINE)
    come(scene, scene.other)
    assert row_of(scene.other) == (Presence.PRESENT, Mode.ONLINE, LATER)
    set_to(scene, scene.author, "")
    check_in(topic_id=scene.topic.pk, people=[actor(scene.author)], at=LATER)
    assert row_of(scene.author) == ("", Mode.ONLINE, LATER)


def test_what_stood_in_the_list_beforehand_stays(scene: Scene) -> None:
    Attendance.objects.create(
        deliberation=scene.topic.deliberation, user=scene.member, presence=Presence.ON_LEAVE
    )
    come(scene, scene.member)
    assert row_of(scene.member)[0] == Presence.ON_LEAVE


def test_a_correction_says_who_made_it_and_only_secretaries_make_one(scene: Scene) -> None:
    set_to(scene, scene.member, Presence.OBSERVER, Mode.OFFLINE)
    row = Attendance.objects.get(user=scene.member)
    assert (row.presence, row.mode, row.corrected_by) == (Presence.OBSERVER, Mode.OFFLINE, scene.secretary)
    for user in (scene.moderator, scene.member):
        with pytest.raises(NotAllowed):
            correct_attendance(
                deliberation_id=scene.topic.deliberation_id,
                user_id=scene.member.pk,
                presence=Presence.PRESENT,
                by=actor(user),
            )


def test_strangers_and_nonsense_are_refused_and_leave_no_trace(scene: Scene) -> None:
    with pytest.raises(UnknownPerson):
        set_to(scene, make_user("路过的人"), Presence.PRESENT)
    with pytest.raises(BadForm):
        set_to(scene, scene.member, "asleep")
    with pytest.raises(BadForm):
        set_to(scene, scene.member, mode=Mode.HYBRID)
    with pytest.raises(UnknownDeliberation):
        correct_attendance(deliberation_id=10**6, user_id=scene.member.pk, by=actor(scene.secretary))
    with pytest.raises(UnknownDeliberation):
        check_in_on_site(deliberation_id=10**6, by=actor(scene.member))
    assert not Attendance.objects.exists()


def test_once_it_is_in_the_summary_the_list_stays_as_it_is(scene: Scene) -> None:
    close_topic(topic_id=scene.topic.pk, by=actor(scene.moderator), at=LATER)
    freeze_deliberation(deliberation_id=scene.topic.deliberation_id, by=actor(scene.secretary), at=LATER)
    before = list(Attendance.objects.order_by("id").values())
    with pytest.raises(Frozen):
        set_to(scene, scene.member, Presence.PRESENT)
    assert come(scene, scene.member) is None
    assert list(Attendance.objects.order_by("id").values()) == before


@pytest.mark.django_db(transaction=True)
def test_coming_online_and_to_the_room_at_once_is_one_row_and_on_site(scene: Scene) -> None:
    people = [actor(user) for user in (scene.member, scene.other, scene.author)]
    jobs: list[Callable[[], object]] = []
    for by in people:
        jobs += [partial(check_in, topic_id=scene.topic.pk, people=[by], at=LATER)] * 4
        jobs += [partial(check_in_on_site, deliberation_id=scene.topic.deliberation_id, by=by, at=LATER)] * 2
    at_once(jobs)
    assert sorted(Attendance.objects.values_list("user_id", "presence", "mode")) == sorted(
        (by.user_id, Presence.PRESENT, Mode.OFFLINE) for by in people
    )


@pytest.mark.django_db(transaction=True)
def test_a_correction_at_the_moment_of_the_freezing_is_in_the_summary_or_refused(scene: Scene) -> None:
    close_topic(topic_id=scene.topic.pk, by=actor(scene.moderator), at=LATER)
    refused: list[int] = []

    def correct(user: User) -> None:
        try:
            set_to(scene, user, Presence.PRESENT)
        except Frozen:
            refused.append(user.pk)

    people = [make_member(scene.county, f"委员{name}") for name in "甲乙丙丁戊己"]
    freeze = partial(
        freeze_deliberation,
        deliberation_id=scene.topic.deliberation_id,
        by=actor(scene.secretary),
        at=LATER + MINUTE,
    )
    jobs: list[Callable[[], object]] = [partial(correct, user) for user in people]
    at_once([*jobs[:3], freeze, *jobs[3:]])
    printed = {row["name"] for row in Summary.objects.get().snapshot["attendance"]["present"]}
    set_anyway = set(Attendance.objects.filter(presence=Presence.PRESENT).values_list("user_id", flat=True))
    assert {user.pk for user in people if user.display_name in printed} == set_anyway - {scene.author.pk}
    assert set_anyway.isdisjoint(refused)
