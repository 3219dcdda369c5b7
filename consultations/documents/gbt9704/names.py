"""出席, 列席, 请假: label in 黑体, names in 仿宋 in columns behind a hanging indent."""

from __future__ import annotations

from collections.abc import Sequence

from .. import labels
from ..lines import COLUMN, INDENT, LABEL, name_lines
from ..outline import Outline
from .markup import BREAK, TAB, Xml, indent, join, paragraph, run, spacing, tabs
from .measures import HEI_FACE, LINE, characters

_STOPS = tabs(*(("left", characters(INDENT + COLUMN * at)) for at in range(1, 5)))
# Lines are broken here, not by the program: the room at the right is for rounding.
_HANGING = indent(left=characters(INDENT), right=-characters(1), first=-characters(LABEL))
_HANGING_TEXT = indent(left=characters(INDENT), first=-characters(LABEL))


def attendance_lists(outline: Outline) -> Xml:
    """The lists that there are, a blank line above the first. Observers, named with their units, are running text."""
    parts = []
    for at, (label, names) in enumerate(outline.lists):
        running = label == labels.OBSERVERS
        parts.append(
            paragraph(
                run(f"{label}：", face=HEI_FACE),
                run("，".join(names)) if running else _in_columns(names),
                style="Attendance",
                properties=Xml(
                    f"{_STOPS}{spacing(before=0 if at else LINE, line=LINE)}{_HANGING_TEXT if running else _HANGING}"
                ),
            )
        )
    return join(parts)


def _in_columns(names: Sequence[str]) -> Xml:
    lines = (TAB.join(run(placed.name) for placed in line) for line in name_lines(names))
    return Xml(BREAK.join(lines))
