"""A report (履职答卷) as the data that its page takes in."""

from __future__ import annotations

from collections.abc import Sequence

from ...enums import ReportStatus
from ..lines import has_long_word
from ..report import labels
from ..report.model import ReportDocument
from ..report.outline import APPENDICES, COLUMNS, Block, FigureTable, Outline, outline_of
from .content import Content, attached, cells_of, charted, finished, frame, plain, properties
from .setting import REPORT, compiled


def render(document: ReportDocument) -> bytes:
    """The report, dated with its day."""
    return compiled(REPORT, content_of(document), day=document.head.date)


def content_of(document: ReportDocument) -> str:
    """JSON that `report.typ` reads."""
    outline = outline_of(document)
    draft = "" if document.status == ReportStatus.SIGNED else labels.STATUS[document.status]
    about = properties(outline.title, kind=labels.REPORT, issuer=document.head.issuer, day=document.head.date)
    return finished(frame(outline, draft=draft) | _content(outline), about)


def _content(outline: Outline) -> Content:
    slugs = [row.slug for one in outline.figures for row in one.rows]
    return {
        "blocks": [_block(block, slugs) for block in outline.blocks],
        **attached(APPENDICES),
        "figures": [_figures(one, slugs) for one in outline.figures],
        "statistics": [charted(grid) for _kind, grid in outline.breakdowns],
        "grounds": [plain(line) for line in outline.grounds],
        "hashes": outline.hashes,
    }


def _block(block: Block, slugs: Sequence[str]) -> Content:
    return {
        "level": block.level,
        "pieces": [(piece.text, slugs.index(piece.slug) if piece.slug else None) for piece in block.pieces],
        "justified": not has_long_word(block.text),
    }


def _figures(one: FigureTable, slugs: Sequence[str]) -> Content:
    return {
        "caption": one.caption,
        "columns": COLUMNS,
        "rows": [(slugs.index(row.slug), *cells_of(row.cells)) for row in one.rows],
    }
