"""The pages of members' records: whose they are, what they say, and the forms beside them."""

from __future__ import annotations

import io
import re
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from structlog.testing import capture_logs

from consultations.actions.point_rules import correct_points
from consultations.actions.record_appeals import appeal
from consultations.actions.record_freezing import freeze_year
from consultations.models import Appeal, PointCorrection, PointRules, RecordFreeze
from consultations.points import standard_rules
from consultations.queries.member_record import rules_in_force
from jianyan.accounts.enums import Role
from jianyan.accounts.models import User
from tests.consultations.factories import actor
from tests.consultations.record_scene import (
    NOW,
    STANDARD,
    YEAR,
    Year,
    attend,
    make_closed_topic,
    make_event,
    make_idea,
    make_outcome,
    make_submission,
    make_year,
    noon,
    support,
    switch_on,
)
from tests.consultations.views.looking import look, text_of
from tests.jianyan.accounts.factories import (
    make_administrator,
    make_auditor,
    make_county,
    make_membership,
    make_moderator,
    make_secretary,
    make_user,
)

pytestmark = pytest.mark.django_db

LIST = f"/records/{YEAR}/"
MINE = f"/my/record/{YEAR}/"
HOSTILE = "<script>alert(1)</script>“'&"


@pytest.fixture
def scene() -> Year:
    return make_year()


@pytest.fixture
def busy(scene: Year) -> Year:
    """A year in which `luo` did something of every kind."""
    attend(scene.luo, make_event(scene, "三月读书", noon(3, 3), categories=("reading",)))
    attend(scene.luo, make_event(scene, "四月读书", noon(4, 3)), "on_leave")
    topic = make_closed_topic(scene, "破解老城区停车难", noon(5, 6))
    idea = make_idea(topic, scene.luo, scene.lin)
    support(idea, scene.gu)
    other = make_idea(topic, scene.lin)
    support(other, scene.luo)
    document = make_submission(scene, noon(6, 1).date(), scene.luo, suggestions=(idea,))
    make_outcome(scene, noon(9, 1).date(), suggestion=idea, submission=document)
    return scene


def of(user: User) -> str:
    return f"{LIST}{user.pk}/"


def see(path: str, user: User | None, **query: str) -> Any:
    return look(path, user, at=NOW, **query)


def send(path: str, user: User, fields: dict[str, Any]) -> Any:
    client = Client()
    client.force_login(user)
    with time_machine.travel(NOW, tick=False):
        return client.post(path, fields)


def official(scene: Year, role: str) -> User:
    somebody = make_user(f"某{role}")
    make_membership(somebody, scene.county.committee, role, term="")
    return somebody


# --- who ------------------------------------------------------------------------------------------------------------


def test_records_are_their_members_and_their_secretaries(busy: Year) -> None:
    pages = [
        LIST,
        of(busy.luo),
        f"{LIST}appeals/",
        f"{LIST}points/",
    ]
    readers = (busy.secretary, official(busy, Role.CHAIR), make_auditor(busy.county))
    others = (
        busy.luo,
        busy.lin,
        make_moderator(busy.county),
        make_administrator(busy.county),
        make_user("过客"),
        make_secretary(make_county("政协邻县委员会"), "邻县秘书"),
    )
    body = {"body": str(busy.county.committee.pk)}
    for page in pages:
        for reader in readers:
            assert see(page, reader).status_code == 200, (page, reader)
        for other in others:
            assert see(page, other, **body).status_code == 403, (page, other)
        assert see(page, None).status_code == 302
    assert see(f"{LIST}records.xlsx", busy.secretary).status_code == 200
    for other in (*others, *readers[1:]):
        assert see(f"{LIST}records.xlsx", other, **body).status_code == 403


def test_another_secretary_has_a_list_of_their_own(busy: Year) -> None:
    neighbour = make_secretary(make_county("政协邻县委员会"), "邻县秘书")
    assert "罗小满" not in text_of(see(LIST, neighbour))
    assert see(of(busy.luo), neighbour).status_code == 404


def test_ones_own_record_is_for_whoever_has_signed_in(busy: Year) -> None:
    assert see(MINE, None).status_code == 302
    page = text_of(see(MINE, busy.luo))
    assert "三月读书" in page
    assert "三月读书" not in text_of(see(MINE, busy.gu))
    assert "您不是任何组织的委员" in text_of(see(MINE, busy.secretary))


def test_the_year_is_where_one_begins(busy: Year) -> None:
    assert see("/my/record/", busy.luo)["Location"] == "/my/record/2026/"
    assert see("/records/", busy.secretary)["Location"] == "/records/2026/"


@pytest.mark.parametrize("year", ["1800", "2500", "9" * 20])
def test_years_without_records_are_not_there(scene: Year, year: str) -> None:
    assert see(f"/my/record/{year}/", scene.luo).status_code == 404
    assert see(f"/records/{year}/", scene.secretary).status_code == 404


def test_pages_are_kept_by_no_cache(busy: Year) -> None:
    for page, reader in ((MINE, busy.luo), (LIST, busy.secretary), (of(busy.luo), busy.secretary)):
        assert "no-store" in see(page, reader)["Cache-Control"]


# --- what it says ---------------------------------------------------------------------------------------------------


def test_a_record_shows_every_kind_with_a_way_to_it(busy: Year) -> None:
    switch_on(busy)
    answer = see(MINE, busy.luo)
    page, html = text_of(answer), answer.content.decode()
    for words in (
        "三月读书",
        "四月读书",
        "请假",
        "建言 #1 · 破解老城区停车难",
        "关于错时开放车位的提案",
        "已采纳",
        "领衔",
    ):
        assert words in page, words
    topic_id = busy.luo.suggestions.get().topic_id
    assert f"/topics/{topic_id}/#s{busy.luo.suggestions.get().pk}" in html
    # 2 for the event, 20 for the outcome, which outdoes the 15 of the idea.
    assert re.search(r"积分 ?： ?22", page)


def test_only_oneself_sees_what_one_supports(busy: Year) -> None:
    assert "建言 #2" in text_of(see(MINE, busy.luo))
    assert "建言 #2" not in text_of(see(of(busy.luo), busy.secretary))


def test_points_that_are_off_are_not_mentioned(busy: Year) -> None:
    assert "积分" not in text_of(see(MINE, busy.luo))
    assert '<th scope="col">积分' not in see(LIST, busy.secretary).content.decode()


def test_the_list_names_members_by_strokes_with_both_sectors(busy: Year) -> None:
    page = text_of(see(LIST, busy.secretary))
    assert page.index("林栖云") < page.index("罗小满") < page.index("顾南枝")
    assert "文艺界 → 经济界" in page
    chosen = see(LIST, busy.secretary, sector=str(busy.county.sectors[0].pk))
    assert "罗小满" not in text_of(chosen)


def test_hostile_texts_are_texts(busy: Year) -> None:
    attend(busy.luo, make_event(busy, HOSTILE, noon(3, 9)))
    switch_on(busy)
    correct(busy, reason=HOSTILE)
    complain(busy, HOSTILE)
    for page, reader in (
        (MINE, busy.luo),
        (of(busy.luo), busy.secretary),
        (f"{LIST}appeals/", busy.secretary),
        (f"/records/appeals/{Appeal.objects.get().pk}/", busy.secretary),
    ):
        html = see(page, reader).content.decode()
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert" in html


def test_pages_take_the_same_few_queries_for_one_and_for_three(busy: Year) -> None:
    switch_on(busy)
    counts = []
    for number in range(2):
        for page, reader in ((MINE, busy.luo), (LIST, busy.secretary), (of(busy.luo), busy.secretary)):
            client = Client()
            client.force_login(reader)
            with time_machine.travel(NOW, tick=False), CaptureQueriesContext(connection) as captured:
                assert client.get(page).status_code == 200
            counts.append(len(captured))
        for month in (7, 8):
            attend(busy.luo, make_event(busy, f"{month}月读书{number}", noon(month, 3)))
            idea = make_idea(make_closed_topic(busy, f"议题{month}{number}", noon(month, 4)), busy.luo)
            make_outcome(busy, noon(9, 2).date(), suggestion=idea)
            complain(busy)
    assert counts[:3] == counts[3:]
    assert counts[:3] == [21, 22, 21]


# --- appeals and corrections ----------------------------------------------------------------------------------------


def complain(scene: Year, text: str = "三月的读书活动我参加了。") -> Appeal:
    return appeal(
        body_id=scene.county.committee.pk,
        year=YEAR,
        about="",
        text=text,
        by=actor(scene.luo, NOW),
        at=NOW,
    )


def correct(scene: Year, amount: str = "5", reason: str = "补记一次活动") -> PointCorrection:
    return correct_points(
        body_id=scene.county.committee.pk,
        user_id=scene.luo.pk,
        year=YEAR,
        amount=Decimal(amount),
        reason=reason,
        by=scene.by,
        at=NOW,
    )


def test_a_member_appeals_and_reads_the_answer(busy: Year) -> None:
    switch_on(busy)
    event = busy.luo.attendances.get(presence="on_leave").deliberation
    body = str(busy.county.committee.pk)
    about = f"attended:{event.pk}"
    sent = send(f"{MINE}appeals", busy.luo, {"body": body, "about": about, "text": "那天我到了。"})
    assert sent.status_code == 303
    found = Appeal.objects.get()
    assert found.about == f"{about} 2025-04-03 四月读书"
    assert "那天我到了。" in text_of(see(f"{LIST}appeals/", busy.secretary))
    page = see(f"/records/appeals/{found.pk}/", busy.secretary).content.decode()
    assert f"/deliberations/{event.pk}/attendance/#p{busy.luo.pk}" in page
    fields = {"accepted": "yes", "answer": "已补记。", "amount": "２"}
    assert send(f"/records/appeals/{found.pk}/", busy.secretary, fields).status_code == 303
    answered = text_of(see(MINE, busy.luo))
    assert "已补记。" in answered
    assert re.search(r"积分 ?： ?24", answered)


def test_an_appeal_that_cannot_be_taken_is_still_there(busy: Year) -> None:
    body = str(busy.county.committee.pk)
    for fields in ({"about": "", "text": ""}, {"about": "attended:999999", "text": "有误"}):
        answer = send(f"{MINE}appeals", busy.luo, {"body": body, **fields})
        assert answer.status_code == 422
        assert fields["text"] in answer.content.decode()
        assert "errorlist" in answer.content.decode()
    assert not Appeal.objects.exists()


def test_an_answer_that_cannot_be_given_is_still_there(busy: Year) -> None:
    found = complain(busy)
    address = f"/records/appeals/{found.pk}/"
    missing = send(address, busy.secretary, {"accepted": "no", "answer": "", "amount": ""})
    off = send(address, busy.secretary, {"accepted": "yes", "answer": "好的。", "amount": "2"})
    assert (missing.status_code, off.status_code) == (422, 409)
    assert "好的。" in off.content.decode()
    found.refresh_from_db()
    assert found.state == "open"


def test_a_secretary_corrects_and_takes_it_back(busy: Year) -> None:
    switch_on(busy)
    fields = {"body": str(busy.county.committee.pk), "amount": "−1.5", "reason": "重复登记"}
    assert send(f"{of(busy.luo)}corrections", busy.secretary, fields).status_code == 303
    page = text_of(see(MINE, busy.luo))
    assert "重复登记" in page
    assert re.search(r"积分 ?： ?20\.5", page)
    correction = PointCorrection.objects.get()
    sent = send(f"/records/corrections/{correction.pk}/withdraw", busy.secretary, {})
    assert sent.status_code == 303
    assert re.search(r"积分 ?： ?22", text_of(see(MINE, busy.luo)))
    wrong = send(f"{of(busy.luo)}corrections", busy.secretary, {**fields, "amount": "abc"})
    assert (wrong.status_code, "重复登记" in wrong.content.decode()) == (422, True)


# --- rules and freezing ---------------------------------------------------------------------------------------------


def rows(*given: dict[str, str]) -> dict[str, str]:
    sent = {"rule-TOTAL_FORMS": str(len(given)), "rule-INITIAL_FORMS": "0"}
    for number, row in enumerate(given):
        filled = {"what": "", "of": "", "level": "", "points": "", "group": "", "cap": "", **row}
        sent |= {f"rule-{number}-{name}": value for name, value in filled.items()}
    return sent


def test_a_secretary_sets_the_rules(busy: Year) -> None:
    body = str(busy.county.committee.pk)
    sent = send(
        f"{LIST}points/",
        busy.secretary,
        {
            "body": body,
            "seen": "0",
            "on": "on",
            **rows(
                {"what": "suggested:lead", "points": "15", "group": "成果"},
                {},
                {"what": "outcome:", "of": "adopted", "level": "county", "points": "0.5", "cap": "2"},
            ),
        },
    )
    assert sent.status_code == 303
    in_force = rules_in_force(busy.county.committee, YEAR)
    assert (in_force.on, [rule.about for rule in in_force.rules]) == (
        True,
        [("suggested", "lead", "", ""), ("outcome", "", "adopted", "county")],
    )
    again = see(f"{LIST}points/", busy.secretary).content.decode()
    assert 'value="15"' in again
    assert 'value="0.5"' in again


def test_wrong_rules_are_told_at_their_fields_and_nothing_is_lost(busy: Year) -> None:
    body = str(busy.county.committee.pk)
    sent = send(
        f"{LIST}points/",
        busy.secretary,
        {
            "body": body,
            "seen": "0",
            **rows(
                {"what": "suggested:lead", "points": "15", "of": "adopted"},
                {"what": "suggested:cosigner", "points": ""},
                {"what": "attended:present", "points": "2000"},
            ),
        },
    )
    assert sent.status_code == 422
    html = sent.content.decode()
    assert html.count("errorlist") == 3
    assert "2000" in html
    assert not PointRules.objects.exists()


def test_the_same_rule_twice_is_told(busy: Year) -> None:
    twice = {"what": "suggested:lead", "points": "15"}
    fields = {"body": str(busy.county.committee.pk), "seen": "0", **rows(twice, twice)}
    assert send(f"{LIST}points/", busy.secretary, fields).status_code == 422


def test_rules_that_another_has_changed_meanwhile_are_not_overwritten(busy: Year) -> None:
    switch_on(busy)
    fields = {"body": str(busy.county.committee.pk), "seen": "0", **rows()}
    assert send(f"{LIST}points/", busy.secretary, fields).status_code == 409
    assert rules_in_force(busy.county.committee, YEAR).rules == STANDARD


def test_the_standard_set_and_the_rules_of_last_year_are_offered(busy: Year) -> None:
    standard = see(f"{LIST}points/", busy.secretary, standard="1").content.decode()
    assert standard.count("<legend>") == len(standard_rules()) + 3
    switch_on(busy)
    following = see(f"/records/{YEAR + 1}/points/", busy.secretary, of=str(YEAR)).content.decode()
    assert following.count("<legend>") == len(STANDARD) + 3


def test_a_year_is_frozen_compared_and_opened_again(busy: Year) -> None:
    body = str(busy.county.committee.pk)
    assert send(f"{LIST}freeze", busy.secretary, {"body": body}).status_code == 303
    attend(busy.luo, make_event(busy, "补录的活动", noon(10, 9)))
    assert "补录的活动" not in text_of(see(MINE, busy.luo))
    assert "罗小满 出席 1 2" in text_of(see(f"{LIST}differences/", busy.secretary))
    freeze = RecordFreeze.objects.get()
    assert send(f"/records/freezings/{freeze.pk}/undo", busy.secretary, {}).status_code == 303
    assert "补录的活动" in text_of(see(MINE, busy.luo))
    assert see(f"{LIST}differences/", busy.secretary).status_code == 404


# --- the workbook ---------------------------------------------------------------------------------------------------


def test_the_workbook_holds_all_records_and_who_took_it_is_logged(busy: Year) -> None:
    switch_on(busy)
    attend(busy.luo, make_event(busy, "=1+1", noon(3, 9)))
    correct(busy)
    with capture_logs() as logs:
        answer = see(f"{LIST}records.xlsx", busy.secretary)
    assert [line["user_id"] for line in logs if line["event"] == "records taken away"] == [busy.secretary.pk]
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["总览", "出席活动", "建言", "报送和成效", "积分明细"]
    overview = {row[0]: row for row in book["总览"].iter_rows(min_row=2, values_only=True)}
    assert overview["林栖云"][1] == "文艺界、经济界"
    assert (overview["罗小满"][2], overview["罗小满"][-1]) == (2, 29)
    assert [row[3] for row in book["出席活动"].iter_rows(min_row=2, values_only=True)] == [
        "三月读书",
        "=1+1",
        "四月读书",
    ]
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    points = [row for row in book["积分明细"].iter_rows(min_row=2, values_only=True) if row[0] == "罗小满"]
    assert [(row[3], row[4]) for row in points] == [
        ("参加活动·出席", 2),
        ("参加活动·出席", 2),
        ("形成成效·领衔", 20),
        ("补记一次活动", 5),
    ]
    assert "19900" not in str([row for sheet in book for row in sheet.iter_rows(values_only=True)])


def test_a_frozen_workbook_is_the_same_byte_for_byte(busy: Year) -> None:
    freeze_year(body_id=busy.county.committee.pk, year=YEAR, by=busy.by, at=NOW)
    before = see(f"{LIST}records.xlsx", busy.secretary).content
    attend(busy.luo, make_event(busy, "补录", noon(10, 9)))
    assert see(f"{LIST}records.xlsx", busy.secretary).content == before
