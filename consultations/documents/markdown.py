"""Markdown (CommonMark with GitHub's tables): for reading and for diffs. Every statement is one line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from . import labels
from .content import printed
from .format import Format
from .model import SummaryDocument
from .outline import APPENDICES, Block, Grid, Outline, outline_of

_MEANT = re.compile(r"[\\`*_\[\]{}<>&#|~$^@]")
# Renderers make links of these without any brackets.
_ADDRESS = re.compile(r":(?=//)|(?<=www)\.", re.IGNORECASE)
_LIST = re.compile(r"\d{1,9}(?=[.)](?: |$))|(?=[-+=])")


def render(document: SummaryDocument) -> bytes:
    """UTF-8 with a line feed at the end; no text in it becomes markup, a link or HTML."""
    outline = outline_of(printed(document))
    return ("\n\n".join(_parts(outline)) + "\n").encode()


def words(text: str | int) -> str:
    """The text in one line, every sign escaped that would mean something there."""
    line = " ".join(str(text).split("\n")).strip(" ")
    return _ADDRESS.sub(r"\\\g<0>", _MEANT.sub(r"\\\g<0>", line))


def paragraph(text: str) -> str:
    """As `words`, where a line begins: it begins no list and no rule."""
    line = words(text)
    begun = _LIST.match(line)
    return f"{line[: begun.end()]}\\{line[begun.end() :]}" if begun else line


def _parts(outline: Outline) -> Iterator[str]:
    yield f"# {words(outline.title)}"
    if outline.standing:
        yield paragraph(f"（{outline.standing}）")
    yield paragraph(f"{''.join(outline.mark)}　{outline.number}")
    yield paragraph(f"{outline.issuer}　{outline.date}")
    yield from (_block(block) for block in outline.blocks)
    if outline.assignments is not None:
        yield grid_of(outline.assignments)
    yield from (paragraph(f"{label}：{'、'.join(names)}") for label, names in outline.lists)
    contents = (_suggestions(outline), _statistics(outline), _record(outline))
    for at, (name, content) in enumerate(zip(APPENDICES, contents, strict=True), start=1):
        yield f"## {labels.APPENDIX}{at}　{name}"
        yield from content
    if outline.copied:
        yield paragraph(outline.copied)
    yield paragraph(f"{outline.issuer}　{outline.printed}")


def _block(block: Block) -> str:
    if block.level:
        return f"{'#' * (block.level + 1)} {words(block.text)}"
    cited = "".join(f"[{words(reference)}]" for _id, reference in block.cited)
    return f"{paragraph(f'{block.label}{block.text}{block.remark}')}{cited}{words(block.end)}"


def _suggestions(outline: Outline) -> Iterator[str]:
    for table in outline.suggestions:
        if table.caption:
            yield f"### {words(table.caption)}"
        yield table_of(
            table.columns,
            (
                (
                    row.reference,
                    f"{row.text}{row.remark}",
                    "　".join(part for part in (row.author, row.sector) if part),
                    row.theme,
                    *row.stands,
                    row.status,
                )
                for row in table.rows
            ),
        )


def _statistics(outline: Outline) -> Iterator[str]:
    for grid in (outline.sectors, outline.themes):
        yield f"### {words(grid.caption)}"
        yield grid_of(grid)


def _record(outline: Outline) -> Iterator[str]:
    yield from (paragraph(line) for line in outline.grounds)
    yield grid_of(outline.journals)
    yield from (paragraph(f"{caption}：{digits}") for caption, digits in outline.hashes)


def grid_of(grid: Grid) -> str:
    """The table of a grid."""
    return table_of(grid.columns, grid.rows)


def table_of(columns: Sequence[str], rows: Iterable[Sequence[str | int]]) -> str:
    """A line for each row, so that a difference is one line, too."""
    head, rule = f"| {' | '.join(map(words, columns))} |", f"|{' --- |' * len(columns)}"
    return "\n".join((head, rule, *(f"| {' | '.join(map(words, row))} |" for row in rows)))


FORMAT = Format(name="md", media_type="text/markdown; charset=utf-8", suffix=".md", render=render)
