"""The report as every format sets it: the same blocks and tables in the same order and words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ...enums import ReportPart, ReportStatus
from .. import labels as common
from ..content import printed
from ..outline import Frame, Grid, ordinal
from ..wording import date_text
from . import labels
from .model import Breakdown, Figure, ReportDocument
from .tokens import Piece, pieces
from .wording import change_text, checking_text, period_text, signed_text, sources_text, standing_text

APPENDICES = (labels.APPENDIX_FIGURES, labels.APPENDIX_CHARTS, labels.APPENDIX_RECORD)
COLUMNS = (labels.FIGURE, labels.PRINTED, labels.VALUE, labels.BEFORE, labels.CHANGE, labels.COUNTS)
"""Of the table of figures."""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or a heading where `level` is 1 or 2. A piece with a slug leads to the row of that figure."""

    pieces: tuple[Piece, ...]
    level: int = 0

    @property
    def text(self) -> str:
        """All of it as one text."""
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A figure in the order of COLUMNS."""

    slug: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FigureTable:
    """The figures of one part."""

    caption: str
    rows: tuple[FigureRow, ...]


@dataclass(frozen=True, slots=True)
class Outline(Frame):
    """A report, ready to be set. `grounds` are the sentences of the last appendix, `hashes` are (caption, digits)."""

    blocks: tuple[Block, ...]
    figures: tuple[FigureTable, ...]
    breakdowns: tuple[tuple[str, Grid], ...]
    """By kind: month, channel, body, sector. Where there is only one row, there is nothing to compare."""
    grounds: tuple[str, ...]
    hashes: tuple[tuple[str, str], ...]


def outline_of(document: ReportDocument) -> Outline:
    """The document, ready to be set."""
    head = document.head
    return Outline(
        mark=(head.issuer, labels.REPORT),
        number=period_text(head.since, head.until),
        issuer=head.issuer,
        date=date_text(head.date),
        title=document.title,
        standing=standing_text(document),
        copied="",
        printed=f"{date_text(head.date)}{common.PRINTED}",
        blocks=tuple(_blocks(document)),
        figures=tuple(_figures(document)),
        breakdowns=tuple((one.kind, _grid(one)) for one in document.figures.breakdowns if len(one.rows) > 1),
        grounds=tuple(
            line for line in (signed_text(document), sources_text(document), checking_text()) if line
        ),
        hashes=tuple(_hashes(document)),
    )


def as_printed(document: ReportDocument) -> ReportDocument:
    """Every text as it is printed, without the rows behind the figures: no page has them, and they may be many."""
    return printed(replace(document, figures=replace(document.figures, sources=())))


def _blocks(document: ReportDocument) -> Iterator[Block]:
    """一、 a part, （一） a passage, its paragraphs. Parts without words are left out."""
    figures = {one.slug: one for one in document.figures.figures}
    position = 0
    for part in ReportPart:
        passages = [one for one in document.passages if one.part == part]
        if not passages:
            continue
        position += 1
        yield _heading(1, position, labels.PART[part])
        for at, passage in enumerate(passages, start=1):
            yield _heading(2, at, passage.heading)
            for line in passage.text.splitlines():
                if line.strip():
                    yield Block(tuple(pieces(line.strip(), figures)))
    if not position:
        yield Block((Piece(labels.NOTHING),))


def _heading(level: int, position: int, words: str) -> Block:
    return Block((Piece(f"{ordinal(level, position)}{words}"),), level)


def _figures(document: ReportDocument) -> Iterator[FigureTable]:
    for part in ReportPart:
        rows = tuple(_row(one) for one in document.figures.figures if one.part == part)
        if rows:
            yield FigureTable(labels.SHORT_PART[part], rows)


def _row(one: Figure) -> FigureRow:
    exact = one.exact if one.share is None else f"{one.exact}（{one.share}%）"
    return FigureRow(one.slug, (one.name, one.printed, exact, one.exact_before, change_text(one), one.counts))


def _grid(one: Breakdown) -> Grid:
    return Grid(
        one.caption,
        (one.of, *one.measures),
        tuple((row.name, *row.values) for row in one.rows),
    )


def _hashes(document: ReportDocument) -> Iterator[tuple[str, str]]:
    # Those of a draft are counted anew whenever it is opened.
    if document.status != ReportStatus.DRAFT:
        yield labels.FIGURES_HASH, document.figures_hash
    if document.status == ReportStatus.SIGNED:
        yield common.SEAL, document.seal
