from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from consultations.documents.lines import title_lines, without_widow
from consultations.documents.model import Counts, Statement, SummaryDocument, Tally
from consultations.documents.wording import (
    checking_text,
    counts_text,
    name_text,
    number_text,
    numeral,
    opening_text,
    period_text,
    quotation,
    quoted,
    references,
    sources_text,
    statements_of,
    worded,
)
from consultations.enums import Mode, StatementKind, SummaryKind

from .samples import BEIJING, sample, two_topics


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "一"),
        (9, "九"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (34, "三十四"),
        (99, "九十九"),
        (100, "100"),
    ],
)
def test_headings_count_in_chinese_numerals(number: int, text: str) -> None:
    assert numeral(number) == text


@pytest.mark.parametrize(
    ("end", "text"),
    [
        (dt.datetime(2026, 1, 5, 20, 30, tzinfo=BEIJING), "2026年1月5日19时至20时30分"),
        (dt.datetime(2026, 1, 5, 20, 5, tzinfo=BEIJING), "2026年1月5日19时至20时5分"),
        (dt.datetime(2026, 2, 6, 20, tzinfo=BEIJING), "2026年1月5日19时至2月6日20时"),
        (dt.datetime(2027, 1, 1, 8, tzinfo=BEIJING), "2026年1月5日19时至2027年1月1日8时"),
    ],
)
def test_a_period_says_of_its_end_only_what_differs(end: dt.datetime, text: str) -> None:
    start = dt.datetime(2026, 1, 5, 19, tzinfo=BEIJING)
    assert period_text(start, end) == text


def counted(
    participants: int = 142, sectors: int = 12, published: int = 80, tally: Tally | None = None
) -> str:
    tally = tally or Tally(support=612)
    return counts_text(
        Counts(participants=participants, sectors=sectors, suggestions=80, published=published, tally=tally)
    )


def test_counts_read_as_a_secretary_writes_them() -> None:
    assert counted() == "来自12个界别的142名委员参加，提出建言80条，附议612次"
    assert counted(sectors=0) == "142名委员参加，提出建言80条，附议612次"
    assert counted(participants=0, published=76) == "提出建言80条，其中公开发布76条，附议612次"
    three_way = Tally(support=612, neutral=30, oppose=0)
    assert counted(tally=three_way).endswith("附议612次，中立30次，反对0次")


def test_the_opening_is_made_of_facts_alone() -> None:
    assert opening_text(sample()) == (
        "2026年1月15日19时30分至20时30分，政协越溪县委员会以网络方式开展“微建言·献一计”协商活动，"
        "围绕“破解老城区停车难”议题协商建言。来自22个界别的60名委员参加，提出建言40条，其中公开发布38条，附议822次。"
        "现将主要意见建议纪要如下。"
    )


@pytest.mark.parametrize(
    ("mode", "place", "where"),
    [
        (Mode.ONLINE, "", "委员会以网络方式开展"),
        (Mode.OFFLINE, "县政协议事厅", "委员会在县政协议事厅开展"),
        (Mode.OFFLINE, "", "委员会以现场会议方式开展"),
        (Mode.HYBRID, "县政协议事厅", "委员会在县政协议事厅以线上线下相结合的方式开展"),
        (Mode.HYBRID, "", "委员会以线上线下相结合的方式开展"),
    ],
)
def test_the_opening_says_where(mode: Mode, place: str, where: str) -> None:
    document = sample()
    opening = dataclasses.replace(document.opening, mode=mode, place=place)
    assert where in opening_text(dataclasses.replace(document, opening=opening))


@pytest.mark.parametrize(
    ("kind", "end"), [(SummaryKind.OVERVIEW, "综述如下。"), (SummaryKind.DIGEST, "摘编如下。")]
)
def test_the_opening_ends_as_its_kind_does(kind: SummaryKind, end: str) -> None:
    document = sample()
    head = dataclasses.replace(document.head, kind=kind)
    assert opening_text(dataclasses.replace(document, head=head)).endswith(end)


def test_several_topics_are_counted_and_their_suggestions_told_apart() -> None:
    document = two_topics()
    assert "围绕“破解老城区停车难”、“老旧小区改造”2个议题协商建言" in opening_text(document)
    assert references(document)[101] == "1-1"
    assert references(document)[301] == "2-1"
    assert references(sample())[117] == "17"


def test_a_draft_leaves_room_for_its_number() -> None:
    assert number_text(two_topics()) == "〔2026〕　号"
    assert number_text(sample()) == "越政协纪〔2026〕1号"


def plain(document: SummaryDocument, at: int) -> str:
    return worded(statements_of(document)[at], references(document)).plain


def test_a_statement_says_what_it_rests_on_before_its_full_stop() -> None:
    assert plain(sample(), 2) == (
        "推动机关事业单位内部泊位夜间向周边居民开放，晚六点至早七点错时停放，统一接入停车诱导屏，先选三家单位试点"
        "（经济界、工商联、无党派人士提出，附议36次）［1、4、5］。"
    )
    assert plain(two_topics(), 0) == "两项工作都要先征求居民意见（无党派人士提出，附议52次）［1-5、2-5］。"


def test_what_has_no_source_is_the_secretarys() -> None:
    assert plain(two_topics(), 4) == "改造计划由县住建局另行通报（秘书补充）。"


def test_of_many_sectors_three_are_named() -> None:
    document = sample()
    cited = sample().topics[0].sections[0].statements[0].citations
    many = tuple(
        dataclasses.replace(cited[0], sector=name) for name in ("民盟", "民建", "民盟", "科协", "侨联", "")
    )
    statement = Statement(text="多建车位！", kind=StatementKind.CITED, support=30, citations=many)
    assert worded(statement, references(document)).plain.startswith(
        "多建车位！（民盟、民建、科协等4个界别提出，附议30次）［1、1"
    )
    unknown = dataclasses.replace(statement, citations=many[-1:])
    assert worded(unknown, references(document)).plain == "多建车位！（附议30次）［1］"


def test_a_quotation_names_sector_and_author() -> None:
    document = sample()
    row = document.appendix[11]
    assert quotation(row, references(document)).plain == (
        "“本院职工带个头：上班不把车开进院子，一天能让出一百六十个位子给病人，单位补公交卡就行”"
        "（医卫界　张敏，附议5次）［12］"
    )
    nameless = dataclasses.replace(row, author="", sector="", text="")
    assert quotation(nameless, references(document)).plain == "（内容不予刊载）（附议5次）［12］"


def test_the_record_counts_statements_by_what_they_rest_on() -> None:
    assert "全文共17条，其中依据建言形成16条（经文字整理14条），秘书补充1条。" in sources_text(sample())
    assert "全文共5条，其中依据建言形成4条，秘书补充1条。" in sources_text(two_topics())
    assert "jianyan summary verify" in checking_text(sample())
    assert "/verify/" in checking_text(sample())


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("李明", "李　明"),
        ("欧阳静文", "欧阳静文"),
        ("王一凡", "王一凡"),
        (" 丁立 ", "丁　立"),
        ("A", "A"),
        ("", ""),
    ],
)
def test_a_name_of_two_characters_takes_the_room_of_three(name: str, printed: str) -> None:
    assert name_text(name) == printed


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("关于城区停车的纪要", ("关于城区停车的纪要",)),
        ("关于“破解老城区停车难”网络议政的协商纪要", ("关于“破解老城区停车难”", "网络议政的协商纪要")),
        ("上行由秘书定\n下行也是", ("上行由秘书定", "下行也是")),
        ("字" * 21, ("字" * 11, "字" * 10)),
        ("字" * 45, ("字" * 15, "字" * 15, "字" * 15)),
    ],
)
def test_a_long_title_is_broken_evenly_and_at_the_sense(title: str, lines: tuple[str, ...]) -> None:
    assert title_lines(title) == lines


def test_no_character_stands_alone_on_a_line_of_a_cell() -> None:
    assert without_widow("智能诱导与收费", 6) == "智能诱导\n与收费"
    assert without_widow("医院学校周边", 6) == "医院学校周边"
    assert without_widow("社会福利和社会保障界", 5) == "社会福利和社会保障界"
    assert without_widow("甲", 6) == "甲"


def test_marks_inside_quotation_marks_become_single_ones() -> None:
    assert quoted("让“四好农村路”更好走") == "“让‘四好农村路’更好走”"
