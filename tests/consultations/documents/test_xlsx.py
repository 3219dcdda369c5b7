from __future__ import annotations

import dataclasses
import datetime as dt
import io
import re
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from lxml import etree
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from consultations.documents.model import Attendance, SummaryDocument, TopicPart
from consultations.documents.spreadsheet.workbook import words
from consultations.documents.xlsx import render
from consultations.enums import Pending, SummaryKind, SummaryStatus

from .samples import assembled, large, recounted, sample, signed, two_topics
from .test_csv import FORMULAS
from .test_printable import HOSTILE

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"


def book(document: SummaryDocument) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(render(document)))


def midnight(year: int, month: int, day: int) -> dt.datetime:
    """A date as openpyxl reads it."""
    return dt.datetime.combine(dt.date(year, month, day), dt.time())


def rows(page: Worksheet) -> list[list[object]]:
    return [list(row) for row in page.iter_rows(values_only=True)]


def table(document: SummaryDocument, name: str) -> list[list[object]]:
    """The rows of a sheet, in the columns that its heading names."""
    found = rows(book(document)[name])
    used = sum(heading is not None for heading in found[0])
    return [row[:used] for row in found]


def overview(document: SummaryDocument) -> dict[object, object]:
    return {row[0]: row[1] for row in table(document, "概况")}


def part(data: bytes, name: str) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return etree.fromstring(archive.read(name))


@pytest.fixture(scope="module")
def minutes() -> openpyxl.Workbook:
    return book(signed())


def test_there_is_a_sheet_for_everything_that_can_be_counted(minutes: openpyxl.Workbook) -> None:
    assert minutes.sheetnames == [
        "概况", "建言", "条目与依据", "界别统计", "归类统计", "出席", "部门回应", "交办清单",
    ]  # fmt: skip


def test_only_minutes_say_who_attended() -> None:
    document = sample()
    head = dataclasses.replace(document.head, kind=SummaryKind.OVERVIEW)
    assert "出席" not in book(dataclasses.replace(document, head=head)).sheetnames


def test_the_head_the_counts_and_the_hashes_stand_on_the_first_sheet() -> None:
    document = signed()
    told = overview(document)
    assert told["项目"] == "内容"
    assert told["标题"] == "关于“破解老城区停车难”网络议政的协商纪要"
    assert told["文号"] == "越政协纪〔2026〕1号"
    assert told["状态"] == "签发"
    assert told["版本"] == "第2版，替代2026年1月17日签发的第1版"
    assert told["日期"] == midnight(2026, 1, 19)
    assert told["签发人"] == "周砚"
    assert told["协商时间"] == "2026年1月15日19时30分至20时30分"
    assert told["协商方式"] == "网络协商"
    assert told["参加人数"] == 60
    assert told["建言条数"] == 40
    assert told["附议"] == 822
    assert told["数据快照（SHA-256）"] == document.snapshot_hash
    assert told["全文校验码（SHA-256）"] == document.seal
    assert told["日志条数"] == 487
    assert told["日志末条哈希值"] == document.snapshot.topics[0].head


def test_the_journal_of_each_of_several_topics_is_named_with_it() -> None:
    document = two_topics()
    told = overview(document)
    assert [row[1] for row in table(document, "概况") if row[0] == "议题"] == [
        "破解老城区停车难",
        "老旧小区改造",
    ]
    assert told["老旧小区改造：日志末条哈希值"] == document.snapshot.topics[1].head
    assert (told["文号"], told["状态"], told["版本"]) == (None, "草稿", "第1版")
    assert (told["协商方式"], told["协商地点"]) == ("线上线下相结合", "县政协议事厅")


def test_the_suggestions_are_those_of_the_csv_with_what_was_merged_into_them() -> None:
    listed = table(sample(), "建言")
    assert listed[0] == [
        "议题", "编号", "建言内容", "建言人", "界别", "状态", "归类", "附议", "中立", "反对", "合并至", "并入的建言", "说明",
    ]  # fmt: skip
    assert len(listed) == 41
    assert listed[1] == [
        "破解老城区停车难",
        1,
        "机关单位车位晚六点至早七点向周边居民错时开放，统一接入停车诱导屏，先选三家试点。",
        "张大力",
        "经济界",
        "已发布",
        "错时共享",
        5,
        0,
        0,
        None,
        "4",
        None,
    ]
    assert (listed[4][5], listed[4][10], listed[4][11]) == ("已合并", "1", None)
    assert listed[39][12] == "请写明具体地点和做法后重新提交"


def test_every_statement_says_what_it_rests_on() -> None:
    document = signed()
    listed = table(document, "条目与依据")
    assert listed[0] == [
        "序号", "部分", "议题", "归类", "条目", "性质", "文字整理", "待确认", "附议", "依据条数", "依据建言", "提出界别",
    ]  # fmt: skip
    assert len(listed) == 1 + 2 + 1 + 15
    assert listed[1] == [
        1,
        "共识",
        None,
        None,
        "委员们认为，破解老城区停车难要坚持挖潜与共享并重、建设与管理并举，优先盘活存量泊位。",
        "依据建言",
        "是",
        None,
        60,
        3,
        "1、7、22",
        "经济界、民建、工商联",
    ]
    lead = listed[3]
    assert (lead[1], lead[2], lead[3], lead[5]) == ("意见建议", "破解老城区停车难", "错时共享", "引语")
    note = next(row for row in listed if row[5] == "秘书补充")
    assert (note[8], note[9], note[10]) == (0, 0, None)
    assert {row[3] for row in listed[3:]} >= {"其他意见建议"}


def test_what_waits_to_be_accepted_says_so() -> None:
    document = two_topics()
    waiting = (dataclasses.replace(document.consensus[0], pending=Pending.MODEL),)
    listed = table(dataclasses.replace(document, consensus=waiting), "条目与依据")
    assert listed[1][7] == "语言模型拟写，待确认"
    assert listed[1][10] == "1-5、2-5"


def test_figures_by_sector_end_in_a_total_that_no_filter_hides(minutes: openpyxl.Workbook) -> None:
    listed = table(signed(), "界别统计")
    assert listed[0] == ["界别", "参加人数", "建言条数", "附议次数"]
    assert listed[-1] == ["合计", 60, 40, 822]
    assert minutes["界别统计"].auto_filter.ref == f"A1:D{len(listed) - 1}"
    assert table(two_topics(), "归类统计")[0] == ["议题", "归类", "建言条数", "附议次数"]


def test_people_stand_in_the_order_in_which_they_are_printed() -> None:
    listed = table(sample(), "出席")
    assert listed[0] == ["序号", "出席情况", "姓名", "界别（单位）"]
    assert listed[1] == [1, "出席", "丁立", "中共"]
    assert listed[61] == [61, "列席", "周志强", "县公安局"]
    assert listed[-1] == [68, "请假", "陈晓梅", "农工党"]


def test_responses_come_as_printed_and_assignments_with_dates_that_are_dates() -> None:
    due = midnight(2026, 6, 30)
    assert table(signed(), "部门回应") == [
        ["序号", "议题", "部门", "回应内容"],
        [1, "全部议题", "县住房和城乡建设局", "泊位底数正在普查，结果六月底前向社会公布。\n建设项目安排将以普查结果为准。"],
        [2, "破解老城区停车难", "县公安局", "中山路、解放街的错时停车已在试行，三月底前把共享泊位接入停车诱导屏。"],
    ]  # fmt: skip
    assert table(signed(), "交办清单") == [
        ["序号", "交办事项", "主办单位", "协办单位", "办理期限", "依据建言"],
        [1, "开展城区泊位普查，按月公布进度", "县住房和城乡建设局", "县公安局、县综合行政执法局", due, "36、38"],
        [2, "推动机关单位车位夜间错时开放", "县机关事务管理中心", None, None, "1"],
    ]  # fmt: skip
    assert book(signed())["交办清单"]["E2"].number_format == 'yyyy"年"m"月"d"日"'


def test_every_sheet_has_a_heading_that_stays_and_filters(minutes: openpyxl.Workbook) -> None:
    for page in minutes:
        used = sum(cell.value is not None for cell in page[1])
        assert page.freeze_panes == "A2"
        assert str(page.auto_filter.ref).startswith(f"A1:{get_column_letter(used)}")
        assert page.print_title_rows == "$1:$1"
        assert page.page_setup.orientation == "landscape"
        assert page.page_setup.fitToHeight == 0
        assert page["A1"].font.b
        for row in page.iter_rows(min_row=2, max_col=used):
            for cell in row:
                if isinstance(cell.value, str) and not cell.font.b:
                    assert cell.alignment.wrap_text


def test_a_column_is_as_wide_as_its_words_and_never_wider_than_is_good_to_read(
    minutes: openpyxl.Workbook,
) -> None:
    widths = {
        (page.title, page.cell(1, at).value): page.column_dimensions[get_column_letter(at)].width
        for page in minutes
        for at in range(1, 5)
        if page.cell(1, at).value
    }
    # The longest name has eight Chinese characters, the longest sector ten.
    assert widths["出席", "姓名"] == 16 + 2
    assert widths["界别统计", "界别"] == 20 + 2
    assert widths["建言", "编号"] == 8
    assert widths["建言", "建言内容"] == 60


@pytest.mark.parametrize("text", [*FORMULAS, "#N/A", "#REF!", "1", "1e5", "2026-01-01", "TRUE"])
def test_a_text_is_a_text_whatever_it_looks_like(text: str) -> None:
    document = sample()
    row = dataclasses.replace(
        document.appendix[0], text=text, author=text, sector=text, theme=text, reason=text
    )
    data = render(recounted(dataclasses.replace(document, appendix=(row, *document.appendix[1:]))))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
    for sheet in sheets:
        root = etree.fromstring(sheet)
        assert list(root.iter(f"{MAIN}f")) == []
        assert {cell.get("t") for cell in root.iter(f"{MAIN}c") if len(cell)} <= {"inlineStr", "n"}
    page = openpyxl.load_workbook(io.BytesIO(data))["建言"]
    assert [page.cell(2, at).data_type for at in (3, 4, 5, 7, 13)] == ["s"] * 5


@pytest.mark.parametrize("text", FORMULAS)
def test_what_looks_like_a_formula_stays_a_text_when_its_cell_is_edited(text: str) -> None:
    document = sample()
    row = dataclasses.replace(document.appendix[0], text=text)
    page = book(dataclasses.replace(document, appendix=(row, *document.appendix[1:])))["建言"]
    assert page["C2"].quotePrefix
    assert not page["C3"].quotePrefix


def test_nothing_in_a_text_is_read_as_an_escape() -> None:
    assert words("a_x000D_b_x0041_c_x41_") == "a_x005F_x000D_b_x005F_x0041_c_x41_"
    assert words("_x005F_x0041_") == "_x005F_x005F_x005F_x0041_"


def test_a_text_that_no_cell_can_hold_is_cut_and_says_where_the_whole_is() -> None:
    whole = "长" * 32_767
    assert words(whole) == whole
    cut = words(whole + "。")
    assert len(cut) == 32_767
    assert cut.endswith("长……（超出单元格容量，此处截断，全文见JSON文件）")
    # Excel counts UTF-16: a character beyond the first plane is two, and is not halved.
    astral = words("𬭎" * 20_000)
    assert len(astral.encode("utf-16-le")) // 2 in (32_766, 32_767)
    assert "\ufffd" not in astral


def test_charts_by_sector_stand_beside_their_table() -> None:
    data = render(signed())
    anchors = part(data, "xl/drawings/drawing1.xml").findall(
        f"{DRAWING}oneCellAnchor/{DRAWING}from/{DRAWING}col"
    )
    # The table has the columns 0 to 3.
    assert [one.text for one in anchors] == ["5", "6"]
    listed = table(signed(), "界别统计")[1:-1]
    for at, name, column in ((1, "建言条数", "C"), (2, "附议次数", "D")):
        chart = part(data, f"xl/charts/chart{at}.xml")
        assert [one.text for one in chart.iter(f"{CHART}f")] == [
            f"'界别统计'!${column}$1",
            f"'界别统计'!$A$2:$A${len(listed) + 1}",
            f"'界别统计'!${column}$2:${column}${len(listed) + 1}",
        ]
        (cached,) = chart.iter(f"{CHART}numCache")
        values = [int(str(one.text)) for one in cached.iter(f"{CHART}v")]
        assert values == [row[1 + at] for row in listed]
        assert name in [one.text for one in chart.iter(f"{CHART}v")]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert [name for name in archive.namelist() if "charts/" in name] == [
            "xl/charts/chart1.xml",
            "xl/charts/chart2.xml",
        ]


def test_where_nobody_said_anything_the_sheets_are_empty() -> None:
    document = assembled(
        ["停车"], [TopicPart(topic_id=7, title="停车", sections=())], [], people=Attendance()
    )
    pages = book(document)
    assert {name: pages[name].max_row for name in pages.sheetnames if name != "概况"} == {
        "建言": 1, "条目与依据": 1, "界别统计": 2, "归类统计": 1, "出席": 1, "部门回应": 1, "交办清单": 1,
    }  # fmt: skip
    with zipfile.ZipFile(io.BytesIO(render(document))) as archive:
        assert not any("chart" in name for name in archive.namelist())


def test_the_file_tells_nothing_of_when_and_where_it_was_made() -> None:
    data = render(sample())
    properties = openpyxl.load_workbook(io.BytesIO(data)).properties
    assert properties.creator == properties.lastModifiedBy == "政协越溪县委员会"
    assert properties.title == "关于“破解老城区停车难”网络议政的协商纪要"
    assert properties.created == properties.modified == midnight(2026, 1, 19)
    assert (properties.identifier, properties.contentStatus) == ("越政协纪〔2026〕1号", "签发")
    draft = dataclasses.replace(sample(), status=SummaryStatus.DRAFT)
    assert book(draft).properties.contentStatus == "草稿"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not any(re.search(rb"openpyxl", archive.read(name)) for name in archive.namelist())


@settings(max_examples=30, deadline=None)
@given(HOSTILE)
def test_no_text_breaks_a_sheet(text: str) -> None:
    document = sample()
    listed = [
        dataclasses.replace(row, text=text or "无", author=text, sector=text, theme=text, reason=text)
        for row in document.appendix[:2]
    ]
    pages = book(recounted(dataclasses.replace(document, title=text, appendix=tuple(listed))))
    assert pages["建言"].max_row == 3


def test_a_countys_busiest_hour_has_a_row_for_each_suggestion() -> None:
    data = render(large(suggestions=500, statements=40, people=180))
    assert openpyxl.load_workbook(io.BytesIO(data), read_only=True)["建言"].max_row == 501
