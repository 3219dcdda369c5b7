"""The preview says what the Word file says, line by line."""

from __future__ import annotations

import dataclasses
import io

import pytest
from docx import Document

from consultations.documents import FORMATS
from consultations.documents.model import Section, SummaryDocument, TopicPart
from consultations.enums import SummaryKind
from consultations.queries.summary_preview import Block, preview_of
from tests.consultations.documents.samples import large, sample, two_topics


def line(block: Block) -> str:
    cited = f"［{'、'.join(number for _, number in block.cited)}］" if block.cited else ""
    return f"{block.text}{block.remark}{cited}{block.end}"


def one_section_without_a_theme() -> SummaryDocument:
    document = two_topics()
    part = TopicPart(
        topic_id=7,
        title="破解老城区停车难",
        sections=(Section(theme=None, statements=document.topics[0].sections[0].statements),),
    )
    return dataclasses.replace(document, consensus=(), topics=(part,))


@pytest.mark.parametrize("make", [sample, two_topics, large, one_section_without_a_theme])
def test_the_preview_has_the_lines_of_the_word_file(make: object) -> None:
    assert callable(make)
    document: SummaryDocument = make()
    shown = [line(block) for block in preview_of(document).blocks]
    word = Document(io.BytesIO(FORMATS["docx"].render(document)))
    lines = [paragraph.text.replace("\u200b", "") for paragraph in word.paragraphs]
    start = lines.index(shown[0])
    assert lines[start : start + len(shown)] == shown
    assert len(shown) > 1


def test_rows_say_what_became_of_a_suggestion() -> None:
    preview = preview_of(sample())
    (table,) = preview.tables
    assert (table.caption, table.stands) == ("", ("附议",))
    assert (table.rows[3].status, table.rows[3].remark) == ("已合并", "（合并至1）")
    assert table.rows[38].remark == "（退回理由：请写明具体地点和做法后重新提交）"
    assert (preview.standing, preview.number) == ("", "越政协纪〔2026〕1号")


def test_two_topics_have_a_table_each_and_all_stands() -> None:
    preview = preview_of(two_topics())
    assert [table.caption for table in preview.tables] == ["破解老城区停车难", "老旧小区改造"]
    assert preview.tables[0].stands == ("附议", "中立", "反对")
    assert len(preview.tables[0].rows[0].stands) == 3
    assert preview.standing == "草稿"


def test_only_minutes_list_who_attended() -> None:
    document = sample()
    assert [label for label, _names in preview_of(document).lists] == ["出席", "列席", "请假"]
    overview = dataclasses.replace(
        document, head=dataclasses.replace(document.head, kind=SummaryKind.OVERVIEW)
    )
    assert preview_of(overview).lists == ()
