"""The list of who takes part: moderators read it, secretaries correct it, one press each."""

from __future__ import annotations

import datetime as dt
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
from jianyan.accounts.enums import Role
from jianyan.accounts.models import User
from tests.consultations.conftest import Scene
from tests.consultations.factories import HOUR, NOON, actor
from tests.consultations.views.looking import LATER, look, text_of
from tests.jianyan.accounts.factories import (
    make_county,
    make_member,
    make_membership,
    make_secretary,
    make_user,
)


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


# ── Figures, guests, order ────────────────────────────────────────────────────────────────────────────────────────


def send(scene: Scene, where: str, by: User, **fields: str) -> Any:
    client = Client()
    client.force_login(by)
    with time_machine.travel(LATER, tick=False):
        return client.post(f"{address(scene)}{where}", fields, headers={"Referer": "http://testserver/"})


def test_the_figures_by_sector_add_up(scene: Scene) -> None:
    check_in(topic_id=scene.topic.pk, people=[actor(scene.member)], at=LATER)
    press(scene, scene.secretary, scene.author, presence=Presence.ON_LEAVE)
    send(scene, "guests", scene.secretary, name="周砚", unit="县住建局", presence="observer", mode="offline")
    shown = look(address(scene), scene.moderator).text
    [table] = re.findall(r"<table.*?</table>", shown, re.DOTALL)
    rows = [
        re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", row)
        for row in re.findall(r"<tr>.*?</tr>", table, re.DOTALL)
    ]
    assert rows == [
        ["界别", "人数", "出席", "列席", "请假", "未到"],
        ["文艺界", "1", "0", "0", "1", "0"],
        ["经济界", "1", "1", "0", "0", "0"],
        ["教育界", "1", "0", "0", "0", "1"],
        ["来宾", "1", "0", "1", "0", "0"],
        ["合计", "4", "1", "1", "1", "1"],
    ]


def test_a_guest_is_added_corrected_and_taken_off_the_list(scene: Scene) -> None:
    fields = {"name": "周砚", "unit": "县住建局", "presence": "observer", "mode": "offline"}
    answer = send(scene, "guests", scene.secretary, **fields)
    row = Attendance.objects.get()
    assert answer["Location"] == f"{address(scene)}#guest{row.pk}"
    page = look(address(scene), scene.secretary)
    assert "来宾 共1人：出席0人，列席1人" in text_of(page)
    assert f'id="guest{row.pk}"' in page.text
    assert "周砚 县住建局" in text_of(page)
    send(scene, f"guests/{row.pk}", scene.secretary, presence=Presence.PRESENT)
    send(scene, f"guests/{row.pk}", scene.secretary, mode=Mode.ONLINE)
    row.refresh_from_db()
    assert (row.presence, row.mode) == (Presence.PRESENT, Mode.ONLINE)
    send(scene, f"guests/{row.pk}", scene.secretary, presence="")
    assert "周砚" not in look(address(scene), scene.secretary).text


def test_what_is_wrong_with_a_guest_is_said_and_none_is_added(scene: Scene) -> None:
    fields = {"name": "周砚", "unit": "县住建局", "presence": "observer", "mode": "offline"}
    send(scene, "guests", scene.moderator, **fields)
    for wrong in ({"name": ""}, {"name": "=1"}, {"unit": "县" * 61}, {"mode": "hybrid"}, {"presence": ""}):
        client = Client()
        client.force_login(scene.secretary)
        answer = client.post(f"{address(scene)}guests", {**fields, **wrong})
        assert (answer.status_code, "填写" in text_of(answer)) == (422, True)
    assert not Attendance.objects.exists()


def test_the_secretary_says_who_is_named_first(scene: Scene) -> None:
    answer = send(scene, "leaders", scene.secretary, names="顾南枝、罗小满")
    assert answer["Location"] == f"{address(scene)}#order"
    page = look(address(scene), scene.secretary)
    assert "顾南枝 、 罗小满" in text_of(page)
    assert "排序 2" in text_of(page)
    assert ">顾南枝、罗小满</textarea>" in re.sub(r">\s+", ">", page.text)
    assert [row.precedence for row in Attendance.objects.order_by("precedence")] == [1, 2]
    answer = send(scene, "leaders", scene.secretary, names="某某某")
    assert answer["Location"] == "http://testserver/"
    send(scene, "leaders", scene.moderator, names="")
    assert Attendance.objects.exclude(precedence=None).count() == 2
    send(scene, "leaders", scene.secretary, names="")
    assert not Attendance.objects.exclude(precedence=None).exists()


def test_chairs_lead_while_nobody_has_set_an_order(scene: Scene) -> None:
    make_membership(scene.other, scene.county.committee, Role.CHAIR, term="")
    page = look(address(scene), scene.moderator)
    assert "顾南枝 （未另设顺序，主席在前）" in text_of(page)
    assert "<textarea" not in page.text


# ── Leave ─────────────────────────────────────────────────────────────────────────────────────────────────────────

EARLY = NOON - 2 * HOUR


def say(scene: Scene, by: User | None, at: dt.datetime = EARLY, **fields: str) -> Any:
    client = Client()
    if by is not None:
        client.force_login(by)
    with time_machine.travel(at, tick=False):
        return client.post(
            f"/deliberations/{scene.topic.deliberation_id}/leave",
            fields,
            headers={"Referer": "http://testserver/"},
        )


def page_of(scene: Scene, user: User | None, at: dt.datetime = EARLY) -> str:
    return text_of(look(f"/deliberations/{scene.topic.deliberation_id}/", user, at=at))


def test_a_member_asks_for_leave_on_the_page_of_the_deliberation_and_takes_it_back(scene: Scene) -> None:
    assert "我不能参加" in page_of(scene, scene.member)
    answer = say(scene, scene.member, reason="赴省城参加培训")
    assert answer["Location"] == f"/deliberations/{scene.topic.deliberation_id}/"
    told = page_of(scene, scene.member)
    assert "赴省城参加培训" in told
    assert "撤回请假" in told
    say(scene, scene.member, back="1")
    assert "我不能参加" in page_of(scene, scene.member)
    assert Attendance.objects.get().presence == ""


def test_the_reason_is_seen_by_staff_and_by_nobody_else(scene: Scene) -> None:
    say(scene, scene.member, reason="赴省城参加培训")
    for staff in (scene.moderator, scene.secretary):
        assert "赴省城参加培训" in look(address(scene), staff, at=EARLY).text
    for reader in (None, scene.other, scene.author):
        assert "赴省城参加培训" not in page_of(scene, reader)
    topic = look(f"/topics/{scene.topic.pk}/", scene.other, at=LATER).text
    state = look(f"/topics/{scene.topic.pk}/state", scene.other, at=LATER).text
    taken = look(f"{address(scene)}list.csv", scene.secretary, at=EARLY).text
    assert "赴省城参加培训" not in topic + state + taken


def test_once_it_has_begun_the_page_says_so_and_offers_nothing(scene: Scene) -> None:
    say(scene, scene.member, reason="赴省城参加培训")
    assert "您已请假。" in page_of(scene, scene.member, LATER)
    assert "撤回请假" not in page_of(scene, scene.member, LATER)
    assert "我不能参加" not in page_of(scene, scene.other, LATER)
    assert say(scene, scene.other, LATER, reason="迟了")["Location"] == "http://testserver/"
    assert Attendance.objects.count() == 1


def test_staff_and_readers_are_offered_no_leave_and_nonsense_is_refused(scene: Scene) -> None:
    for reader in (None, scene.moderator, make_user("路过的人")):
        assert "我不能参加" not in page_of(scene, reader)
        say(scene, reader, reason="有事")
    for reason in ("", "长" * 201, "翻\u202e转"):
        say(scene, scene.member, reason=reason)
    nowhere = Client()
    nowhere.force_login(scene.member)
    assert nowhere.post("/deliberations/987654/leave", {"reason": "有事"}).status_code == 404
    assert not Attendance.objects.exists()
