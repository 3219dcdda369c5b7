from __future__ import annotations

import csv
import dataclasses
import io

import pytest
from hypothesis import given

from consultations.documents.csv import inert, render
from consultations.enums import Status

from .samples import sample, two_topics
from .test_printable import HOSTILE

FORMULAS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1+1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "\u3000=1+1",
    "\xa0=1+1",
    "\ufeff=1+1",
    "\u200b=1+1",
    "\u202e=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
    "|calc",
    "%0A=1",
]


def read(data: bytes) -> list[list[str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_that_a_spreadsheet_would_compute_is_led_by_an_apostrophe(text: str) -> None:
    assert inert(text).startswith("'")
    document = sample()
    row = dataclasses.replace(
        document.appendix[0], text=text, author=text, sector=text, theme=text, reason=text
    )
    document = dataclasses.replace(document, appendix=(row, *document.appendix[1:]))
    first = read(render(document))[1]
    assert [first[at][0] for at in (2, 3, 4, 6, 11)] == ["'"] * 5


@pytest.mark.parametrize("text", ["建议1+1", "停车：=难", "a-b", "３％", "", "1月－3月", "“=”"])
def test_a_text_that_only_contains_a_sign_stays_as_it_is(text: str) -> None:
    assert inert(text) == text


@given(HOSTILE)
def test_no_text_begins_a_formula(text: str) -> None:
    assert not inert(text).lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))


def test_there_is_a_row_for_every_suggestion_and_a_heading() -> None:
    rows = read(render(sample()))
    assert len(rows) == 41
    assert rows[0] == [
        "议题", "编号", "建言内容", "建言人", "界别", "状态", "归类", "附议", "中立", "反对", "合并至", "说明",
    ]  # fmt: skip
    assert rows[1] == [
        "破解老城区停车难",
        "1",
        "机关单位车位晚六点至早七点向周边居民错时开放，统一接入停车诱导屏，先选三家试点。",
        "张大力",
        "经济界",
        "已发布",
        "错时共享",
        "5",
        "0",
        "0",
        "",
        "",
    ]
    assert rows[4][5] == "已合并"
    assert rows[4][10] == "1"
    assert rows[39][11] == "请写明具体地点和做法后重新提交"


def test_rows_of_several_topics_name_their_topic() -> None:
    rows = read(render(two_topics()))
    assert [row[0] for row in rows[12:14]] == ["破解老城区停车难", "老旧小区改造"]
    assert rows[1][7:10] == ["5", "2", "1"]


def test_a_withheld_text_says_so() -> None:
    document = sample()
    row = dataclasses.replace(document.appendix[39], text="")
    assert row.status == Status.HIDDEN
    document = dataclasses.replace(document, appendix=(*document.appendix[:39], row))
    assert read(render(document))[40][2] == "（内容不予刊载）"


def test_lines_end_as_spreadsheets_expect_and_line_feeds_stay_in_their_cell() -> None:
    document = sample()
    row = dataclasses.replace(document.appendix[0], text='一\n二，“三”"四"')
    data = render(dataclasses.replace(document, appendix=(row,)))
    assert data.endswith(b"\r\n")
    assert read(data)[1][2] == '一\n二，“三”"四"'
