"""Which numbers in a secretary's words somebody should look at."""

from __future__ import annotations

import dataclasses
import json

import pytest
from django.utils import translation

from consultations.documents.json import render
from consultations.documents.model import SummaryDocument
from consultations.documents.remarks import remarks_on, value_of
from consultations.documents.verify import examine
from consultations.enums import SummaryStatus

from .samples import large, sample, signed, statement, two_topics

ROWS = sample().appendix


def saying(text: str, *numbers: int) -> SummaryDocument:
    """A draft with one sentence of consensus that rests on these suggestions."""
    one = statement(text, [ROWS[number - 1] for number in numbers])
    (part,) = sample().topics
    topics = (dataclasses.replace(part, sections=()),)
    return dataclasses.replace(sample(), consensus=(one,), topics=topics, status=SummaryStatus.DRAFT)


def remarked(document: SummaryDocument) -> list[str]:
    return [dict(one.values)["number"] for one in remarks_on(document)]


@pytest.mark.parametrize("document", [sample(), signed(), two_topics(), large()])
def test_what_was_written_with_care_is_not_remarked_upon(document: SummaryDocument) -> None:
    assert remarked(document) == []


@pytest.mark.parametrize(
    ("text", "remarks"),
    [
        ("委员提出建言99条。", ["99条"]),
        ("共有９９名委员附议1234次。", ["９９名", "1234次"]),
        ("来自三十三个界别的意见。", ["三十三个界别"]),
        ("有一百余名委员提出。", ["一百余名"]),
        ("涉及五十项工作、2026年、30分钟、12米。", ["五十项"]),
        ("不搞一次性投入，一人一策，第九十条、第77条不在此列。", []),
        ("重复的99条，还是99条。", ["99条"]),
    ],
)
def test_a_counted_number_that_nothing_bears_out_is_remarked_upon(text: str, remarks: list[str]) -> None:
    assert remarked(saying(text, 1, 2)) == remarks


def test_figures_of_the_sources_and_of_the_opening_are_borne_out() -> None:
    first, second = ROWS[0].tally.support, ROWS[1].tally.support
    both = first + second
    assert remarked(saying(f"2条建言来自两个界别，附议{first}次、{second}次，共{both}次。", 1, 2)) == []
    assert remarked(saying("60名委员、22个界别、40条建言，公开38条，附议822次。", 1)) == []


def test_a_number_in_the_words_of_a_source_bears_it_out_however_it_is_written() -> None:
    assert "三十天" in ROWS[31].text
    assert remarked(saying("贴条30次后清理。", 32)) == []
    assert remarked(saying("贴条30次后清理。", 1)) == ["30次"]


def test_a_note_rests_on_nothing_so_all_that_it_counts_is_remarked_upon() -> None:
    assert remarked(saying("会后又收到7条书面意见。")) == ["7条"]


def test_a_remark_is_no_fault() -> None:
    with translation.override("en"):
        verdict = examine(render(saying("委员提出建言99条。", 1)))
        assert verdict.faults.named == []
        assert [one.message for one in verdict.remarks.named] == [
            "“委员提出建言99条。” says “99条”, which is neither in the suggestions that it rests on nor in their figures."
        ]
    assert json.loads(render(saying("委员提出建言99条。", 1)))["status"] == "draft"


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("12", 12), ("１２", 12), ("两", 2), ("十", 10), ("十二", 12), ("二十", 20), ("九十九", 99), ("一百", 100),
        ("一百零三", 103), ("一百二十", 120), ("三千五百", 3500), ("二〇二六", 2026), ("三万五千", 35_000), ("十万", 100_000),
        ("万", 10_000), ("零", 0),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(word: str, value: int) -> None:
    assert value_of(word) == value
