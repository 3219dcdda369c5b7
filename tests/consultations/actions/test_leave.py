"""Leave that members ask for themselves: before the beginning, with a reason, and never stronger than coming."""

from __future__ import annotations

import datetime as dt

import pytest

from consultations.actions.attendance import check_in, check_in_on_site, correct_attendance
from consultations.actions.behalf import enter_suggestion
from consultations.actions.freezing import freeze_deliberation
from consultations.actions.leave import LONGEST_REASON, ask_leave, take_back_leave
from consultations.actions.topics import close_topic
from consultations.actions.votes import Ballot, cast_votes
from consultations.enums import Mode, Presence, Source, Visibility
from consultations.errors import (
    BadForm,
    Empty,
    Frozen,
    LeaveClosed,
    NotAllowed,
    UnknownDeliberation,
    UnknownTopic,
)
from consultations.models import Attendance, Topic
from jianyan.accounts.models import User
from tests.consultations.conftest import Scene
from tests.consultations.factories import HOUR, MINUTE, NOON, actor
from tests.jianyan.accounts.factories import make_user

BEFORE = NOON - 2 * HOUR
LATER = NOON + 10 * MINUTE


def ask(scene: Scene, user: User, reason: str = "赴省城参加培训", at: dt.datetime = BEFORE) -> Attendance:
    return ask_leave(deliberation_id=scene.topic.deliberation_id, reason=reason, by=actor(user), at=at)


def take_back(scene: Scene, user: User) -> None:
    take_back_leave(deliberation_id=scene.topic.deliberation_id, by=actor(user), at=BEFORE + MINUTE)


def row_of(user: User) -> tuple[str, str, str]:
    return Attendance.objects.values_list("presence", "mode", "leave_reason").get(user=user)


def test_a_member_says_so_with_a_reason_and_another_reason_takes_its_place(scene: Scene) -> None:
    ask(scene, scene.member)
    ask(scene, scene.member, " 家中  有事 ")
    assert row_of(scene.member) == (Presence.ON_LEAVE, Mode.ONLINE, "家中 有事")


def test_it_is_taken_back_and_that_twice_is_once(scene: Scene) -> None:
    ask(scene, scene.member)
    take_back(scene, scene.member)
    take_back(scene, scene.member)
    take_back(scene, scene.other)
    assert row_of(scene.member) == ("", Mode.ONLINE, "")
    assert Attendance.objects.count() == 1


def test_from_the_beginning_on_it_is_neither_asked_for_nor_taken_back(scene: Scene) -> None:
    ask(scene, scene.member, at=NOON - MINUTE)
    with pytest.raises(LeaveClosed):
        ask(scene, scene.other, at=NOON)
    with pytest.raises(LeaveClosed):
        take_back_leave(deliberation_id=scene.topic.deliberation_id, by=actor(scene.member), at=NOON)
    assert list(Attendance.objects.values_list("user", "presence")) == [(scene.member.pk, "on_leave")]


def test_whoever_comes_online_after_all_is_present_and_the_reason_is_forgotten(scene: Scene) -> None:
    ask(scene, scene.member)
    assert check_in(topic_id=scene.topic.pk, people=[actor(scene.member)], at=LATER) == {scene.member.pk}
    assert row_of(scene.member) == (Presence.PRESENT, Mode.ONLINE, "")
    assert Attendance.objects.get().leave_asked_at is None


def test_whoever_comes_to_the_room_after_all_is_present_and_the_reason_is_forgotten(scene: Scene) -> None:
    ask(scene, scene.member)
    check_in_on_site(deliberation_id=scene.topic.deliberation_id, by=actor(scene.member), at=LATER)
    assert row_of(scene.member) == (Presence.PRESENT, Mode.OFFLINE, "")


def test_an_invited_guest_with_an_account_asks_too_and_observes_after_all(scene: Scene) -> None:
    guest = make_user("县交通局来人")
    Attendance.objects.create(deliberation=scene.topic.deliberation, user=guest)
    ask(scene, guest)
    take_back(scene, guest)
    ask(scene, guest)
    check_in_on_site(deliberation_id=scene.topic.deliberation_id, by=actor(guest), at=LATER)
    assert row_of(guest) == (Presence.OBSERVER, Mode.OFFLINE, "")


def test_what_a_secretary_has_set_stays_and_is_not_overruled(scene: Scene) -> None:
    correct_attendance(
        deliberation_id=scene.topic.deliberation_id,
        user_id=scene.member.pk,
        presence=Presence.OBSERVER,
        by=actor(scene.secretary),
        at=BEFORE,
    )
    with pytest.raises(LeaveClosed):
        ask(scene, scene.member)
    assert row_of(scene.member)[0] == Presence.OBSERVER


def test_leave_that_a_secretary_confirms_is_not_ended_by_coming(scene: Scene) -> None:
    ask(scene, scene.member)
    correct_attendance(
        deliberation_id=scene.topic.deliberation_id,
        user_id=scene.member.pk,
        presence=Presence.ON_LEAVE,
        by=actor(scene.secretary),
        at=BEFORE,
    )
    check_in(topic_id=scene.topic.pk, people=[actor(scene.member)], at=LATER)
    check_in_on_site(deliberation_id=scene.topic.deliberation_id, by=actor(scene.member), at=LATER)
    assert row_of(scene.member) == (Presence.ON_LEAVE, Mode.ONLINE, "赴省城参加培训")


def test_a_secretary_who_sets_something_else_leaves_no_reason_behind(scene: Scene) -> None:
    ask(scene, scene.member)
    correct_attendance(
        deliberation_id=scene.topic.deliberation_id,
        user_id=scene.member.pk,
        presence=Presence.PRESENT,
        by=actor(scene.secretary),
        at=LATER,
    )
    assert row_of(scene.member) == (Presence.PRESENT, Mode.ONLINE, "")


def test_whoever_has_come_already_asks_for_no_leave(scene: Scene) -> None:
    check_in_on_site(
        deliberation_id=scene.topic.deliberation_id, by=actor(scene.member), at=NOON - 30 * MINUTE
    )
    with pytest.raises(LeaveClosed):
        ask(scene, scene.member, at=NOON - 20 * MINUTE)
    assert row_of(scene.member)[0] == Presence.PRESENT


def test_strangers_and_staff_ask_for_none_and_leave_no_trace(scene: Scene) -> None:
    for somebody in (make_user("路过的人"), scene.moderator):
        with pytest.raises(NotAllowed):
            ask(scene, somebody)
    with pytest.raises(UnknownDeliberation):
        ask_leave(deliberation_id=10**6, reason="有事", by=actor(scene.member), at=BEFORE)
    assert not Attendance.objects.exists()


def test_nobody_learns_of_a_deliberation_that_is_not_theirs_to_see(scene: Scene) -> None:
    deliberation = scene.topic.deliberation
    deliberation.visibility = Visibility.INVITED
    deliberation.save()
    with pytest.raises(NotAllowed):
        ask(scene, scene.member)
    Topic.objects.update(announced_at=None)
    with pytest.raises(UnknownTopic):
        ask(scene, scene.member)
    assert not Attendance.objects.exists()


@pytest.mark.parametrize(
    ("reason", "refusal"), [(" \n ", Empty), ("长" * (LONGEST_REASON + 1), BadForm)], ids=["empty", "long"]
)
def test_a_reason_is_short_and_there(scene: Scene, reason: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        ask(scene, scene.member, reason)
    ask(scene, scene.member, "长" * LONGEST_REASON)
    assert Attendance.objects.count() == 1


def test_once_the_list_is_in_a_summary_nothing_is_asked_for(scene: Scene) -> None:
    Topic.objects.update(frozen_at=BEFORE)
    with pytest.raises(Frozen):
        ask(scene, scene.member)


def test_whoever_has_voted_came_and_whoever_handed_in_paper_may_still_be_on_leave(scene: Scene) -> None:
    ask(scene, scene.member)
    ask(scene, scene.other)
    cast_votes(
        topic_id=scene.topic.pk,
        ballots=[Ballot(actor(scene.member), scene.suggestion.pk, "support")],
        at=LATER,
    )
    enter_suggestion(
        topic_id=scene.topic.pk,
        member_id=scene.other.pk,
        source=Source.PAPER,
        text="在老城区东门外新建一处立体停车库。",
        client_ref="5f3f7f2e-30f5-4b76-9d8a-6b0e0f8e9a11",
        scan=None,
        cosigner_ids=(),
        by=actor(scene.moderator),
        at=LATER,
    )
    close_topic(topic_id=scene.topic.pk, by=actor(scene.moderator), at=LATER)
    freeze_deliberation(
        deliberation_id=scene.topic.deliberation_id, by=actor(scene.secretary), at=LATER + MINUTE
    )
    assert row_of(scene.member) == (Presence.PRESENT, Mode.ONLINE, "")
    assert row_of(scene.other) == (Presence.ON_LEAVE, Mode.ONLINE, "赴省城参加培训")
