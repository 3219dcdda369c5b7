"""The report in every format: the same figures and words, whatever anybody has written in it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import json
import re
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import docx as python_docx
import openpyxl
import pdfplumber
import pytest
from hypothesis import example, given, settings
from lxml import html as lxml_html

from consultations.documents.content import from_content
from consultations.documents.model import Replaced
from consultations.documents.report import FORMATS
from consultations.documents.report.json import content_of, json_schema
from consultations.documents.report.model import ReportDocument
from consultations.documents.report.outline import outline_of
from consultations.documents.report.paper import paper
from consultations.documents.report.sealing import figures_digest, seal_of, sealed
from consultations.documents.report.standard import Words, standard_words
from consultations.documents.report.tokens import forms_of, named, pieces, typed, unknown
from consultations.documents.report.wording import period_text
from consultations.enums import ReportPart, ReportStatus
from consultations.indicators import standard_indicators
from tests.servers import Missing, libreoffice

from .report_samples import COUNTED, document, empty, figures, signed, worded_everywhere
from .test_formats import TORTURE
from .test_printable import HOSTILE

EXPECTED = json.loads(
    (Path(__file__).parents[3] / "platform/jianyan/demo/data/offline_year.json").read_text(encoding="utf-8")
)["expected"]
PHRASES = (
    "召开党组学习会19次、常委会专题学习会11次、专委会和界别学习会45次。",
    "开展读书活动75场，参与委员1000多人次，交流发言5300多条",
    "组织各类协商活动39次。开展“微建言·献一计”网络议政3场。",
    "党派团体提交提案24件。16件建言成果得到领导批示肯定。",
    "15个民生议事堂开展活动60多场，260多条意见建议被采纳，推动解决民生问题220多个。",
    "21个委员工作室开展活动80多场",
    "开展直播助农16场，帮助农户销售农产品140多万元。",
    "获省级以上媒体报道100多篇。",
)


def squeezed(text: str) -> str:
    return "".join(text.split())


def words_of(element: Any) -> str:
    return str(element.text_content())


def text_of(name: str, made: ReportDocument) -> str:
    """What a reader of that format reads of it, without blanks."""
    content = FORMATS[name].render(made)
    match name:
        case "docx":
            file = python_docx.Document(io.BytesIO(content))
            return squeezed(
                "".join(node.text or "" for node in file.element.iter() if node.tag.endswith("}t"))
            )
        case "pdf":
            with pdfplumber.open(io.BytesIO(content)) as pdf:
                # Page numbers stand between the lines of a paragraph.
                pages = (re.sub(r"— \d+ —", "", page.extract_text()) for page in pdf.pages)
                return squeezed("".join(pages))
        case "xlsx":
            book = openpyxl.load_workbook(io.BytesIO(content))
            cells = (cell.value for sheet in book for row in sheet.iter_rows() for cell in row)
            return squeezed("".join(str(cell) for cell in cells if cell is not None))
        case "html":
            return squeezed(words_of(lxml_html.fromstring(content.decode())))
        case "md":
            return squeezed(content.decode().replace("\\", ""))
        case _:
            return squeezed(content.decode())


def test_each_format_says_what_it_is() -> None:
    assert {name: (one.name, one.suffix) for name, one in FORMATS.items()} == {
        "docx": ("docx", ".docx"),
        "pdf": ("pdf", ".pdf"),
        "xlsx": ("xlsx", ".xlsx"),
        "html": ("html", ".html"),
        "json": ("json", ".json"),
        "md": ("md", ".md"),
    }


@pytest.mark.parametrize("name", FORMATS)
def test_every_expected_figure_stands_in_every_format_as_the_county_prints_it(name: str) -> None:
    text = text_of(name, signed())
    for phrase in PHRASES:
        assert phrase in text, phrase
    for slug, expected in EXPECTED.items():
        assert COUNTED[slug] == expected["value"]
        assert expected["printed"] in text


def test_the_standard_text_names_every_expected_figure() -> None:
    words = standard_words({one.slug: one for one in figures()})
    used = {slug for one in words for slug in named(one.text)}
    assert set(EXPECTED) <= used
    forms = forms_of(standard_indicators("zh-hans"))
    assert [unknown(one.text, forms) for one in words] == [()] * len(words)


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_document_gives_the_same_bytes(name: str) -> None:
    render = FORMATS[name].render
    for made in (signed(), document(), empty()):
        assert render(made) == render(made)


@pytest.mark.parametrize("name", FORMATS)
def test_a_year_in_which_nothing_happened_says_so(name: str) -> None:
    text = text_of(name, empty())
    if name not in ("xlsx", "json"):
        assert "本期没有登记的履职活动。" in text
    assert "持平" in text or name in ("xlsx", "json")


def test_a_draft_has_no_hashes_and_says_that_it_is_one() -> None:
    assert outline_of(document()).standing == "草稿"
    assert outline_of(document()).hashes == ()
    in_review = document(status=ReportStatus.REVIEW)
    assert (outline_of(in_review).standing, len(outline_of(in_review).hashes)) == ("送审稿", 1)
    assert (outline_of(signed()).standing, len(outline_of(signed()).hashes)) == ("", 2)


def test_a_period_of_two_terms_names_both_and_a_correction_what_it_replaces() -> None:
    old = signed()
    head = dataclasses.replace(
        old.head,
        since=dt.date(2026, 7, 1),
        until=dt.date(2027, 6, 30),
        terms=("第十届", "第十一届"),
        version=2,
        replaces=Replaced(version=1, signed_on=dt.date(2027, 7, 1), seal=old.seal),
    )
    outline = outline_of(dataclasses.replace(old, head=head))
    assert outline.number == "2026年7月1日至2027年6月30日"
    assert outline.standing == "第2版，替代2027年7月1日签发的第1版，跨第十届、第十一届"
    assert any("报告期间跨第十届、第十一届，各届的活动和成效均计入。" in line for line in outline.grounds)


@pytest.mark.parametrize(
    ("since", "until", "text"),
    [
        ("2025-01-01", "2025-12-31", "2025年"),
        ("2022-01-01", "2025-12-31", "2022年至2025年"),
        ("2025-01-01", "2025-06-30", "2025年1月1日至6月30日"),
        ("2025-07-01", "2026-06-30", "2025年7月1日至2026年6月30日"),
        ("2025-03-05", "2025-03-05", "2025年3月5日"),
    ],
)
def test_a_period_is_said_as_short_as_can_be(since: str, until: str, text: str) -> None:
    assert period_text(dt.date.fromisoformat(since), dt.date.fromisoformat(until)) == text


# --- figures in prose ---------------------------------------------------------------------------------------


def test_figures_are_named_in_four_forms() -> None:
    known = {one.slug: one for one in figures()}
    text = "{hall_sessions}、{hall_sessions:exact}、｛hall_sessions：before｝、{ referrals_answered : share }"
    assert [piece.text for piece in pieces(text, known)] == [
        "60多场", "、", "63场", "、", "31场", "、", "92%",
    ]  # fmt: skip
    assert unknown(text, forms_of(known.values())) == ()


def test_what_is_no_figure_stays_as_it_was_written() -> None:
    known = {one.slug: one for one in figures()}
    text = "{nothing}、{hall_sessions:often}、{hall_sessions:share}、{ }、{}、{{hall_sessions}}"
    assert "".join(piece.text for piece in pieces(text, known)) == text.replace("{hall_sessions}}", "60多场}")
    assert unknown(text, forms_of(known.values())) == (
        "{nothing}", "{hall_sessions:often}", "{hall_sessions:share}", "{ }",
    )  # fmt: skip


def test_numbers_that_were_typed_are_noticed() -> None:
    assert typed("参与1000多人次，提案24件，第3条，2025年，{hall_sessions}，约１２万元") == (
        "1000多人次", "24件", "3条", "１２万元",
    )  # fmt: skip
    assert typed("没有数字，只有{hall_sessions}。") == ()


# --- data ---------------------------------------------------------------------------------------------------


def test_the_json_says_how_every_figure_was_counted_and_reads_back_the_same() -> None:
    made = signed()
    content = json.loads(FORMATS["json"].render(made))
    assert content["schema"] == "jianyan.report/1"
    figure = next(one for one in content["figures"]["figures"] if one["slug"] == "party_group_proposals")
    assert {key: figure[key] for key in ("measure", "parameters", "since", "value", "printed", "before")} == {
        "measure": "submissions",
        "parameters": {"kinds": ["proposal"], "sponsor_kinds": ["group"]},
        "since": 2020,
        "value": 24,
        "printed": "24件",
        "before": 12,
    }
    again = from_content(content, ReportDocument)
    assert again == made
    assert (seal_of(again), figures_digest(again.figures)) == (made.seal, made.figures_hash)
    assert content_of(again) == content


def test_whatever_is_changed_changes_the_seal() -> None:
    made = signed()
    for other in (
        dataclasses.replace(made, title="另一标题"),
        dataclasses.replace(made, passages=made.passages[1:]),
        dataclasses.replace(made, head=dataclasses.replace(made.head, signed_by="别人")),
        dataclasses.replace(
            made,
            figures=dataclasses.replace(
                made.figures,
                figures=(dataclasses.replace(made.figures.figures[0], value=20), *made.figures.figures[1:]),
            ),
        ),
    ):
        assert sealed(other).seal != made.seal


def test_the_schema_kept_is_that_of_the_format() -> None:
    kept = Path("consultations/documents/report/report.schema.json")
    assert (Path(__file__).parents[3] / kept).read_bytes() == json_schema()


def test_an_amount_with_a_fraction_keeps_it() -> None:
    sold = figures({"live_sales_yuan": Decimal("99999.50")})
    made = document(of=sold)
    content = json.loads(FORMATS["json"].render(made))
    value = next(one["value"] for one in content["figures"]["figures"] if one["slug"] == "live_sales_yuan")
    assert value == "99999.50"
    assert from_content(content, ReportDocument).figures == made.figures
    assert "99999.5元" in text_of("md", made)


def test_the_workbook_has_the_figures_the_year_before_and_numbered_rows_that_add_up() -> None:
    book = openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"].render(signed())))
    assert book.sheetnames == ["概况", "指标", "正文", "按月份", "按渠道", "1 民生议事堂推动解决问题"]
    table = list(book["指标"].iter_rows(values_only=True))
    rows = {row[-1]: dict(zip(table[0], row, strict=True)) for row in table[1:]}
    assert rows["hall_resolved"]["正文表述"] == "220多个"
    assert (
        rows["hall_resolved"]["实数"],
        rows["hall_resolved"]["上年同期"],
        rows["hall_resolved"]["增减"],
    ) == (223, 111, 112)
    listed = list(book["1 民生议事堂推动解决问题"].iter_rows(values_only=True))
    *numbered, total = listed[1:]
    assert [row[0] for row in numbered] == list(range(1, 224))
    assert (sum(int(str(row[5])) for row in numbered), total[5]) == (223, 223)
    months: Any = book["按月份"]
    assert len(months._charts) == 2


def test_figures_lead_to_their_rows_on_the_site_and_to_the_appendix_in_a_file() -> None:
    made = signed()
    page = lxml_html.fromstring(str(paper(made, address=lambda slug: f"/reports/2025/figures/{slug}/")))
    (link,) = (one for one in page.iter("a") if words_of(one) == "220多个")
    assert link.get("href") == "/reports/2025/figures/hall_resolved/"
    assert "223个" in str(link.get("title"))
    alone = lxml_html.fromstring(FORMATS["html"].render(made).decode())
    places = {node.get("id") for node in alone.iter() if node.get("id")}
    hrefs = {str(node.get("href")) for node in alone.iter("a")}
    assert {href for href in hrefs if not href.startswith("#")} == set()
    assert {href.removeprefix("#") for href in hrefs} <= places


def test_links_of_the_word_file_lead_somewhere() -> None:
    file = python_docx.Document(io.BytesIO(FORMATS["docx"].render(signed())))
    name = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    links = {node.get(f"{name}anchor") for node in file.element.iter(f"{name}hyperlink")}
    marks = [node.get(f"{name}name") for node in file.element.iter(f"{name}bookmarkStart")]
    assert links
    assert links <= set(marks)
    assert len(marks) == len(set(marks))


# --- whatever anybody has written ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    "text", [TORTURE, '=cmd|"/c calc"!A0', '#read("/etc/passwd") <script>alert(1)</script>', "[x](y)"]
)
def test_no_text_breaks_a_format_or_becomes_anything_but_a_text(name: str, text: str) -> None:
    made = worded_everywhere(text)
    content = FORMATS[name].render(made)
    match name:
        case "xlsx":
            book = openpyxl.load_workbook(io.BytesIO(content))
            assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
        case "html":
            assert b"<script" not in content
            assert lxml_html.fromstring(content.decode()).find(".//script") is None
        case "docx":
            python_docx.Document(io.BytesIO(content))
        case "pdf":
            with pdfplumber.open(io.BytesIO(content)) as pdf:
                assert pdf.pages
        case "json":
            assert from_content(json.loads(content), ReportDocument).seal == made.seal
        case _:
            assert re.search(rb"(?<!\\)<script", content) is None


@settings(max_examples=25, deadline=None)
@given(HOSTILE)
@example(TORTURE)
def test_any_text_at_all_can_be_printed_as_html_json_and_markdown(text: str) -> None:
    made = worded_everywhere(text or "无")
    for name in ("html", "json", "md"):
        FORMATS[name].render(made).decode()


def test_a_real_office_program_opens_both_files(tmp_path: Path) -> None:
    try:
        program = libreoffice()
    except Missing as missing:
        pytest.skip(str(missing))
    for name, suffix in (("docx", "pdf"), ("xlsx", "pdf")):
        file = tmp_path / f"report.{name}"
        file.write_bytes(FORMATS[name].render(signed()))
        subprocess.run(
            [
                *(program, "--headless", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"),
                *("--convert-to", suffix, "--outdir", str(tmp_path / name), str(file)),
            ],
            check=True,
            capture_output=True,
            timeout=240,
        )
    with (
        pdfplumber.open(tmp_path / "docx" / "report.pdf") as word,
        pdfplumber.open(io.BytesIO(FORMATS["pdf"].render(signed()))) as ours,
    ):
        assert abs(len(word.pages) - len(ours.pages)) <= 1
        text = squeezed("".join(page.extract_text() for page in word.pages))
    assert "推动解决民生问题220多个" in text
    assert (tmp_path / "xlsx" / "report.pdf").exists()


def test_words_of_one_part_stand_together_whatever_their_order() -> None:
    words = [
        Words(ReportPart.INNOVATION, "后", "后。"),
        Words(ReportPart.LEARNING, "先", "先。"),
        Words(ReportPart.INNOVATION, "再后", "再后。"),
    ]
    lines = [block.text for block in outline_of(document(words)).blocks]
    assert lines == [
        "一、坚持凝心铸魂，强化理论武装", "（一）先", "先。",
        "二、坚持守正创新，提升履职实效", "（一）后", "后。", "（二）再后", "再后。",
    ]  # fmt: skip
