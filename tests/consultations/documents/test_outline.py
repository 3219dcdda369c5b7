"""The outline has what the Word file says, line by line; every part of the document is in it."""

from __future__ import annotations

import dataclasses
import io

import pytest
from docx import Document

from consultations.documents import FORMATS
from consultations.documents.model import Section, SummaryDocument, TopicPart
from consultations.documents.outline import Block, outline_of
from consultations.enums import Pending, SummaryKind

from .samples import large, sample, signed, two_topics


def line(block: Block) -> str:
    cited = f"［{'、'.join(number for _, number in block.cited)}］" if block.cited else ""
    return f"{block.label}{block.text}{block.remark}{cited}{block.end}"


def one_section_without_a_theme() -> SummaryDocument:
    document = two_topics()
    part = TopicPart(
        topic_id=7,
        title="破解老城区停车难",
        sections=(Section(theme=None, statements=document.topics[0].sections[0].statements),),
    )
    return dataclasses.replace(document, consensus=(), topics=(part,))


@pytest.mark.parametrize("make", [sample, signed, two_topics, large, one_section_without_a_theme])
def test_the_outline_has_the_lines_of_the_word_file(make: object) -> None:
    assert callable(make)
    document: SummaryDocument = make()
    shown = [line(block) for block in outline_of(document).blocks]
    word = Document(io.BytesIO(FORMATS["docx"].render(document)))
    lines = [paragraph.text.replace("\u200b", "") for paragraph in word.paragraphs]
    start = lines.index(shown[0])
    assert lines[start : start + len(shown)] == shown
    assert len(shown) > 1


def test_rows_say_what_became_of_a_suggestion() -> None:
    outline = outline_of(sample())
    (table,) = outline.suggestions
    assert (table.caption, table.stands) == ("", ("附议",))
    assert (table.rows[3].status, table.rows[3].remark) == ("已合并", "（合并至1）")
    assert table.rows[38].remark == "（退回理由：请写明具体地点和做法后重新提交）"
    assert (outline.standing, outline.number) == ("", "越政协纪〔2026〕1号")


def test_two_topics_have_a_table_each_and_all_stands() -> None:
    outline = outline_of(two_topics())
    assert [table.caption for table in outline.suggestions] == ["破解老城区停车难", "老旧小区改造"]
    assert outline.suggestions[0].stands == ("附议", "中立", "反对")
    assert len(outline.suggestions[0].rows[0].stands) == 3
    assert outline.standing == "草稿"


def test_only_minutes_list_who_attended() -> None:
    document = sample()
    assert [label for label, _names in outline_of(document).lists] == ["出席", "列席", "请假"]
    overview = dataclasses.replace(
        document, head=dataclasses.replace(document.head, kind=SummaryKind.OVERVIEW)
    )
    assert outline_of(overview).lists == ()


def test_responses_and_assignments_come_after_the_suggestions() -> None:
    outline = outline_of(signed())
    headings = [block.text for block in outline.blocks if block.level == 1]
    assert headings == ["一、共识", "二、意见建议", "三、部门回应", "四、交办清单"]
    at = [block.text for block in outline.blocks].index("三、部门回应")
    assert [(block.label, block.text) for block in outline.blocks[at + 1 : -1]] == [
        ("县住房和城乡建设局：", "泊位底数正在普查，结果六月底前向社会公布。"),
        ("", "建设项目安排将以普查结果为准。"),
        ("县公安局：", "中山路、解放街的错时停车已在试行，三月底前把共享泊位接入停车诱导屏。"),
    ]
    assert outline.assignments is not None
    assert outline.assignments.rows == (
        (1, "开展城区泊位普查，按月公布进度", "县住房和城乡建设局", "县公安局、县综合行政执法局", "2026年6月30日", "36、38"),
        (2, "推动机关单位车位夜间错时开放", "县机关事务管理中心", "", "", "1"),
    )  # fmt: skip


def test_a_lead_opens_its_theme_without_a_number_and_cites_nothing_in_print() -> None:
    outline = outline_of(signed())
    at = next(at for at, block in enumerate(outline.blocks) if block.level == 2)
    lead, first = outline.blocks[at + 1 : at + 3]
    assert lead.text.startswith("关于“")
    assert (lead.remark, lead.cited, lead.end) == ("", (), "。")
    assert first.text.startswith("1.")


def test_a_correction_says_what_it_replaces_and_who_signed_it() -> None:
    outline = outline_of(signed())
    assert outline.standing == "第2版，替代2026年1月17日签发的第1版"
    assert outline.grounds[0].startswith("本协商纪要由周砚于2026年1月19日签发")
    assert [caption for caption, _ in outline.hashes] == ["数据快照（SHA-256）", "全文校验码（SHA-256）"]


def test_what_is_proposed_says_so() -> None:
    document = sample()
    proposed = dataclasses.replace(document.consensus[0], pending=Pending.CONSENSUS)
    outline = outline_of(dataclasses.replace(document, consensus=(proposed,)))
    assert outline.blocks[2].remark.startswith("（拟列共识，待确认；")


def test_a_lead_of_a_single_suggestion_is_not_printed() -> None:
    document = signed()
    first, *others = document.topics[0].sections
    lead = first.statements[0]
    alone = dataclasses.replace(lead, citations=lead.citations[:1])
    section = dataclasses.replace(first, statements=(alone, *first.statements[1:]))
    part = dataclasses.replace(document.topics[0], sections=(section, *others))
    texts = [block.text for block in outline_of(dataclasses.replace(document, topics=(part,))).blocks]
    assert not any(text.startswith("关于“") for text in texts)
