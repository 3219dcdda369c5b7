"""The list of attendance as a file: taken away, corrected in any spreadsheet, looked at, taken over; and what is refused."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from html import unescape
from typing import Any

import openpyxl
import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from consultations.actions.attendance import check_in
from consultations.actions.guests import add_guest
from consultations.models import Attendance, Topic
from jianyan.accounts.models import User
from tests.consultations.conftest import Scene
from tests.consultations.factories import actor
from tests.consultations.views.looking import LATER, look, text_of
from tests.jianyan.accounts.factories import make_member

HEADINGS = "姓名,出席情况,方式,单位,顺序"


def address(scene: Scene, name: str = "file") -> str:
    return f"/deliberations/{scene.topic.deliberation_id}/attendance/{name}"


def send(scene: Scene, fields: dict[str, Any], by: User | None = None) -> Any:
    client = Client()
    client.force_login(by or scene.secretary)
    with time_machine.travel(LATER, tick=False):
        return client.post(address(scene), fields)


def upload(scene: Scene, content: bytes, name: str = "名单.csv", by: User | None = None) -> Any:
    return send(scene, {"file": SimpleUploadedFile(name, content)}, by)


def text_file(*lines: str, encoding: str = "utf-8-sig") -> bytes:
    return "\r\n".join((HEADINGS, *lines)).encode(encoding)


def hidden(answer: Any) -> dict[str, str]:
    """What the form that takes everything over would send."""
    found = re.findall(r'<input type="hidden" name="(rows|seen)" value="([^"]*)">', answer.text)
    return {name: unescape(value) for name, value in found}


def wrong(answer: Any) -> str:
    """The sentence beside the field."""
    found = re.search(r'<ul class="errorlist"[^>]*><li>(.*?)</li>', answer.text, re.DOTALL)
    assert found is not None
    return unescape(found.group(1))


def standings() -> dict[str, tuple[str, str, int | None]]:
    rows = Attendance.objects.select_related("user")
    return {row.name: (row.presence, row.mode, row.precedence) for row in rows}


def test_it_is_taken_away_in_the_order_of_printing_and_no_cell_is_a_formula(scene: Scene) -> None:
    User.objects.filter(pk=scene.other.pk).update(display_name="=顾南枝")
    check_in(topic_id=scene.topic.pk, people=[actor(scene.member)], at=LATER)
    add_guest(
        deliberation_id=scene.topic.deliberation_id,
        name="丁一",
        unit="+86交通运输局",
        presence="observer",
        mode="offline",
        by=actor(scene.secretary),
    )
    answer = look(address(scene, "list.csv"), scene.moderator)
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert "attachment" in answer["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows == [
        ["姓名", "出席情况", "方式", "单位", "顺序"],
        ["丁一", "列席", "现场", "'+86交通运输局", ""],
        ["林栖云", "未到", "", "文艺界", ""],
        ["罗小满", "出席", "线上", "经济界", ""],
        ["'=顾南枝", "未到", "", "教育界", ""],
    ]


def test_what_was_taken_away_is_known_already_when_it_comes_back(scene: Scene) -> None:
    twin = make_member(scene.county, "罗小满", sector=scene.county.sectors[1])
    add_guest(
        deliberation_id=scene.topic.deliberation_id,
        name="丁一",
        unit="=交通运输局",
        presence="present",
        mode="offline",
        by=actor(scene.secretary),
    )
    taken = look(address(scene, "list.csv"), scene.secretary).content
    assert f"罗小满 {(twin.phone or '')[-4:]}" in taken.decode()
    answer = upload(scene, taken)
    assert "将更改0人" in text_of(answer)
    assert "另有5行与现有名单相同" in text_of(answer)
    assert hidden(answer) == {}


def test_it_is_looked_at_first_and_then_taken_over(scene: Scene) -> None:
    answer = upload(scene, text_file("罗小满,请假,,,", "林栖云,出席,现场,,2", "周砚,列席,现场,县住建局,"))
    assert answer.status_code == 200
    text = text_of(answer)
    assert "将更改3人" in text
    assert "第2行 罗小满 经济界 未到 → 请假" in text
    assert "第3行 林栖云 文艺界 未到 → 出席 · 现场 · 排序 2" in text
    assert "第4行 周砚 县住建局 新增来宾 → 列席 · 现场" in text
    assert not Attendance.objects.exists()
    done = send(scene, hidden(answer))
    assert (done.status_code, done["Location"]) == (303, address(scene, ""))
    assert standings() == {
        "罗小满": ("on_leave", "online", None),
        "林栖云": ("present", "offline", 2),
        "周砚": ("observer", "offline", None),
    }


def test_whoever_is_in_a_list_of_names_alone_was_there(scene: Scene) -> None:
    send(scene, hidden(upload(scene, text_file("罗小满,列席,,,"))))
    answer = upload(scene, "姓名,单位\n林栖云,\n罗小满,\n周砚,县住建局\n".encode())
    text = text_of(answer)
    assert "第2行 林栖云 文艺界 未到 → 出席" in text
    assert "第4行 周砚 县住建局 新增来宾 → 列席" in text
    send(scene, hidden(answer))
    assert {name: one[0] for name, one in standings().items()} == {
        "林栖云": "present",
        "罗小满": "observer",
        "周砚": "observer",
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_text_in_every_usual_encoding_is_read(scene: Scene, encoding: str) -> None:
    answer = upload(scene, text_file("罗小满,请假,,经济界,", encoding=encoding))
    assert "罗小满 经济界 未到 → 请假" in text_of(answer)


def test_a_workbook_is_read_with_a_title_above_and_other_columns_beside(scene: Scene) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for line in (
        ["政协越溪县委员会出席名单"],
        ["序号", "姓名（必填）", "出席情况", "排序", "备注"],
        [1, "罗小满", "列席", 3, "迟到"],
    ):
        page.append(line)
    out = io.BytesIO()
    book.save(out)
    answer = upload(scene, out.getvalue(), "名单.xlsx")
    assert "第3行 罗小满 经济界 未到 → 列席 · 线上 · 排序 3" in text_of(answer)


def test_rows_that_cannot_be_taken_are_named_and_nothing_can_be_taken_over(scene: Scene) -> None:
    answer = upload(scene, text_file("罗小满,请假,,,", "某某某,出席,,,", "林栖云,睡着了,,,"))
    text = text_of(answer)
    assert "有2行无法导入" in text
    assert "第3行 某某某 名单上没有“某某某”；只有列席的来宾可以新增。" in text
    assert "第4行 林栖云 “睡着了”不是出席、列席、请假、未到之一。" in text
    assert hidden(answer) == {}
    english = Client()
    english.force_login(scene.secretary)
    english.cookies["language"] = "en"
    with time_machine.travel(LATER, tick=False):
        said = english.post(
            address(scene),
            {"file": SimpleUploadedFile("list.csv", text_file("某某某,出席,,,"))},
            headers={"Accept-Language": "en"},
        )
    assert "line 2 某某某 nobody on this list is called “某某某”" in text_of(said)


def test_a_list_that_has_changed_meanwhile_is_looked_at_again(scene: Scene) -> None:
    sent = hidden(upload(scene, text_file("罗小满,请假,,,")))
    check_in(topic_id=scene.topic.pk, people=[actor(scene.member)], at=LATER)
    answer = send(scene, sent)
    assert answer.status_code == 409
    assert "您查看之后名单又有变动。" in text_of(answer)
    assert "罗小满 经济界 出席 · 线上 → 请假" in text_of(answer)
    assert send(scene, hidden(answer)).status_code == 303
    assert standings() == {"罗小满": ("on_leave", "online", None)}


@pytest.mark.parametrize(
    "fields",
    [
        {"rows": "", "seen": "x"},
        {"rows": "not json", "seen": "x"},
        {"rows": '[{"line":2,"name":"罗小满","presence":"请假","more":1}', "seen": "x"},
        {"rows": '[{"line":2,"name":7,"presence":"请假"}]', "seen": "x"},
        {"rows": '[{"line":2,"name":"' + "长" * 201 + '","presence":"请假"}]', "seen": "x"},
        {"rows": "[" + ",".join(['{"line":2,"name":"罗小满","presence":"请假"}'] * 3001) + "]", "seen": "x"},
        {"rows": "[]", "seen": ""},
        {"rows": "[]", "seen": "x" * 65},
        {"rows": '[{"line":2,"name":"罗小满\\ud800","presence":"请假"}]', "seen": "x"},
    ],
)
def test_what_no_page_of_ours_has_sent_is_refused(scene: Scene, fields: dict[str, str]) -> None:
    answer = send(scene, fields)
    assert answer.status_code == 422
    assert "请重新选择文件。" in text_of(answer)
    assert not Attendance.objects.exists()


def test_rows_with_a_digest_of_something_else_are_looked_at_again(scene: Scene) -> None:
    row = '[{"line":2,"name":"罗小满\\u0000\\u202e","presence":"请假"}]'
    answer = send(scene, {"rows": row, "seen": "0" * 64})
    assert (answer.status_code, Attendance.objects.exists()) == (409, False)
    assert "罗小满 经济界 未到 → 请假" in text_of(answer)


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 60_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: b"", "文件是空的。"),
        (
            lambda: b"<html><script>alert(1)</script><table><tr><td>1</td></tr></table></html>",
            "这不是所需的名单：没有一行表头是 姓名、出席情况、方式、单位、顺序。",
        ),
        ("出席情况,单位\n出席,经济界\n".encode, "名单缺少这些列：姓名。"),
        (bomb, "工作簿解压后远远超出名单所需，已拒绝打开。"),
        (lambda: text_file(*["罗小满,请假,,,"] * 100_000), "名单超过 3000 行，请分成几个文件。"),
        (
            lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "这是旧版或加了密码的 Excel 文件，请另存为不带密码的 .xlsx。",
        ),
        (
            lambda: b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00",
            "这不是名单，而是其他类型的文件，请提供 Excel（.xlsx）或 CSV 文件。",
        ),
        (lambda: b"a" * (10 * 1024 * 1024 + 1), "文件超过 10 MiB，不像是名单，未读取。"),
        (lambda: text_file("罗小满,请假,,,,,多一格"), "第2行的单元格多于表头，请检查其中的逗号。"),
    ],
    ids=["empty", "html", "columns", "bomb", "long", "old", "picture", "large", "wide"],
)
def test_what_is_no_list_gets_one_sentence_and_changes_nothing(
    scene: Scene, make: Any, sentence: str
) -> None:
    answer = upload(scene, make())
    assert (answer.status_code, wrong(answer)) == (422, sentence)
    assert not Attendance.objects.exists()


def test_no_file_at_all_is_said_so(scene: Scene) -> None:
    answer = send(scene, {})
    assert (answer.status_code, wrong(answer)) == (422, "这个字段是必填项。")


def test_what_a_file_says_is_shown_as_text(scene: Scene) -> None:
    answer = upload(
        scene, text_file('"<img src=x onerror=alert(1)>",列席,,"<b>局</b>",', "周砚,列席,,<i>局</i>,")
    )
    assert "<img src=x" not in answer.text
    assert "<i>局" not in answer.text
    assert "&lt;img src=x" in answer.text


def test_moderators_take_it_away_and_only_secretaries_correct_by_it(scene: Scene) -> None:
    for name in ("file", "list.csv"):
        assert look(address(scene, name))["Location"].startswith("/accounts/login/")
        assert look(address(scene, name), scene.member).status_code == 404
    assert look(address(scene, "list.csv"), scene.moderator).status_code == 200
    assert look(address(scene), scene.moderator).status_code == 403
    assert look(address(scene), scene.secretary).status_code == 200
    assert upload(scene, text_file("罗小满,请假,,,"), by=scene.moderator).status_code == 403
    assert Client().post(address(scene)).status_code == 403
    assert not Attendance.objects.exists()


def test_once_frozen_there_is_nothing_to_choose_and_nothing_is_taken_over(scene: Scene) -> None:
    sent = hidden(upload(scene, text_file("罗小满,请假,,,")))
    Topic.objects.update(frozen_at=LATER)
    page = look(address(scene), scene.secretary)
    assert "名单已写入纪要" in text_of(page)
    assert 'type="file"' not in page.text
    answer = send(scene, sent)
    assert (answer.status_code, Attendance.objects.exists()) == (409, False)
