"""The list of who takes part: moderators read it, secretaries correct it, one press each."""

from __future__ import annotations

import re
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from consultations.actions.attendance import check_in, check_in_on_site
from consultations.enums import Mode, Presence
from consultations.models import Attendance, Topic
from jianyan.accounts.models import User
from tests.consultations.conftest import Scene
from tests.consultations.factories import actor
from tests.consultations.views.looking import LATER, look, text_of
from tests.jianyan.accounts.factories import make_county, make_member, make_secretary, make_user


def address(scene: Scene) -> str:
    return f"/deliberations/{scene.topic.deliberation_id}/attendance/"


def press(scene: Scene, by: User, person: User, **fields: str) -> Any:
    client = Client()
    client.force_login(by)
    with time_machine.travel(LATER, tick=False):
        return client.post(f"{address(scene)}{person.pk}", fields, headers={"Referer": "http://testserver/"})


def names_in(answer: Any) -> list[str]:
    return re.findall(r'class="attendance-name"[^>]*><bdi>([^<]*)<', answer.text)


def test_the_list_is_by_sector_and_in_stroke_order(scene: Scene) -> None:
    for name in ("丁一", "王二", "万三"):
        make_member(scene.county, name)
    answer = look(address(scene), scene.secretary)
    assert names_in(answer) == ["丁一", "万三", "王二", "林栖云", "罗小满", "顾南枝"]
    sectors = re.findall(r'<h2 id="g\d">([^<]*)</h2>', answer.text)
    assert sectors == ["文艺界", "经济界", "教育界"]


def test_it_counts_who_is_there_and_who_is_on_site(scene: Scene) -> None:
    check_in(topic_id=scene.topic.pk, people=[actor(scene.member)], at=LATER)
    check_in_on_site(deliberation_id=scene.topic.deliberation_id, by=actor(scene.other), at=LATER)
    guest = make_user("县交通局来人")
    Attendance.objects.create(deliberation=scene.topic.deliberation, user=guest, presence=Presence.OBSERVER)
    text = text_of(look(address(scene), scene.moderator))
    assert "共4人：出席2人，列席1人，请假0人；其中现场1人" in text
    assert "未归界别 共1人：出席0人，列席1人" in text


def test_moderators_read_and_others_have_no_such_page(scene: Scene) -> None:
    answer = look(address(scene), scene.moderator)
    assert (answer.status_code, "attendance-choice" in answer.text) == (200, False)
    assert "attendance-choice" in look(address(scene), scene.secretary).text
    assert look(address(scene))["Location"] == f"/accounts/login/?next={address(scene)}"
    elsewhere = make_secretary(make_county("政协邻县委员会"), "邻县秘书")
    for somebody in (scene.member, elsewhere):
        assert look(address(scene), somebody).status_code == 404


def test_one_press_sets_one_thing_and_comes_back_to_the_person(scene: Scene) -> None:
    answer = press(scene, scene.secretary, scene.member, presence=Presence.PRESENT)
    assert answer["Location"] == f"{address(scene)}#p{scene.member.pk}"
    press(scene, scene.secretary, scene.member, mode=Mode.OFFLINE)
    row = Attendance.objects.get()
    assert (row.presence, row.mode, row.corrected_by) == (Presence.PRESENT, Mode.OFFLINE, scene.secretary)
    assert "人工更正" in text_of(look(address(scene), scene.secretary))


def test_who_may_not_or_asks_for_nonsense_changes_nothing(scene: Scene) -> None:
    press(scene, scene.moderator, scene.member, presence=Presence.PRESENT)
    press(scene, scene.member, scene.member, presence=Presence.PRESENT)
    press(scene, scene.secretary, scene.member, presence="asleep")
    press(scene, scene.secretary, make_user("路过的人"), presence=Presence.PRESENT)
    assert not Attendance.objects.exists()
    nowhere = Client()
    nowhere.force_login(scene.secretary)
    assert nowhere.post("/deliberations/987654/attendance/1", {"presence": "present"}).status_code == 404


def test_once_frozen_the_list_is_only_read(scene: Scene) -> None:
    Topic.objects.update(frozen_at=LATER)
    answer = look(address(scene), scene.secretary)
    assert "attendance-choice" not in answer.text
    assert "名单已写入纪要" in text_of(answer)


@pytest.mark.parametrize("more", [0, 3])
def test_the_number_of_queries_does_not_depend_on_the_people(scene: Scene, more: int) -> None:
    for number in range(more):
        make_member(scene.county, f"委员{number}", sector=scene.county.sectors[number])
    client = Client()
    client.force_login(scene.secretary)
    with time_machine.travel(LATER, tick=False), CaptureQueriesContext(connection) as asked:
        client.get(address(scene))
    # Session, user, roles; deliberation, rows, chairs, people, sectors, frozen topics; what the head of the page asks for.
    assert len(asked) == 11
