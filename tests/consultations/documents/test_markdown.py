from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings
from markdown_it import MarkdownIt
from markdown_it.token import Token

from consultations.documents.markdown import paragraph, render, words
from consultations.documents.model import SummaryDocument
from consultations.documents.outline import outline_of

from .samples import large, sample, signed, statement, two_topics
from .test_formats import TORTURE, worded_everywhere
from .test_printable import HOSTILE

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
EXPECTED = {
    "heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline", "text",
    "table_open", "table_close", "thead_open", "thead_close", "tbody_open", "tbody_close",
    "tr_open", "tr_close", "th_open", "th_close", "td_open", "td_close",
}  # fmt: skip
MEANT = [
    "# 标题",
    "- 一项",
    "+ 一项",
    "1. 一项",
    "12) 一项",
    "> 引用",
    "---",
    "===",
    "***",
    "```\nx\n```",
    "~~~",
    "    四格",
    "*强调* _强调_ **强调** ~~删去~~",
    "`代码`",
    "[点我](https://example.org)",
    "![图](https://example.org/x.png)",
    "[1]: https://example.org",
    "[^1]: 注",
    "<https://example.org>",
    "<script>alert(1)</script>",
    "<!-- 注释 -->",
    "&lt;b&gt; &#60; &copy;",
    "https://example.org/",
    "a | b\n--- | ---\nc | d",
    "行末两格  \n下一行\\\n再一行",
    "\\",
    "$x$ {.red} ^上^",
]


def lines(document_bytes: bytes) -> list[str]:
    return document_bytes.decode().split("\n")


def tokens(text: str) -> Iterator[Token]:
    for token in PARSER.parse(text):
        yield token
        yield from token.children or ()


def cells(text: str) -> list[list[str]]:
    """The cells of all tables, row by row, as a reader sees them."""
    rows: list[list[str]] = []
    inside = False
    for token in PARSER.parse(text):
        if token.type == "tr_open":
            rows.append([])
        inside = (inside or token.type in ("td_open", "th_open")) and token.type not in (
            "td_close",
            "th_close",
        )
        if inside and token.type == "inline":
            rows[-1].append("".join(child.content for child in token.children or ()))
    return rows


def test_every_statement_is_a_line_with_the_numbers_that_it_rests_on() -> None:
    text = lines(render(signed()))
    assert text[0] == "# 关于“破解老城区停车难”网络议政的协商纪要"
    assert text[2] == "（第2版，替代2026年1月17日签发的第1版）"
    assert text[4] == "政协越溪县委员会协商纪要　越政协纪〔2026〕1号"
    assert text.count("## 一、共识") == 1
    assert (
        "2.要先摸清泊位底数，再安排建设项目，防止重复投入（特邀人士、中共提出，附议52次）[36][38]。" in text
    )
    assert "3.县人民医院周边道路微循环改造方案已列入今年城建计划，可与上述建议统筹实施（秘书补充）。" in text
    assert "县公安局：中山路、解放街的错时停车已在试行，三月底前把共享泊位接入停车诱导屏。" in text
    assert "| 2 | 推动机关单位车位夜间错时开放 | 县机关事务管理中心 |  |  | 1 |" in text
    assert text[-2:] == ["政协越溪县委员会办公室　2026年1月19日印发", ""]


def test_a_changed_sentence_changes_one_line() -> None:
    document = sample()
    first = document.consensus[0]
    other = dataclasses.replace(
        document, consensus=(dataclasses.replace(first, text="换了说法。"), *document.consensus[1:])
    )
    before, after = lines(render(document)), lines(render(other))
    assert len(before) == len(after)
    assert sum(one != two for one, two in zip(before, after, strict=True)) == 1


@pytest.mark.parametrize("document", [sample(), signed(), two_topics()])
def test_it_reads_as_the_outline_says(document: SummaryDocument) -> None:
    outline = outline_of(document)
    text = render(document).decode()
    rows = cells(text)
    for table in outline.suggestions:
        wanted = [[row.reference, row.status] for row in table.rows]
        found = [[row[0], row[-1]] for row in rows]
        assert any(found[at : at + len(wanted)] == wanted for at in range(len(found)))
    for grid in (outline.sectors, outline.themes, outline.journals):
        lines = [[str(cell) for cell in row] for row in (grid.columns, *grid.rows)]
        assert any(rows[at : at + len(lines)] == lines for at in range(len(rows)))
    for caption, digits in outline.hashes:
        assert f"{caption}：{digits}" in text
    for label, names in outline.lists:
        assert f"{label}：{'、'.join(names)}" in text


@pytest.mark.parametrize("text", MEANT)
def test_no_text_becomes_markup_a_link_or_html(text: str) -> None:
    seen = list(tokens(paragraph(text)))
    assert {token.type for token in seen} <= {"paragraph_open", "inline", "text", "paragraph_close"}
    shown = "".join(token.content for token in seen if token.type == "text")
    assert shown == " ".join(text.split("\n")).strip(" ")


@settings(max_examples=60, deadline=None)
@given(HOSTILE)
@example(TORTURE)
@example("|" * 40)
@example("\\|" * 40)
def test_hostile_words_everywhere_leave_headings_paragraphs_and_tables(text: str) -> None:
    rendered = render(worded_everywhere(text)).decode()
    assert {token.type for token in tokens(rendered)} <= EXPECTED
    assert "\u202e" not in rendered
    widths = {len(row) for row in cells(rendered)}
    assert widths <= {4, 6, 3}


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("https://example.org", r"https\://example.org"),
        ("HTTP://example.org", r"HTTP\://example.org"),
        ("www.example.org", r"www\.example.org"),
        ("WWW.x.cn", r"WWW\.x.cn"),
        ("a@b.cn", r"a\@b.cn"),
    ],
)
def test_what_renderers_would_link_by_themselves_is_broken_up(address: str, written: str) -> None:
    assert words(f"见{address}") == f"见{written}"


def test_five_hundred_suggestions_are_five_hundred_rows() -> None:
    rows = cells(render(large()).decode())
    assert sum(len(row) == 6 and row[0].isdigit() for row in rows) == 500


def test_a_note_of_several_lines_is_one_line() -> None:
    document = sample()
    changed = dataclasses.replace(document, consensus=(statement("先做\n- 一\n- 二", []),))
    assert "先做 - 一 - 二（秘书补充）" in lines(render(changed))
