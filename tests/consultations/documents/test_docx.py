from __future__ import annotations

import dataclasses
import datetime as dt
import io
import re
import zipfile

import docx as python_docx
import openpyxl
import pytest
from lxml import etree

from consultations.documents import FORMATS
from consultations.documents.docx import render
from consultations.documents.model import (
    Attendance,
    Attendee,
    DepartmentResponse,
    Section,
    SummaryDocument,
    TopicPart,
)
from consultations.enums import SummaryKind, SummaryStatus

from .samples import assembled, large, sample, signed, statement, two_topics
from .wordprocessing import NS, W, attributes, body, out_of_order, paragraphs, part, styled, text_of, value

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"


@pytest.fixture(scope="module")
def minutes() -> bytes:
    return render(sample())


def of_kind(document: SummaryDocument, kind: SummaryKind) -> SummaryDocument:
    return dataclasses.replace(document, head=dataclasses.replace(document.head, kind=kind))


def test_the_page_is_that_of_the_standard(minutes: bytes) -> None:
    section = body(minutes).find("w:body/w:sectPr", NS)
    assert section is not None
    assert attributes(section) == {}
    assert attributes(section.find("w:pgSz", NS)) == {"w": "11906", "h": "16838"}
    margins = attributes(section.find("w:pgMar", NS))
    assert {
        edge: round(int(margins[edge]) / 1440 * 25.4, 1) for edge in ("top", "left", "bottom", "right")
    } == {
        "top": 37.0,
        "left": 28.0,
        "bottom": 35.0,
        "right": 26.0,
    }
    assert attributes(section.find("w:docGrid", NS)) == {
        "type": "linesAndChars",
        "linePitch": "579",
        "charSpace": "-848",
    }


def test_a_page_takes_22_lines_of_28_characters(minutes: bytes) -> None:
    normal = part(minutes, "word/styles.xml").find("w:style[@w:styleId='Normal']", NS)
    assert normal is not None
    assert attributes(normal.find("w:pPr/w:spacing", NS)) == {
        "before": "0",
        "after": "0",
        "line": "579",
        "lineRule": "exact",
    }
    assert 22 * 579 <= 16838 - 2098 - 1984 < 22 * 580
    character = 20 * int(value(normal, "w:rPr/w:sz") or 0) // 2 + int(value(normal, "w:rPr/w:spacing") or 0)
    assert 28 * character <= 11906 - 1587 - 1474 < 29 * character
    assert value(normal, "w:pPr/w:widowControl") == "0"


@pytest.mark.parametrize(
    ("style", "face", "half_points"),
    [
        ("Normal", "仿宋_GB2312", "32"),
        ("Title", "方正小标宋简体", "44"),
        ("Mark", "方正小标宋简体", None),
        ("Heading1", "黑体", None),
        ("Heading2", "楷体_GB2312", None),
        ("Heading3", "仿宋_GB2312", None),
        ("AppendixLabel", "黑体", None),
        ("AppendixTitle", "方正小标宋简体", "44"),
        ("TableHeading", "黑体", None),
        ("TableText", None, "21"),
        ("Imprint", None, "28"),
        ("Footer", "宋体", "28"),
    ],
)
def test_every_style_has_the_face_and_size_of_the_standard(
    minutes: bytes, style: str, face: str | None, half_points: str | None
) -> None:
    found = part(minutes, "word/styles.xml").find(f"w:style[@w:styleId='{style}']", NS)
    assert found is not None
    assert value(found, "w:rPr/w:sz") == half_points
    for script in ("eastAsia", "ascii", "hAnsi", "cs"):
        assert value(found, "w:rPr/w:rFonts", script) == face


def test_a_face_that_is_missing_has_a_named_substitute(minutes: bytes) -> None:
    fonts = part(minutes, "word/fontTable.xml")
    assert {one.get(f"{W}name"): value(one, "w:altName") for one in fonts} == {
        "仿宋_GB2312": "仿宋",
        "楷体_GB2312": "楷体",
        "黑体": "SimHei",
        "宋体": "SimSun",
        "方正小标宋简体": "宋体",
    }


def test_headings_are_headings(minutes: bytes) -> None:
    assert paragraphs(minutes, "Heading1") == ["一、共识", "二、意见建议"]
    assert paragraphs(minutes, "Heading2") == [
        "（一）错时共享",
        "（二）挖潜增位",
        "（三）医院学校周边",
        "（四）智能诱导与收费",
        "（五）秩序与执法",
        "（六）其他意见建议",
    ]
    styles = part(minutes, "word/styles.xml")
    for level in (1, 2, 3):
        heading = styles.find(f"w:style[@w:styleId='Heading{level}']", NS)
        assert heading is not None
        assert value(heading, "w:name") == f"heading {level}"
        assert value(heading, "w:pPr/w:outlineLvl") == str(level - 1)


def test_topics_are_headings_above_their_themes_where_there_are_several() -> None:
    data = render(two_topics())
    assert paragraphs(data, "Heading2") == ["（一）破解老城区停车难", "（二）老旧小区改造"]
    assert paragraphs(data, "Heading3") == ["1.错时共享", "2.其他意见建议"]
    printed = paragraphs(data, "BodyText")
    assert "1.清理长期占用公共空间的车辆（社会福利和社会保障界提出，附议3次）［2-3］。" in printed
    assert "2.改造计划由县住建局另行通报（秘书补充）。" in printed
    assert "会前，委员分组走访了六个小区。" in printed


def test_themes_move_up_where_there_is_no_consensus() -> None:
    document = dataclasses.replace(sample(), consensus=())
    assert paragraphs(render(document), "Heading1")[:2] == ["一、错时共享", "二、挖潜增位"]


def test_one_section_without_a_theme_needs_no_heading() -> None:
    rows = sample().appendix
    part_ = TopicPart(
        topic_id=7,
        title="停车",
        sections=(Section(theme=None, statements=(statement("建车库。", rows[:1]),)),),
    )
    data = render(assembled(["停车"], [part_], rows))
    assert paragraphs(data, "Heading1") == []
    assert "建车库（经济界提出，附议5次）［1］。" in paragraphs(data, "BodyText")


def test_themes_of_several_topics_stay_below_them_at_the_third_level() -> None:
    document = two_topics()
    topics = tuple(
        dataclasses.replace(
            one, sections=tuple(dataclasses.replace(s, statements=s.statements * 2) for s in one.sections)
        )
        for one in document.topics
    )
    printed = paragraphs(render(dataclasses.replace(document, topics=topics)), "BodyText")
    assert "（1）机关车位晚间向居民开放（经济界、工商联提出，附议10次）［1-1、1-4］。" in printed


def test_every_number_in_brackets_leads_to_its_row(minutes: bytes) -> None:
    document = body(minutes)
    links = {(one.get(f"{W}anchor"), text_of(one)) for one in document.iter(f"{W}hyperlink")}
    marks = {
        (name, text_of(one))
        for one in document.iter(f"{W}p")
        if (name := value(one, "w:bookmarkStart", "name")) is not None
    }
    assert ("suggestion_117", "17") in links
    assert links <= marks
    assert len(marks) == 40


def test_the_head_has_mark_number_issuer_and_date(minutes: bytes) -> None:
    (mark,) = styled(minutes, "Mark")
    assert text_of(mark) == "政协越溪县委员会协商纪要"
    assert attributes(mark.find("w:pPr/w:spacing", NS)) == {
        "before": "1984",  # 35 mm
        "after": "0",
        "line": "720",
        "lineRule": "exact",
    }
    assert value(mark, "w:r/w:rPr/w:sz") == "72"
    style = part(minutes, "word/styles.xml").find("w:style[@w:styleId='Mark']", NS)
    assert style is not None
    assert value(style, "w:rPr/w:color") == "FF0000"
    assert paragraphs(minutes, "DocumentNumber") == [
        "越政协纪〔2026〕1号",
        "　政协越溪县委员会办公室\t2026年1月19日　",
    ]
    rule = styled(minutes, "DocumentNumber")[1].find("w:pPr/w:pBdr/w:bottom", NS)
    assert attributes(rule) == {"val": "single", "sz": "12", "space": "11", "color": "FF0000"}
    assert paragraphs(minutes, "Title") == ["关于“破解老城区停车难”\n网络议政的协商纪要"]
    assert paragraphs(minutes, "Standing") == []


def test_a_long_issuer_stands_above_the_kind() -> None:
    document = sample()
    head = dataclasses.replace(document.head, issuer="中国人民政治协商会议越溪县委员会", office="")
    data = render(dataclasses.replace(document, head=head))
    (mark,) = styled(data, "Mark")
    assert text_of(mark) == "中国人民政治协商会议越溪县委员会\n协商纪要"
    assert value(mark, "w:r/w:rPr/w:sz") == "54"
    assert paragraphs(data, "Imprint")[-1] == "中国人民政治协商会议越溪县委员会\t2026年1月19日印发"


@pytest.mark.parametrize(
    ("status", "words"), [(SummaryStatus.DRAFT, ["（草稿）"]), (SummaryStatus.REVIEW, ["（送审稿）"])]
)
def test_what_is_not_signed_says_so(status: SummaryStatus, words: list[str]) -> None:
    assert paragraphs(render(dataclasses.replace(sample(), status=status)), "Standing") == words


def test_names_stand_in_columns_behind_a_label(minutes: bytes) -> None:
    present, observers, on_leave = styled(minutes, "Attendance")
    lines = text_of(present).split("\n")
    assert lines[0] == "出席：丁　立\t上官云裳\t王　舒\t王　𬭎\t王一凡"
    assert "沈国梁\t张　敏\t陆远征\t阿依古丽·买买提" in lines
    assert text_of(observers) == (
        "列席：县公安局周志强，县住房和城乡建设局陆敏，县综合行政执法局何建平，"
        "县机关事务管理中心方圆，县人民医院欧阳静文"
    )
    assert text_of(on_leave) == "请假：王　海\t司马长风\t陈晓梅"
    label = present.find("w:r", NS)
    assert label is not None
    assert value(label, "w:rPr/w:rFonts", "eastAsia") == "黑体"
    # Two characters in, and the names hang three further on, behind the colon.
    assert attributes(present.find("w:pPr/w:ind", NS)) == {"left": "1575", "right": "-315", "hanging": "945"}
    stops = [int(str(one.get(f"{W}pos"))) for one in present.iterfind("w:pPr/w:tabs/w:tab", NS)]
    assert stops == [3071, 4568, 6064, 7560]


def test_a_name_as_wide_as_the_line_has_it_to_itself() -> None:
    names = ("李四", "长" * 30, "王五", "Ann", "长" * 19)
    document = sample()
    snapshot = dataclasses.replace(
        document.snapshot, attendance=Attendance(present=tuple(Attendee(name=name) for name in names))
    )
    (present,) = paragraphs(render(dataclasses.replace(document, snapshot=snapshot)), "Attendance")
    assert present == f"出席：李　四\n{'长' * 30}\n王　五\tAnn\n{'长' * 19}"


def test_only_minutes_list_who_attended() -> None:
    overview = render(of_kind(sample(), SummaryKind.OVERVIEW))
    assert paragraphs(overview, "Attendance") == []
    assert paragraphs(overview, "Mark") == ["政协越溪县委员会议政综述"]


def test_a_digest_quotes_members_in_their_own_words() -> None:
    data = render(of_kind(dataclasses.replace(sample(), consensus=()), SummaryKind.DIGEST))
    printed = paragraphs(data, "BodyText")
    assert (
        "1.“机关单位车位晚六点至早七点向周边居民错时开放，统一接入停车诱导屏，先选三家试点。”（经济界　张大力，附议5次）［1］"
        in printed
    )
    assert sum("张大力" in one for one in printed) == 1
    assert any(
        one.startswith("5.县人民医院周边道路微循环") and one.endswith("（秘书补充）。") for one in printed
    )


def test_a_digest_leaves_out_what_it_cannot_quote() -> None:
    document = dataclasses.replace(sample(), consensus=())
    short = dataclasses.replace(document, appendix=document.appendix[1:])
    printed = paragraphs(render(of_kind(short, SummaryKind.DIGEST)), "BodyText")
    assert not any("张大力" in one for one in printed)


def test_the_appendix_lists_every_suggestion_under_a_repeated_heading(minutes: bytes) -> None:
    suggestions, sectors, themes, journals = body(minutes).findall("w:body/w:tbl", NS)[:4]
    rows = suggestions.findall("w:tr", NS)
    assert len(rows) == 41
    assert rows[0].find("w:trPr/w:tblHeader", NS) is not None
    cells = [[text_of(cell) for cell in row.findall("w:tc", NS)] for row in rows]
    assert cells[0] == ["编号", "建言内容", "建言人", "归类", "附议", "状态"]
    assert cells[1][0] == "1"
    assert cells[1][2:] == ["张大力经济界", "错时共享", "5", "已发布"]
    assert cells[4][1].endswith("（合并至1）")
    assert cells[39][1].endswith("（退回理由：请写明具体地点和做法后重新提交）")
    assert cells[39][5] == "退回\n修改"
    assert [text_of(cell) for cell in sectors.findall("w:tr", NS)[-1].findall("w:tc", NS)] == [
        "合计",
        "60",
        "40",
        "822",
    ]
    assert [text_of(cell) for cell in themes.findall("w:tr", NS)[1].findall("w:tc", NS)] == [
        "错时共享",
        "7",
        "128",
    ]
    head = sample().snapshot.topics[0].head
    assert [text_of(cell) for cell in journals.findall("w:tr", NS)[1].findall("w:tc", NS)] == [
        "破解老城区停车难",
        "2026年1月15日20时30分",
        "487",
        f"{head[:32]}\n{head[32:]}",
    ]
    assert sample().snapshot_hash in paragraphs(minutes, "TableText")


def test_closing_times_are_told_in_the_zone_of_the_opening() -> None:
    document = sample()
    topic = document.snapshot.topics[0]
    in_utc = dataclasses.replace(topic, closed_at=topic.closed_at.astimezone(dt.UTC))
    moved = dataclasses.replace(document, snapshot=dataclasses.replace(document.snapshot, topics=(in_utc,)))
    assert render(moved) == render(document)


def test_a_three_way_ballot_has_its_three_columns() -> None:
    table = body(render(two_topics())).find("w:body/w:tbl", NS)
    assert table is not None
    heading, first = (
        [text_of(cell) for cell in row.findall("w:tc", NS)] for row in table.findall("w:tr", NS)[:2]
    )
    assert heading == ["编号", "建言内容", "建言人", "归类", "附议", "中立", "反对", "状态"]
    assert first[4:7] == ["5", "2", "1"]


def test_every_table_is_as_wide_as_the_text(minutes: bytes) -> None:
    for data in (minutes, render(two_topics())):
        for table in body(data).iter(f"{W}tbl"):
            assert (
                sum(int(str(one.get(f"{W}w"))) for one in table.iterfind("w:tblGrid/w:gridCol", NS)) == 8845
            )


def test_a_row_that_could_be_higher_than_a_page_may_be_broken() -> None:
    document = sample()
    rows = (dataclasses.replace(document.appendix[0], text="长" * 900, sector=""), *document.appendix[1:])
    table = body(render(dataclasses.replace(document, appendix=rows))).find("w:body/w:tbl", NS)
    assert table is not None
    first, second = table.findall("w:tr", NS)[1:3]
    assert first.find("w:trPr/w:cantSplit", NS) is None
    assert second.find("w:trPr/w:cantSplit", NS) is not None
    assert text_of(first.findall("w:tc", NS)[2]) == "张大力"


def test_responses_and_assignments_follow_the_suggestions() -> None:
    data = render(signed())
    assert paragraphs(data, "Heading1") == ["一、共识", "二、意见建议", "三、部门回应", "四、交办清单"]
    printed = paragraphs(data, "BodyText")
    answered = printed.index("县住房和城乡建设局：泊位底数正在普查，结果六月底前向社会公布。")
    assert printed[answered + 1 : answered + 3] == [
        "建设项目安排将以普查结果为准。",
        "县公安局：中山路、解放街的错时停车已在试行，三月底前把共享泊位接入停车诱导屏。",
    ]
    label = styled(data, "BodyText")[answered].find("w:r", NS)
    assert label is not None
    assert value(label, "w:rPr/w:rFonts", "eastAsia") == "黑体"
    assert "关于“错时共享”，共有建言7条，来自7个界别，附议128次。" in printed


def test_assignments_are_a_table_below_their_heading() -> None:
    data = render(signed())
    table = body(data).find("w:body/w:tbl", NS)
    assert table is not None
    assert value(table, "w:tblPr/w:tblCaption") == "交办清单"
    above = table.getprevious()
    assert above is not None
    assert text_of(above) == "四、交办清单"
    rows = table.findall("w:tr", NS)
    assert rows[0].find("w:trPr/w:tblHeader", NS) is not None
    assert [[text_of(cell) for cell in row.findall("w:tc", NS)] for row in rows] == [
        ["序号", "交办事项", "主办单位", "协办单位", "办理期限", "依据建言"],
        [
            "1",
            "开展城区泊位普查，按月公布进度",
            "县住房和城乡建设局",
            "县公安局、县综合行政执法局",
            "2026年6月30日",
            "36、38",
        ],
        ["2", "推动机关单位车位夜间错时开放", "县机关事务管理中心", "", "", "1"],
    ]


def test_an_assignment_that_could_be_higher_than_a_page_may_be_broken() -> None:
    document = signed()
    short, *_ = document.assignments
    long = dataclasses.replace(short, item="长" * 400)
    table = body(render(dataclasses.replace(document, assignments=(long, short)))).find("w:body/w:tbl", NS)
    assert table is not None
    first, second = table.findall("w:tr", NS)[1:3]
    assert first.find("w:trPr/w:cantSplit", NS) is None
    assert second.find("w:trPr/w:cantSplit", NS) is not None


def test_responses_on_several_topics_stand_under_their_titles() -> None:
    document = two_topics()
    answers = tuple(
        DepartmentResponse(topic_id=topic, department=department, text="正在办理。")
        for topic, department in ((8, "县住建局"), (7, "县公安局"), (None, "县政府办公室"))
    )
    data = render(dataclasses.replace(document, responses=answers))
    assert paragraphs(data, "Heading2")[-2:] == ["（一）破解老城区停车难", "（二）老旧小区改造"]
    assert [line for line in paragraphs(data, "BodyText") if line.endswith("：正在办理。")] == [
        "县政府办公室：正在办理。",
        "县公安局：正在办理。",
        "县住建局：正在办理。",
    ]


def test_charts_by_sector_stand_below_their_table(minutes: bytes) -> None:
    relations = {one.get("Id"): one.get("Target") for one in part(minutes, "word/_rels/document.xml.rels")}
    (line,) = (one for one in body(minutes).iter(f"{W}p") if one.find("w:r/w:drawing", NS) is not None)
    assert [text_of(one) for one in (line.getprevious(), line.getnext()) if one is not None] == [
        "按界别统计：建言条数、附议次数",
        "按归类统计",
    ]
    # Of exact height, the line would cut them off.
    assert value(line, "w:pPr/w:spacing", "lineRule") == "auto"
    widths = [int(str(one.get("cx"))) for one in line.iter(f"{WP}extent")]
    assert len(widths) == 2
    assert sum(widths) <= 156 * 36_000
    figures = sample().statistics.sectors
    for at, values in enumerate(
        ([one.suggestions for one in figures], [one.support for one in figures]), start=1
    ):
        chart = part(minutes, f"word/{relations[f'chart{at}']}")
        (cached,) = chart.iter(f"{C}numCache")
        assert [int(str(one.text)) for one in cached.iter(f"{C}v")] == values
        names = chart.find(f".//{C}cat/{C}strRef/{C}strCache")
        assert names is not None
        assert [one.text for one in names.iter(f"{C}v")] == [one.sector for one in figures]


def test_those_who_do_not_see_a_chart_are_told_what_it_shows(minutes: bytes) -> None:
    told = [one.get("descr") or "" for one in body(minutes).iter(f"{WP}docPr")]
    assert [one.split("：")[0] for one in told] == ["建言条数", "附议次数"]
    assert all("共23项；建言条数合计40" in one for one in told)


def test_the_numbers_of_a_chart_can_be_changed_in_its_workbook(minutes: bytes) -> None:
    for at in (1, 2):
        data = part(minutes, f"word/charts/chart{at}.xml").find(f"{C}externalData")
        assert data is not None
        (relation,) = part(minutes, f"word/charts/_rels/chart{at}.xml.rels")
        assert relation.get("Id") == attributes(data)["id"]
        with zipfile.ZipFile(io.BytesIO(minutes)) as archive:
            inner = archive.read(f"word/embeddings/chart{at}.xlsx")
        assert str(relation.get("Target")).endswith(f"embeddings/chart{at}.xlsx")
        page = openpyxl.load_workbook(io.BytesIO(inner))["界别统计"]
        assert [cell.value for cell in page[2][:4]] == ["中共", 5, 2, 16]


def test_without_figures_or_with_more_than_can_be_read_there_is_no_chart() -> None:
    document = sample()
    many = [
        dataclasses.replace(row, sector=f"第{at}界别")
        for at, row in enumerate(large(suggestions=61, people=0).appendix)
    ]
    nobody = Attendance()
    for rows in ((), tuple(many)):
        data = render(assembled(["破解老城区停车难"], document.topics, rows, people=nobody))
        assert list(body(data).iter(f"{WP}inline")) == []
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            assert not any("chart" in name for name in archive.namelist())


def test_the_imprint_is_pinned_to_the_foot_of_the_last_page(minutes: bytes) -> None:
    assert paragraphs(minutes, "Imprint") == [
        "抄送：县委办公室，县人大常委会办公室，县政府办公室，县公安局，县住房和城乡建设局，县综合行政执法局，县机关事务管理中心。",
        "政协越溪县委员会办公室\t2026年1月19日印发",
    ]
    imprint = body(minutes).findall("w:body/w:tbl", NS)[-1]
    assert attributes(imprint.find("w:tblPr/w:tblpPr", NS)) == {
        "vertAnchor": "margin",
        "horzAnchor": "page",
        "tblpX": "1587",
        "tblpYSpec": "bottom",
    }
    rules = imprint.find("w:tblPr/w:tblBorders", NS)
    assert rules is not None
    # Eighths of a point: 0.35 mm outside, 0.26 mm inside.
    assert {etree.QName(one).localname: one.get(f"{W}sz") for one in rules} == {
        "top": "8",
        "bottom": "8",
        "insideH": "6",
    }
    following = [etree.QName(one).localname for one in imprint.itersiblings()]
    assert following == ["p", "sectPr"]


def test_who_gets_no_copy_is_not_named() -> None:
    assert paragraphs(render(two_topics()), "Imprint") == ["政协越溪县委员会办公室\t2026年1月19日印发"]


def test_page_numbers_are_outside_between_dashes(minutes: bytes) -> None:
    relations = {one.get("Id"): one.get("Target") for one in part(minutes, "word/_rels/document.xml.rels")}
    section = body(minutes).find("w:body/w:sectPr", NS)
    assert section is not None
    footers = {
        one.get(f"{W}type"): part(minutes, f"word/{relations[attributes(one)['id']]}")
        for one in section.iterfind("w:footerReference", NS)
    }
    assert {kind: value(one, "w:p/w:pPr/w:jc") for kind, one in footers.items()} == {
        "default": "right",
        "even": "left",
    }
    for footer in footers.values():
        assert text_of(footer) == "— 1 —"
        assert value(footer, "w:p/w:fldSimple", "instr") == " PAGE "
    assert part(minutes, "word/settings.xml").find("w:evenAndOddHeaders", NS) is not None


@pytest.mark.parametrize("document", [signed(), two_topics()], ids=["minutes", "two topics"])
def test_elements_stand_in_the_order_of_the_standard(document: SummaryDocument) -> None:
    data = render(document)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [name for name in archive.namelist() if name.startswith("word/") and name.endswith(".xml")]
    assert "word/footer2.xml" in names
    for name in names:
        assert list(out_of_order(part(data, name))) == []


def test_used_styles_exist_and_no_two_bookmarks_share_a_name(minutes: bytes) -> None:
    known = {one.get(f"{W}styleId") for one in part(minutes, "word/styles.xml").iterfind("w:style", NS)}
    used = {one.get(f"{W}val") for one in body(minutes).iter(f"{W}pStyle", f"{W}tblStyle")}
    assert used <= known
    names = [one.get(f"{W}name") for one in body(minutes).iter(f"{W}bookmarkStart")]
    assert len(names) == len(set(names))


def test_python_docx_reads_it_and_finds_properties_of_the_document_alone(minutes: bytes) -> None:
    read = python_docx.Document(io.BytesIO(minutes))
    properties = read.core_properties
    assert properties.title == "关于“破解老城区停车难”网络议政的协商纪要"
    assert properties.author == properties.last_modified_by == "政协越溪县委员会"
    assert properties.created == properties.modified == dt.datetime(2026, 1, 19, tzinfo=dt.UTC)
    assert properties.identifier == "越政协纪〔2026〕1号"
    assert properties.version == "3"
    assert properties.content_status == "签发"
    assert properties.language == "zh-CN"
    assert properties.comments == ""
    assert read.paragraphs[0].style is not None
    assert read.paragraphs[0].style.name == "纪要标志"


def test_the_archive_tells_nothing_of_when_and_where_it_was_made(minutes: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(minutes)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.namelist() == [
            "[Content_Types].xml",
            "_rels/.rels",
            "docProps/core.xml",
            "word/document.xml",
            "word/_rels/document.xml.rels",
            "word/styles.xml",
            "word/settings.xml",
            "word/theme/theme1.xml",
            "word/fontTable.xml",
            "word/footer1.xml",
            "word/footer2.xml",
            "word/charts/chart1.xml",
            "word/charts/_rels/chart1.xml.rels",
            "word/embeddings/chart1.xlsx",
            "word/charts/chart2.xml",
            "word/charts/_rels/chart2.xml.rels",
            "word/embeddings/chart2.xlsx",
        ]
        for name in archive.namelist():
            assert not re.search(rb"rsid|python-docx|Macintosh Word", archive.read(name))


def test_a_countys_busiest_hour_has_a_row_for_each_suggestion() -> None:
    data = FORMATS["docx"].render(large(suggestions=500, statements=40, people=180))
    assert len(body(data).findall("w:body/w:tbl", NS)[0].findall("w:tr", NS)) == 501
