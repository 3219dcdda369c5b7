"""A report (履职答卷) as a document of this standard."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from .. import labels as common
from ..charts import chart_of
from ..report import labels
from ..report.model import ReportDocument
from ..report.outline import APPENDICES, COLUMNS, Block, FigureTable, Outline, outline_of
from ..spreadsheet.embedded import Drawn, drawn
from .body import attached
from .container import Properties, container
from .drawings import side_by_side
from .head import head
from .imprint import imprint
from .markup import Xml, bookmark, join, link, paragraph, run, table
from .measures import SONG_FACE, TABLE_POINTS
from .statistics import grid_table
from .tables import caption, centred, columns, filled, text

_ROOM = (28.0, 22.0, 20.0, 20.0, 19.0, 0.0)
"""Widths in mm of the columns of figures; what is counted takes what is left."""


def render(document: ReportDocument) -> bytes:
    """A .docx that opens in Word, WPS and LibreOffice."""
    outline = outline_of(document)
    slugs = [row.slug for one in outline.figures for row in one.rows]
    charts = [drawn(grid, name=labels.SHEET_BREAKDOWN[kind]) for kind, grid in outline.breakdowns]
    contents = (
        join(_figures(one, slugs) for one in outline.figures),
        _charts(outline, charts),
        _record(outline),
    )
    parts = [
        head(outline),
        *(_block(block, slugs) for block in outline.blocks),
        attached(APPENDICES),
        *(
            _appendix(at, name, content)
            for at, (name, content) in enumerate(zip(APPENDICES, contents, strict=True), start=1)
        ),
        imprint(outline),
    ]
    return container(_properties(document), join(parts), [one for each in charts for one in each])


def _properties(document: ReportDocument) -> Properties:
    head = document.head
    return Properties(
        issuer=head.issuer,
        title=document.title,
        kind=labels.REPORT,
        number="",
        status=labels.STATUS[document.status],
        edition=head.edition,
        day=head.date,
    )


def _place(slug: str, slugs: Sequence[str]) -> str:
    """The bookmark of a figure's row: Word allows forty characters."""
    return f"figure_{slugs.index(slug) + 1}"


def _block(block: Block, slugs: Sequence[str]) -> Xml:
    """One paragraph; every figure leads to its row of the first appendix."""
    parts = (
        link(_place(piece.slug, slugs), run(piece.text)) if piece.slug else run(piece.text)
        for piece in block.pieces
    )
    return paragraph(*parts, style=f"Heading{block.level}" if block.level else "BodyText")


def _appendix(at: int, name: str, content: Xml) -> Xml:
    return join(
        (
            paragraph(run(f"{common.APPENDIX}{at}"), style="AppendixLabel"),
            paragraph(run(name), style="AppendixTitle"),
            content,
        )
    )


def _figures(one: FigureTable, slugs: Sequence[str]) -> Xml:
    widths = columns(list(zip(COLUMNS, _ROOM, strict=True)), fill=len(COLUMNS) - 1)
    rows = []
    for row in one.rows:
        at = slugs.index(row.slug) + 1
        name, *numbers, counts = row.cells
        marked = paragraph(bookmark(_place(row.slug, slugs), at, run(name)), style="TableText")
        rows.append(filled(widths, [marked, *map(centred, numbers), text(counts)]))
    return join((caption(one.caption), table(widths, rows, caption=one.caption)))


def _charts(outline: Outline, charts: Sequence[Sequence[Drawn]]) -> Xml:
    """Each table, its charts below it. Drawings are counted through the whole document."""
    parts = []
    firsts = accumulate(map(len, charts), initial=1)
    for (_kind, grid), drawings, first in zip(outline.breakdowns, charts, firsts, strict=False):
        parts += [caption(grid.caption), grid_table(grid)]
        if drawings:
            parts += [caption(chart_of(grid).title), side_by_side(drawings, first=first)]
    return join(parts)


def _record(outline: Outline) -> Xml:
    parts = [paragraph(run(line), style="BodyText") for line in outline.grounds]
    for name, digits in outline.hashes:
        parts += [
            caption(name),
            paragraph(run(digits, face=SONG_FACE, points=TABLE_POINTS), style="TableText"),
        ]
    return join(parts)
