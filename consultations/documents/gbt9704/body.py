"""The text between title and name lists: opening, consensus, suggestions by theme, responses, what is attached."""

from __future__ import annotations

from collections.abc import Sequence

from .. import labels
from ..outline import Block, Grid, Outline
from .markup import Xml, anchor, indent, join, link, paragraph, run, spacing, table
from .measures import HEI_FACE, KAI_FACE, LINE, characters
from .tables import centred, columns, filled, text

_WHOLE_ROW = 200
"""Characters in a cell of the assignments; with more, a row could be higher than a page and may be broken."""

# A line may be broken here; otherwise some programs move the whole bracket down and stretch the line above.
_SEAM = Xml("<w:r><w:t>\u200b</w:t></w:r>")


def body(outline: Outline) -> Xml:
    """All blocks, and the list of assignments under the last of them."""
    parts = [_block(block) for block in outline.blocks]
    if outline.assignments is not None:
        parts.append(_assignments(outline.assignments))
    return join(parts)


def attached(names: Sequence[str]) -> Xml:
    """附件：1. and what follows, the names under each other."""
    label = f"{labels.APPENDIX}："
    first = paragraph(
        run(f"{label}1.{names[0]}"),
        properties=Xml(spacing(before=LINE, line=LINE) + indent(left=characters(6), first=-characters(4))),
    )
    others = (
        paragraph(run(f"{at}.{name}"), properties=indent(left=characters(6), first=-characters(1)))
        for at, name in enumerate(names[1:], start=2)
    )
    return join((first, *others))


def _block(block: Block) -> Xml:
    """One paragraph; every number in brackets leads to its row of the appendix."""
    if block.level:
        return paragraph(run(block.text), style=f"Heading{block.level}")
    parts = [run(block.label, face=HEI_FACE)] if block.label else []
    parts += [run(block.text), run(block.remark, face=None if block.cited else KAI_FACE)]
    if block.cited:
        parts.append(run("［"))
        for at, (suggestion_id, number) in enumerate(block.cited):
            if at:
                parts += [run("、"), _SEAM]
            parts.append(link(anchor(suggestion_id), run(number)))
        parts.append(run("］"))
    parts.append(run(block.end))
    return paragraph(*parts, style="BodyText")


def _assignments(grid: Grid) -> Xml:
    """In columns of 序号, 事项, 主办, 协办, 期限, 依据."""
    room = (12.0, 0.0, 28.0, 28.0, 30.0, 18.0)
    widths = columns(list(zip(grid.columns, room, strict=True)), fill=1)
    rows = (
        filled(
            widths,
            [text(cell) if at in (1, 2, 3) else centred(cell) for at, cell in enumerate(row)],
            whole=max(map(len, row)) < _WHOLE_ROW,
        )
        for row in (tuple(map(str, row)) for row in grid.rows)
    )
    return table(widths, rows, caption=grid.caption)
