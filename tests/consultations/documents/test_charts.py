from __future__ import annotations

import dataclasses
import itertools
import re

import pytest
from hypothesis import given
from lxml import etree

from consultations.documents.charts import Colours, chart_of, svg
from consultations.documents.model import Attendance, SummaryDocument
from consultations.documents.outline import Grid, outline_of

from .samples import assembled, large, recounted, sample, two_topics
from .test_printable import HOSTILE

SVG = "{http://www.w3.org/2000/svg}"


def sector_chart(document: SummaryDocument) -> str:
    return svg(chart_of(outline_of(document).sectors), name="chart-sectors")


def theme_chart(document: SummaryDocument, colours: Colours | None = None) -> str:
    return svg(chart_of(outline_of(document).themes), name="chart-themes", colours=colours)


def drawn(markup: str) -> etree._Element:
    return etree.fromstring(markup.encode())


def bars(root: etree._Element, kind: str) -> list[int]:
    return [
        int(str(one.get("width"))) for one in root.iter(f"{SVG}rect") if one.get("class") == f"chart-{kind}"
    ]


def words(root: etree._Element, kind: str) -> list[str]:
    return [one.text or "" for one in root.iter(f"{SVG}text") if one.get("class") == f"chart-{kind}"]


def by_name(*rows: tuple[str, int, int]) -> Grid:
    return Grid("按界别统计", ("界别", "建言条数", "附议次数"), rows)


def without_suggestions() -> SummaryDocument:
    return assembled(["停车"], sample().topics, [], people=Attendance())


def test_a_chart_has_the_rows_of_its_table_without_the_total() -> None:
    document = sample()
    chart = chart_of(outline_of(document).sectors)
    assert len(chart.names) == len(document.statistics.sectors)
    assert "合计" not in chart.names
    made, support = chart.series
    assert (made.label, support.label) == ("建言条数", "附议次数")
    assert sum(made.values) == 40
    assert sum(support.values) == 822
    assert chart.title == "按界别统计：建言条数、附议次数"


def test_what_is_seen_is_said_in_a_sentence() -> None:
    chart = chart_of(by_name(("工商联", 4, 12), ("医卫界", 3, 106)))
    assert chart.description == (
        "共2项；建言条数合计7，最多的是工商联（4）；附议次数合计118，最多的是医卫界（106）。"
    )


def test_themes_of_several_topics_are_named_with_their_topic() -> None:
    chart = chart_of(outline_of(two_topics()).themes)
    assert chart.names[0] == "破解老城区停车难　错时共享"


def test_the_longest_bar_of_each_measure_fills_its_room_and_zero_has_none() -> None:
    root = drawn(svg(chart_of(by_name(("工商联", 4, 0), ("医卫界", 2, 1), ("农业界", 0, 1000))), name="a"))
    assert bars(root, "first") == [94, 47]
    # One of a thousand would be a tenth of a unit: what is not nothing is seen.
    assert bars(root, "second") == [1, 94]
    assert words(root, "value") == ["4", "0", "2", "1", "0", "1000"]


def test_nothing_leaves_the_picture() -> None:
    rows = [("社会福利和社会保障界" * 3, 99_999, 99_999), *(("工商联", 1, 2) for _ in range(39))]
    root = drawn(svg(chart_of(by_name(*rows)), name="a"))
    height = int(str(root.get("height")))
    assert root.get("viewBox") == f"0 0 450 {height}"
    for bar in root.iter(f"{SVG}rect"):
        assert float(str(bar.get("y"))) + float(str(bar.get("height"))) < height
    for text in root.iter(f"{SVG}text"):
        x, length = float(str(text.get("x"))), len(text.text or "")
        if text.get("class") == "chart-value":
            assert x + 8 * length <= 450
        assert 0 < float(str(text.get("y"))) < height
    for name in words(root, "name")[2:]:
        assert len(name) <= 10


def test_forty_rows_do_not_overlap() -> None:
    rows = [(f"第{at}界别" * (1 + at % 4), at, at) for at in range(40)]
    root = drawn(svg(chart_of(by_name(*rows)), name="a"))
    lines = sorted(
        float(str(one.get("y")))
        for one in root.iter(f"{SVG}text")
        if one.get("class") == "chart-name" and one.get("text-anchor") == "end"
    )
    assert len(lines) > 40
    assert min(after - before for before, after in itertools.pairwise(lines)) >= 17


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("工商联", ["工商联"]),
        ("社会福利和社会保障界", ["社会福利和社会保障界"]),
        ("破解老城区停车难　错时共享", ["破解老城区停车难", "错时共享"]),
        ("一二三四五六七八九十一二三四五六七八九十一", ["一二三四五六七八九十", "一二三四五六七八九…"]),
        ("一二三四五六七八九十一　错时共享", ["一二三四五六七八九…", "错时共享"]),
        ("two\nlines", ["two lines"]),
        ("Latin letters are half as wide", ["Latin letters are ha", "lf as wide"]),
        ("", [""]),
    ],
)
def test_a_long_name_takes_two_lines_and_is_told_whole(name: str, lines: list[str]) -> None:
    root = drawn(svg(chart_of(by_name((name, 1, 1))), name="a"))
    assert words(root, "name")[2:] == lines
    assert [one.text or "" for one in root.iterfind(f"{SVG}g/{SVG}title")] == [name]


def test_it_is_an_image_with_a_name_and_a_description_of_its_own() -> None:
    charts = [drawn(sector_chart(sample())), drawn(theme_chart(sample()))]
    for root in charts:
        assert root.get("role") == "img"
        title, description = root[0], root[1]
        assert (title.tag, description.tag) == (f"{SVG}title", f"{SVG}desc")
        assert root.get("aria-labelledby") == title.get("id")
        assert root.get("aria-describedby") == description.get("id")
        assert title.text
        assert "建言条数合计40" in (description.text or "")
    assert len({one.get("id") for root in charts for one in root.iter() if one.get("id")}) == 4


def test_it_has_no_style_no_script_and_nothing_from_elsewhere() -> None:
    markup = sector_chart(large()) + theme_chart(two_topics())
    assert not re.search(r"<style|style=|<script|href|url\(|https?://(?!www\.w3\.org/2000/svg)", markup)


def test_colours_are_those_that_are_asked_for() -> None:
    plain = drawn(sector_chart(sample()))
    assert {one.get("fill") for one in plain.iter(f"{SVG}rect", f"{SVG}text")} == {"currentColor"}
    paint = Colours(ink="#111", axis='#2"2', first="#333", second="#444")
    root = drawn(theme_chart(sample(), paint))
    assert {one.get("fill") for one in root.iter(f"{SVG}text")} == {"#111"}
    assert {one.get("stroke") for one in root.iter(f"{SVG}path")} == {'#2"2'}
    assert {(one.get("class"), one.get("fill")) for one in root.iter(f"{SVG}rect")} == {
        ("chart-first", "#333"),
        ("chart-second", "#444"),
    }


def test_where_there_is_nothing_to_draw_there_is_no_chart() -> None:
    document = without_suggestions()
    assert sector_chart(document) == theme_chart(document) == ""


@given(HOSTILE)
def test_no_name_breaks_the_markup(text: str) -> None:
    document = sample()
    rows = [dataclasses.replace(row, sector=text, theme=text) for row in document.appendix]
    document = recounted(dataclasses.replace(document, appendix=tuple(rows)))
    for markup in (sector_chart(document), theme_chart(document)):
        assert drawn(markup).tag == f"{SVG}svg"
