"""What the tables of the appendices are made of."""

from __future__ import annotations

from collections.abc import Sequence

from .markup import Column, Xml, cell, paragraph, row, run, spacing
from .measures import HEI_FACE, LINE, TEXT_WIDTH, mm


def columns(headings: Sequence[tuple[str, float]], fill: int) -> tuple[Column, ...]:
    """Columns of the given widths in mm; the one at `fill` takes what is left of the text block."""
    rest = TEXT_WIDTH - sum(mm(width) for _, width in headings)
    return tuple(
        Column(heading, mm(width) + (rest if at == fill else 0))
        for at, (heading, width) in enumerate(headings)
    )


def filled(widths: Sequence[Column], contents: Sequence[Xml], *, whole: bool = True) -> Xml:
    """A row with these contents, one for each column."""
    cells = (cell(content, column.width) for content, column in zip(contents, widths, strict=True))
    return row(cells, whole=whole)


def text(words: str) -> Xml:
    """Words from the left edge of a cell."""
    return paragraph(run(words), style="TableText")


def centred(words: str | int) -> Xml:
    """Words or a number in the middle of a cell."""
    return paragraph(run(str(words)), style="TableCentred")


def caption(words: str) -> Xml:
    """The line above a table, which stays with it."""
    place = Xml("<w:keepNext/>" + spacing(before=LINE // 2, line=LINE))
    return paragraph(run(words, face=HEI_FACE), properties=place)
