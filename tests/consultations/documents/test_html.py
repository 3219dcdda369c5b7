from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings
from lxml import html as lxml_html

from consultations.documents.html import render
from consultations.documents.model import SummaryDocument
from consultations.documents.outline import outline_of
from consultations.documents.paper import paper
from consultations.enums import SummaryKind

from .samples import large, sample, signed, two_topics
from .test_formats import TORTURE, worded_everywhere
from .test_printable import HOSTILE

PAYLOADS = [
    "<script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</title><img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    "<a href=javascript:alert(1)>x</a>",
    "]]><!--<img src='http://example.org/x'>-->",
    "&lt;b&gt;&amp;&#60;script&#62;",
    "{{ 7 * 7 }}{% now 'Y' %}",
]
ELEMENTS = {
    "html", "head", "meta", "title", "style", "body", "main", "article", "header", "footer", "section", "div", "figure",
    "p", "span", "b", "a", "br", "h1", "h2", "h3", "h4", "ol", "li",
    "table", "caption", "thead", "tbody", "tr", "th", "td",
    "svg", "desc", "g", "rect", "path", "text",
}  # fmt: skip
ATTRIBUTES = {
    "lang", "charset", "http-equiv", "content", "name", "class", "id", "href", "aria-label", "aria-labelledby",
    "aria-describedby", "role", "tabindex", "scope", "xmlns", "width", "height", "viewbox", "font-size", "x", "y", "d",
    "fill", "stroke", "text-anchor",
}  # fmt: skip


def page(document: SummaryDocument) -> lxml_html.HtmlElement:
    return lxml_html.document_fromstring(render(document).decode())


def elements(document: SummaryDocument) -> Iterator[lxml_html.HtmlElement]:
    for element in page(document).iter():
        assert isinstance(element.tag, str), f"a comment: {element}"
        yield element


def text_of(element: lxml_html.HtmlElement) -> str:
    return str(element.text_content())


@pytest.mark.parametrize("document", [sample(), signed(), two_topics()])
def test_every_number_leads_to_its_row_and_every_row_back_to_its_sentences(document: SummaryDocument) -> None:
    read = page(document)
    places = {element.get("id"): element for element in read.xpath("//*[@id]")}
    assert len(places) == len(read.xpath("//*[@id]"))
    links = read.xpath("//a/@href")
    assert {link[1:] for link in links} <= places.keys()
    for at, block in enumerate(outline_of(document).blocks):
        if not block.cited:
            continue
        sentence = places[f"cited-{at}"]
        assert text_of(sentence).startswith(block.text)
        assert [(a.get("href"), a.text) for a in sentence.xpath(".//a")] == [
            (f"#suggestion-{id_}", reference) for id_, reference in block.cited
        ]
        for id_, reference in block.cited:
            row = places[f"suggestion-{id_}"]
            assert text_of(row).startswith(reference)
            assert f"#cited-{at}" in row.xpath("./th/a/@href")


@pytest.mark.parametrize("document", [sample(), signed(), two_topics()])
def test_it_reads_as_the_outline_says(document: SummaryDocument) -> None:
    outline = outline_of(document)
    read = page(document)
    assert read.findtext(".//title") == document.title
    blocks = read.xpath("//*[contains(@class, 'paper-heading') or contains(@class, 'paper-text')]")
    printed = [
        block.label
        + block.text
        + block.remark
        + (f"［{'、'.join(reference for _, reference in block.cited)}］" if block.cited else "")
        + block.end
        for block in outline.blocks
    ]
    assert [text_of(block) for block in blocks][: len(printed)] == printed
    tables = [
        [[text_of(cell) for cell in row.xpath("./th|./td")] for row in table.xpath(".//tr")]
        for table in read.xpath("//table")
    ]
    for grid in (outline.sectors, outline.themes, outline.journals):
        assert [[str(cell) for cell in row] for row in (grid.columns, *grid.rows)] in tables
    for _caption, digits in outline.hashes:
        assert digits in read.xpath("//p[@class='paper-digest']/text()")
    for label, names in outline.lists:
        assert f"{label}：{' '.join(names)}" in [
            text_of(one) for one in read.xpath("//p[@class='paper-list']")
        ]


def test_a_correction_an_answer_and_an_assignment_are_printed() -> None:
    said = text_of(page(signed()))
    assert "（第2版，替代2026年1月17日签发的第1版）" in said
    assert "县公安局：中山路、解放街的错时停车已在试行" in said
    rows = page(signed()).xpath("//table[.//th='交办事项']//tbody/tr")
    assert [text_of(cell) for cell in rows[0].xpath("./*")] == [
        "1", "开展城区泊位普查，按月公布进度", "县住房和城乡建设局", "县公安局、县综合行政执法局", "2026年6月30日", "36、38",
    ]  # fmt: skip


def test_a_draft_says_so_and_an_overview_lists_nobody() -> None:
    assert "（草稿）" in text_of(page(two_topics()))
    document = sample()
    head = dataclasses.replace(document.head, kind=SummaryKind.OVERVIEW, copied_to=())
    read = page(dataclasses.replace(document, head=head))
    assert read.xpath("//p[@class='paper-list']") == []
    assert read.xpath("//p[@class='paper-copied']") == []


def test_beside_each_table_of_the_statistics_is_its_chart() -> None:
    figures = page(sample()).xpath("//div[@class='paper-figures']")
    assert [(len(one.xpath(".//table")), len(one.xpath(".//svg"))) for one in figures] == [(1, 1), (1, 1)]


def test_it_needs_nothing_from_elsewhere_and_runs_nothing() -> None:
    rendered = render(signed()).decode()
    read = page(signed())
    assert read.xpath("//script|//link|//img|//iframe|//object|//base|//form|//@src|//@style") == []
    assert all(link.startswith("#") for link in read.xpath("//@href"))
    assert "url(" not in rendered
    assert "@import" not in rendered
    assert set(re.findall(r"https?://[^\s\"'<]+", rendered)) == {"http://www.w3.org/2000/svg"}
    assert read.xpath("//meta[@http-equiv='Content-Security-Policy']/@content") == [
        "default-src 'none'; style-src 'unsafe-inline'"
    ]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_words_everywhere_stay_words(payload: str) -> None:
    document = worded_everywhere(payload)
    for element in elements(document):
        assert element.tag in ELEMENTS
        assert set(element.keys()) <= ATTRIBUTES
    read = page(document)
    assert read.findtext(".//title") == payload
    assert text_of(read.find(".//h1")) == payload
    assert f"{payload}（秘书补充）" in text_of(read)


@settings(max_examples=40, deadline=None)
@given(HOSTILE)
@example(TORTURE)
@example("<b>" * 30)
@example("\"'><" * 30)
def test_no_text_adds_an_element_or_an_attribute(text: str) -> None:
    for element in elements(worded_everywhere(text)):
        assert element.tag in ELEMENTS
        assert set(element.keys()) <= ATTRIBUTES


def test_what_cannot_be_printed_is_replaced() -> None:
    said = text_of(page(worded_everywhere(TORTURE)))
    assert "控制\ufffd符\ufffd、孤立\ufffd、反转、z\u0301\u0302\u0301\u0302、<w:p>&amp;]]>、" in said
    assert "长" * 10_000 in said
    assert "\u202e" not in said


def test_the_page_of_the_site_has_the_same_article() -> None:
    assert str(paper(signed())).encode() in render(signed())


def test_five_hundred_suggestions_are_five_hundred_rows() -> None:
    assert len(page(large()).xpath("//tr[starts-with(@id, 'suggestion-')]")) == 500
