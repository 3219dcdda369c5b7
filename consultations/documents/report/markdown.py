"""Markdown (CommonMark with GitHub's tables): for reading and for diffs."""

from __future__ import annotations

from collections.abc import Iterator

from .. import labels as common
from ..format import Format
from ..markdown import grid_of, paragraph, table_of, words
from .model import ReportDocument
from .outline import APPENDICES, COLUMNS, Outline, as_printed, outline_of


def render(document: ReportDocument) -> bytes:
    """UTF-8 with a line feed at the end; no text in it becomes markup, a link or HTML."""
    outline = outline_of(as_printed(document))
    return ("\n\n".join(_parts(outline)) + "\n").encode()


def _parts(outline: Outline) -> Iterator[str]:
    yield f"# {words(outline.title)}"
    if outline.standing:
        yield paragraph(f"（{outline.standing}）")
    yield paragraph(f"{''.join(outline.mark)}　{outline.number}")
    yield paragraph(f"{outline.issuer}　{outline.date}")
    for block in outline.blocks:
        yield f"{'#' * (block.level + 1)} {words(block.text)}" if block.level else paragraph(block.text)
    contents = (_figures(outline), _charts(outline), _record(outline))
    for at, (name, content) in enumerate(zip(APPENDICES, contents, strict=True), start=1):
        yield f"## {common.APPENDIX}{at}　{name}"
        yield from content
    yield paragraph(f"{outline.issuer}　{outline.printed}")


def _figures(outline: Outline) -> Iterator[str]:
    for table in outline.figures:
        yield f"### {words(table.caption)}"
        yield table_of(COLUMNS, (row.cells for row in table.rows))


def _charts(outline: Outline) -> Iterator[str]:
    for _kind, grid in outline.breakdowns:
        yield f"### {words(grid.caption)}"
        yield grid_of(grid)


def _record(outline: Outline) -> Iterator[str]:
    yield from (paragraph(line) for line in outline.grounds)
    yield from (paragraph(f"{caption}：{digits}") for caption, digits in outline.hashes)


FORMAT: Format[ReportDocument] = Format(
    name="md", media_type="text/markdown; charset=utf-8", suffix=".md", render=render
)
