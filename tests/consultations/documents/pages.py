"""What the pages of a PDF show: lines of type with their places, where links lead to, how it is tagged."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pdfplumber
from pdfminer.pdftypes import resolve1

POINTS = 72 / 25.4
"""In a millimetre."""
TOP, LEFT, RIGHT, BOTTOM = 37 * POINTS, 28 * POINTS, (210 - 26) * POINTS, (297 - 35) * POINTS
"""Edges of the text block, in points from the upper left corner of the page."""
PITCH, BODY = 28.95, 16.0
OPENING, CLOSING = "（《〈「［【“‘", "，。、；：！？）》〉」］】”’"


@dataclass(frozen=True)
class Line:
    """Characters on one baseline. `baseline` is measured from the top of the page; `size` and `face` of the first.

    `left` and `right` are without the empty half of a bracket, comma or quotation mark at the edge.
    """

    text: str
    page: int
    baseline: float
    left: float
    right: float
    size: float
    face: str
    starts: tuple[float, ...]
    colour: tuple[float, ...]

    @property
    def top(self) -> float:
        """Of the em box of its characters."""
        return self.baseline - 0.88 * self.size


@dataclass(frozen=True)
class Link:
    """The words that were printed in the place of a link, and where it leads to: page and height from the top."""

    text: str
    page: int
    target_page: int
    target_top: float


class Pages:
    """A PDF, read once."""

    def __init__(self, data: bytes) -> None:
        self.file = pdfplumber.open(io.BytesIO(data))
        self.pages = self.file.pages
        self.catalog: dict[str, Any] = self.file.doc.catalog
        self.lines = [
            line for number, page in enumerate(self.pages, start=1) for line in _lines(number, page)
        ]

    @property
    def block(self) -> list[Line]:
        """The lines of the text block, without what stands above and below it."""
        return [line for line in self.lines if TOP < line.baseline < BOTTOM]

    @property
    def text(self) -> str:
        """All words of the text block in the order in which they are read, without blanks."""
        shown = (
            character["text"]
            for page in self.pages
            for character in page.chars
            if TOP < _baseline(page, character) < BOTTOM
        )
        return bare("".join(shown))

    def saying(self, words: str) -> Line:
        """The first line with these words."""
        return next(line for line in self.lines if bare(words) in bare(line.text))

    def links(self) -> Iterator[Link]:
        """In the order of the pages."""
        numbers = {page.page_obj.pageid: number for number, page in enumerate(self.pages, start=1)}
        for number, page in enumerate(self.pages, start=1):
            for one in page.annots:
                shown = (
                    character["text"]
                    for character in page.chars
                    if one["x0"] <= (character["x0"] + character["x1"]) / 2 <= one["x1"]
                    and one["top"] <= _baseline(page, character) <= one["bottom"]
                )
                to, _, _, top, _ = resolve1(one["data"]["Dest"])
                yield Link("".join(shown), number, numbers[to.objid], float(page.height) - float(top))

    def tags(self) -> list[str]:
        """The kinds of all elements of the structure, in the order in which they are heard."""
        return list(_tags(self.catalog["StructTreeRoot"]))


def bare(text: str) -> str:
    """Without blanks and line ends, which depend on where lines are broken."""
    return "".join(text.replace("\u200b", "").split())


def _baseline(page: Any, character: dict[str, Any]) -> float:
    return float(page.height) - float(character["matrix"][5])


def _lines(number: int, page: Any) -> Iterator[Line]:
    """Characters of one height and, where they overlap in height, of one table cell or another: sorted by place."""
    lines: dict[float, list[dict[str, Any]]] = {}
    for character in page.chars:
        lines.setdefault(round(_baseline(page, character), 1), []).append(character)
    for baseline in sorted(lines):
        shown = sorted(lines[baseline], key=lambda one: float(one["x0"]))
        yield Line(
            text="".join(one["text"] for one in shown),
            page=number,
            baseline=baseline,
            left=float(shown[0]["x0"]) + _empty(shown[0], OPENING),
            right=max(float(one["x1"]) - _empty(one, CLOSING) for one in shown),
            size=round(float(shown[0]["size"]), 2),
            face=shown[0]["fontname"].partition("+")[2],
            starts=tuple(float(one["x0"]) for one in shown),
            colour=tuple(shown[0]["non_stroking_color"] or ()),
        )


def _empty(character: dict[str, Any], half_empty: str) -> float:
    return float(character["size"]) / 2 if character["text"] in half_empty else 0


def _tags(element: Any) -> Iterator[str]:
    element = resolve1(element)
    match element:
        case dict():
            if "S" in element:
                yield element["S"].name
            yield from _tags(element.get("K"))
        case list():
            for one in element:
                yield from _tags(one)
