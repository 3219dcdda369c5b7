"""出席, 列席, 请假: label in 黑体, names in 仿宋 in columns behind a hanging indent."""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import east_asian_width

from .. import labels
from ..model import Attendance, Attendee
from ..printable import printable
from ..wording import name_text
from .markup import BREAK, TAB, Xml, indent, join, paragraph, run, spacing, tabs
from .measures import CHARACTERS, HEI_FACE, LINE, characters

LABEL = 3
"""出席： in characters."""
INDENT = 2 + LABEL
COLUMN = 4.75
"""Five to a line, so that a name of four characters fits; no name's width is that of columns to the point, where
rounding would decide whether the tab behind it leads to this stop or to the next."""
_STOPS = tabs(*(("left", characters(INDENT + COLUMN * at)) for at in range(1, 5)))
# Lines are broken here, not by the program: the room at the right is for rounding.
_HANGING = indent(left=characters(INDENT), right=-characters(1), first=-characters(LABEL))
_HANGING_TEXT = indent(left=characters(INDENT), first=-characters(LABEL))


def attendance_lists(attendance: Attendance) -> Xml:
    """The lists that have names, a blank line above the first. Observers are named with the unit they come from."""
    lists = (
        (labels.PRESENT, _in_columns(attendance.present), _HANGING),
        (labels.OBSERVERS, _with_units(attendance.observers), _HANGING_TEXT),
        (labels.ON_LEAVE, _in_columns(attendance.on_leave), _HANGING),
    )
    return join(
        paragraph(
            run(f"{label}：", face=HEI_FACE),
            names,
            style="Attendance",
            properties=Xml(f"{_STOPS}{spacing(before=0 if at else LINE, line=LINE)}{hanging}"),
        )
        for at, (label, names, hanging) in enumerate(filled for filled in lists if filled[1])
    )


def _in_columns(attendees: Sequence[Attendee]) -> Xml:
    parts: list[Xml] = []
    used = 0
    for attendee in attendees:
        name = name_text(printable(attendee.name).replace("\n", " "))
        width = _width(name)
        if used and (used * COLUMN + width > CHARACTERS - INDENT):
            parts.append(BREAK)
            used = 0
        elif used:
            parts.append(TAB)
        parts.append(run(name))
        used += int(width // COLUMN) + 1
    return join(parts)


def _with_units(attendees: Sequence[Attendee]) -> Xml:
    """In running text: a name that is not in a column is not spaced out."""
    entries = [f"{attendee.unit}{attendee.name.strip()}" for attendee in attendees]
    return run("，".join(entries)) if entries else Xml("")


def _width(name: str) -> float:
    """In characters of the body: Latin letters and digits are half."""
    return sum(1 if east_asian_width(character) in "FWA" else 0.5 for character in name)
