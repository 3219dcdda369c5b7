"""Files as people have them, and files that somebody has made to do harm."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from decimal import Decimal

import pytest
import time_machine
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from consultations.importing.reading import read_events
from consultations.importing.rows import Rows
from consultations.importing.templates import csv_template, xlsx_template
from jianyan.accounts.roster.files import MOST_BYTES
from jianyan.accounts.roster.table import NotAList

TODAY = dt.date(2026, 1, 10)
HEADINGS = ("编号", "日期", "渠道", "活动名称", "主办", "人次", "发言条数")
ROW = ("Y1", "2025-03-05", "读书活动", "《茶经》共读", "提案委员会", "23", "41")


def read(content: bytes) -> Rows:
    return read_events(content, latest=TODAY)


def table(*rows: tuple[object, ...], headings: tuple[str, ...] = HEADINGS) -> bytes:
    return "\n".join(",".join(map(str, row)) for row in (headings, *rows)).encode()


def with_cell(column: str, value: object) -> tuple[object, ...]:
    return tuple(value if name == column else cell for name, cell in zip(HEADINGS, ROW, strict=True))


def workbook(**sheets: list[tuple[object, ...]]) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet: Worksheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# --- as people have them


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
def test_every_usual_encoding_is_read(encoding: str) -> None:
    rows = read(table(ROW).decode().encode(encoding))
    assert [(one.title, one.host, one.attendance, one.statements) for one in rows.events] == [
        ("《茶经》共读", "提案委员会", 23, 41)
    ]


@pytest.mark.parametrize(
    "written",
    [
        "2025-03-05",
        "2025年3月5日",
        "2025.3.5",
        "2025/3/5",
        "20250305",
        "45721",
        "２０２５年３月５日",
        "2025-03-05 14:30",
    ],
)
def test_a_day_is_understood_however_it_is_written(written: str) -> None:
    assert read(table(with_cell("日期", written))).events[0].date == dt.date(2025, 3, 5)


@pytest.mark.parametrize(
    ("written", "count"),
    [("23", 23), ("２３", 23), ('"1,043"', 1043), ("23人次", 23), (" 23 ", 23), ("", 0), ("0", 0)],
)
def test_a_count_is_understood_however_it_is_written(written: str, count: int) -> None:
    assert read(table(with_cell("人次", written))).events[0].attendance == count


def test_a_workbook_has_all_three_lists_below_a_merged_title() -> None:
    book = Workbook()
    events = book.worksheets[0]
    events.title = "活动"
    events.append(["2025年活动台账"])
    events.merge_cells("A1:G1")
    events.append(HEADINGS)
    # As Excel has it: the clock on the wall, of no time zone.
    day = dt.datetime(2025, 3, 5, 14, 30)  # noqa: DTZ001
    events.append(["Y1", day, "读书活动", "《茶经》共读", "提案委员会", 23.0, 41])
    outcomes: Worksheet = book.create_sheet("成效")
    outcomes.append(["活动编号", "成效类型", "级别", "成效内容", "金额（元）"])
    outcomes.append(["Y1", "转化", "县级", "直播间销售额", "141.2万元"])
    outcomes.append(["Y1", "报道", "省级", "茶香里的书声", None])
    proposals: Worksheet = book.create_sheet("提案")
    proposals.append(["提案编号", "提案类别", "提案题目", "提出者", "提交日期"])
    proposals.append(["2025-001", "委员联名", "关于夜间开放的建议", "查文博、罗静", "2025-02-20"])
    out = io.BytesIO()
    book.save(out)
    rows = read(out.getvalue())
    assert rows.faults == []
    assert (rows.events[0].date, rows.events[0].attendance) == (dt.date(2025, 3, 5), 23)
    assert [(one.key, one.kind, one.amount) for one in rows.outcomes] == [
        ("1", "converted", Decimal(1412000)),
        ("2", "reported", None),
    ]
    assert (rows.submissions[0].sponsor_kind, rows.submissions[0].names) == ("joint", ("查文博", "罗静"))


@pytest.mark.parametrize("template", [csv_template(), xlsx_template()], ids=["csv", "xlsx"])
def test_a_template_as_it_is_brings_nothing_but_its_example(template: bytes) -> None:
    rows = read(template)
    assert (rows.events, rows.outcomes, rows.submissions, rows.faults) == ([], [], [], [])
    assert rows.examples >= 1


def test_a_template_is_the_same_whenever_it_is_made() -> None:
    with time_machine.travel(TODAY, tick=False):
        first = xlsx_template()
    with time_machine.travel(TODAY + dt.timedelta(days=1), tick=False):
        assert xlsx_template() == first


def test_a_template_that_is_filled_in_is_read() -> None:
    filled = csv_template() + "Y1,2025-03-05,读书活动,夜读,提案委员会,,线上,,,12,3,,,\r\n".encode()
    rows = read(filled)
    assert [(one.title, one.mode, one.attendance) for one in rows.events] == [("夜读", "online", 12)]


def test_columns_that_no_list_has_are_named_and_what_is_missing_stays_unsaid() -> None:
    rows = read(table((*ROW, "张三"), headings=(*HEADINGS, "联系人")))
    assert rows.ignored == ("联系人",)
    assert (rows.events[0].place, rows.events[0].accepted, rows.events[0].note) == (None, None, None)


# --- rows that cannot be taken


@pytest.mark.parametrize(
    ("column", "written", "sentence"),
    [
        ("人次", "约50人", "“约50人”不是不小于 0 的整数。"),
        ("人次", "-3", "“-3”不是不小于 0 的整数。"),
        ("人次", "2.5", "“2.5”不是不小于 0 的整数。"),
        ("人次", "=SUM(A1:A9)", "这是公式，请改为计算结果。"),
        ("人次", "99999999999", "99999999999 太大，不可能正确。"),
        ("日期", "2026-01-11", "2026-01-11 还没有到。"),
        ("日期", "2025年3月", "“2025年3月”缺少日。"),
        ("日期", "", "没有填写。"),
        ("活动名称", "", "没有填写。"),
        ("活动名称", "=1+1", "这是公式，请改为计算结果。"),
        ("活动名称", "长" * 121, "共 121 字，太长，最多 120 字。"),
        ("主办", "", "没有填写。"),
    ],
)
def test_what_is_wrong_with_a_cell_is_said_with_row_and_column(
    column: str, written: str, sentence: str
) -> None:
    rows = read(table(ROW, with_cell(column, written)))
    assert [(one.where, one.column, one.text) for one in rows.faults] == [("第3行", column, sentence)]
    assert len(rows.events) == 1


@pytest.mark.parametrize("written", ["2025-02-30", "3/5/2025", "去年", "1860-01-01"])
def test_what_is_no_day_or_could_be_two_is_not_taken(written: str) -> None:
    rows = read(table(with_cell("日期", written)))
    assert ([one.column for one in rows.faults], rows.events) == (["日期"], [])


def test_every_fault_of_a_row_is_said() -> None:
    rows = read(table(("Y1", "去年", "", "夜读", "提案委员会", "约50人", "")))
    assert [one.column for one in rows.faults] == ["日期", "渠道", "人次"]


def test_headings_that_come_once_more_and_surplus_cells_are_told() -> None:
    rows = read(table(ROW, HEADINGS, (*ROW, "多", "余")))
    assert [one.where for one in rows.faults] == ["第3行", "第4行"]


@pytest.mark.parametrize(
    "session",
    [
        {"id": "A"},
        {"id": "A", "date": 5, "channel": "c", "title": "t", "host": "h"},
        {"id": "A", "date": "2025-03-05", "channel": "c", "title": "t", "host": "h", "attendance": "many"},
        {"id": "A", "date": "2025-03-05", "channel": "c", "title": "t", "host": "h", "attendance": -1},
        {"id": "", "date": "2025-03-05", "channel": "c", "title": "t", "host": "h"},
        {"id": "A", "date": "2024-03-05", "channel": "c", "title": "t", "host": "h"},
        [],
        None,
    ],
)
def test_a_session_of_another_form_is_told_and_the_others_are_taken(session: object) -> None:
    good = {"id": "B", "date": "2025-03-05", "channel": "读书活动", "title": "夜读", "host": "提案委员会"}
    rows = read(json.dumps({"year": 2025, "sessions": [session, good]}).encode())
    assert [one.number for one in rows.events] == ["B"]
    assert len(rows.faults) == 1
    assert rows.faults[0].where.startswith("第1场")


# --- files that are none


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\x01\x02\x03",
        "姓名,手机号\n李明,13800000000".encode(),
        b"{",
        b"[]",
        b'{"sessions": 5}',
        b'{"year": "2025"}',
        b'{"sessions": ' + b"[" * 100_000,
        b"\xd0\xcf\x11\xe0" + b"\x00" * 64,
        b"PK\x03\x04" + b"\x00" * 64,
        b"MZ\x90\x00" + b"\x00" * 64,
        "编号,日期,日期,渠道,活动名称,主办\nY1,2025-03-05,2025-03-06,读书活动,夜读,提案委员会".encode(),
        table(),
    ],
    ids=["empty", "binary", "other list", "cut", "list", "no list", "no sessions", "deep", "xls", "zip", "program",
         "heading twice", "headings alone"],
)  # fmt: skip
def test_what_is_no_list_gets_one_sentence(content: bytes) -> None:
    with pytest.raises(NotAList) as refusal:
        read(content)
    assert str(refusal.value)


def test_a_file_that_is_too_large_is_not_looked_into() -> None:
    with pytest.raises(NotAList, match="10 MiB"):
        read(b"," * (MOST_BYTES + 1))


def test_a_workbook_that_unpacks_to_far_more_is_not_opened() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 60 * 1024 * 1024)
    with pytest.raises(NotAList):
        read(out.getvalue())


def test_of_a_workbook_with_macros_only_the_cells_are_read() -> None:
    out = io.BytesIO(workbook(活动=[HEADINGS, ROW]))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"Auto_Open")
    assert [one.title for one in read(out.getvalue()).events] == ["《茶经》共读"]


def test_more_rows_than_a_list_may_have_are_refused() -> None:
    with pytest.raises(NotAList, match="10000"):
        read(table(*([ROW] * 10_001)))
    sessions: dict[str, object] = {"sessions": [{}] * 10_001}
    with pytest.raises(NotAList, match="10000"):
        read(json.dumps(sessions).encode())
