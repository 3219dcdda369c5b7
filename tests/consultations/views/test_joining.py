"""Joining by a code: typed however people type, guessed by nobody, and in the room with being checked in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from consultations.enums import Mode, Presence, Visibility
from consultations.models import Attendance, Deliberation, Topic
from consultations.queries.joining import free_join_code
from consultations.views.joining import GUESSING
from jianyan.accounts.models import User
from tests.consultations.conftest import Scene
from tests.consultations.factories import HOUR, MINUTE, NOON, make_deliberation, make_topic
from tests.consultations.views.looking import LATER, look, text_of
from tests.jianyan.accounts.factories import make_user

WRONG = "没有这个参会码"


@pytest.fixture(autouse=True)
def nothing_counted() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def deliberation(scene: Scene) -> Deliberation:
    """With a code that nobody draws by chance."""
    found = scene.topic.deliberation
    found.join_code = "234567"
    found.save()
    return found


def goes_to(answer: Any) -> str:
    assert answer.status_code == 302, text_of(answer)
    location: str = answer["Location"]
    return location


def room(deliberation: Deliberation) -> str:
    return f"/j/{deliberation.join_code}/{deliberation.room_key}"


def test_the_box_takes_a_code_however_it_is_typed(deliberation: Deliberation, scene: Scene) -> None:
    assert look("/j/").status_code == 200
    assert look("/j")["Location"] == "/j/"
    for typed in ("234567", " 234 567 ", "234-567", "２３４５６７", "２３４　５６７"):
        assert goes_to(look("/j/", scene.member, code=typed)) == "/j/234567"
    assert goes_to(look("/j/２３４５６７", scene.member)) == f"/topics/{scene.topic.pk}/"


def test_a_code_leads_to_the_only_topic_the_only_open_one_or_to_the_choice(
    deliberation: Deliberation, scene: Scene
) -> None:
    assert goes_to(look("/j/234567", scene.member)) == f"/topics/{scene.topic.pk}/"
    second = make_topic(scene.county, "第二题", deliberation=deliberation, opens_at=NOON + HOUR)
    assert goes_to(look("/j/234567", scene.member)) == f"/topics/{scene.topic.pk}/"
    Topic.objects.filter(pk=second.pk).update(opens_at=NOON)
    assert goes_to(look("/j/234567", scene.member)) == f"/deliberations/{deliberation.pk}/"


def test_guests_sign_in_first_and_come_back_to_where_they_were_going(
    deliberation: Deliberation, scene: Scene
) -> None:
    assert goes_to(look("/j/234567")) == "/accounts/login/?next=/j/234567"
    assert goes_to(look(room(deliberation))) == f"/accounts/login/?next={room(deliberation)}"
    assert not Attendance.objects.exists()


def test_a_wrong_code_is_said_where_it_was_typed(deliberation: Deliberation, scene: Scene) -> None:
    for address in ("/j/999999", "/j/23456", "/j/2345678", "/j/abc", "/j/999999/0123456789abcdef"):
        answer = look(address, scene.member)
        assert (answer.status_code, WRONG in text_of(answer)) == (404, True), address
    assert 'value="999999"' in look("/j/999999").text
    assert WRONG in text_of(look("/j/", code="???"))


def test_what_is_not_announced_cannot_be_told_from_what_is_not_there(
    deliberation: Deliberation, scene: Scene
) -> None:
    Topic.objects.update(announced_at=None)
    for somebody in (None, scene.member):
        assert WRONG in text_of(look("/j/234567", somebody))
    assert goes_to(look("/j/234567", scene.moderator)) == f"/topics/{scene.topic.pk}/"


def test_whoever_may_not_see_it_is_told_so_and_not_checked_in(
    deliberation: Deliberation, scene: Scene
) -> None:
    deliberation.visibility = Visibility.MEMBERS
    deliberation.save()
    assert look(room(deliberation), make_user("外人")).status_code == 403
    assert not Attendance.objects.exists()


def test_guessing_ends_for_an_account_and_not_for_the_others(
    deliberation: Deliberation, scene: Scene
) -> None:
    for number in range(GUESSING.per_user):
        assert look(f"/j/9{number:05}", scene.member).status_code == 404
    answer = look("/j/234567", scene.member)
    assert (answer.status_code, "过于频繁" in text_of(answer)) == (429, True)
    assert goes_to(look("/j/234567", scene.other)) == f"/topics/{scene.topic.pk}/"
    assert look("/j/234567", scene.member, at=LATER + 10 * MINUTE).status_code == 302


def test_an_address_that_guesses_without_an_account_learns_nothing_more(
    deliberation: Deliberation, scene: Scene
) -> None:
    with patch("consultations.views.joining.GUESSING", GUESSING.__class__("join", 20, 3, 300)):
        for number in range(3):
            assert look(f"/j/9{number:05}").status_code == 404
        for code in ("234567", "999999"):
            assert goes_to(look(f"/j/{code}")) == f"/accounts/login/?next=/j/{code}"
        # The members in the same hall come in all the same.
        assert goes_to(look("/j/234567", scene.member)) == f"/topics/{scene.topic.pk}/"


# --- in the room --------------------------------------------------------------------------------------------


def attendance(user: User) -> list[tuple[str, str]]:
    return list(Attendance.objects.filter(user=user).values_list("presence", "mode"))


def test_the_code_of_the_room_checks_in_on_site_and_says_so(deliberation: Deliberation, scene: Scene) -> None:
    client = Client()
    client.force_login(scene.member)
    with time_machine.travel(LATER, tick=False):
        answer = client.get(room(deliberation), follow=True)
    assert answer.redirect_chain == [(f"/topics/{scene.topic.pk}/", 302)]
    assert "签到成功：现场出席" in text_of(answer)
    assert attendance(scene.member) == [(Presence.PRESENT, Mode.OFFLINE)]


def test_a_wrong_key_just_joins(deliberation: Deliberation, scene: Scene) -> None:
    for key in ("0123456789abcdef", "字" * 16, "x"):
        answer = look(f"/j/234567/{key}", scene.member)
        assert goes_to(answer) == f"/topics/{scene.topic.pk}/"
    assert attendance(scene.member) == []


def test_looking_ahead_checks_nobody_in(deliberation: Deliberation, scene: Scene) -> None:
    client = Client()
    client.force_login(scene.member)
    assert client.head(room(deliberation)).status_code == 302
    assert attendance(scene.member) == []


def test_no_cache_keeps_where_a_code_leads(deliberation: Deliberation, scene: Scene) -> None:
    for address in ("/j/", "/j/234567", "/j/999999"):
        assert look(address, scene.member)["Cache-Control"] == "private, no-store"


# --- codes --------------------------------------------------------------------------------------------------


def test_a_code_that_is_taken_is_drawn_again(deliberation: Deliberation) -> None:
    with patch("consultations.queries.joining.new_join_code", side_effect=["234567", "345678"]):
        assert free_join_code() == "345678"


def test_codes_are_six_digits_that_nobody_takes_for_letters(scene: Scene) -> None:
    codes = {make_deliberation(scene.county).join_code for _ in range(50)}
    assert all(len(code) == 6 and set(code) <= set("23456789") for code in codes)
