"""A list of people as it was read: its columns and its lines of text, whatever the file was."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Generic, NamedTuple

from django.utils.translation import gettext as _

from .columns import C, Columns

# A title or a line of instructions may stand above the headings.
HEADING_WITHIN = 10


class NotAList(Exception):
    """The file as a whole cannot be taken; the message is for the reader."""


class OtherList(NotAList):
    """This list cannot be taken, but the file may hold another kind of list."""


class EmptyList(OtherList):
    """The list has headings alone."""


class Line(NamedTuple):
    """One line: its number in the file, from 1, and its cells."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table(Generic[C]):
    """`columns` cell by cell, None for one that is ignored; `lines` without the blank ones.

    `delimiter` separated the cells where that can go wrong; empty for a workbook, whose lines end with their last
    filled cell.
    """

    headings: tuple[str, ...]
    columns: tuple[C | None, ...]
    lines: Sequence[Line]
    delimiter: str = ""

    def row(self, cells: Sequence[str]) -> dict[C, str]:
        """Column → text of a line that has as many cells as there are headings."""
        return {column: cell for column, cell in zip(self.columns, cells, strict=True) if column is not None}

    @property
    def ignored(self) -> tuple[str, ...]:
        """The headings that such a list does not have."""
        return tuple(
            heading
            for heading, column in zip(self.headings, self.columns, strict=True)
            if column is None and heading.strip()
        )


def find_table(lines: Iterable[Line], columns: Columns[C], *, delimiter: str = "") -> Table[C]:
    """The list in these lines; raises NotAList where there is none, it is empty, or it is too long."""
    filled = (line for line in lines if any(cell.strip() for cell in line.cells))
    above = list(islice(filled, HEADING_WITHIN))
    if not above:
        raise OtherList(_("The file is empty."))
    place, heading = max(
        enumerate(above),
        key=lambda numbered: (-len(columns.missing(columns.meant(numbered[1].cells))), -numbered[0]),
    )
    found = columns.meant(heading.cells)
    _require_columns(found, columns)
    rows = above[place + 1 :] + list(islice(filled, columns.most_rows + 1))
    if not rows:
        raise EmptyList(_("The list has headings, but nobody below them."))
    if len(rows) > columns.most_rows:
        raise NotAList(
            _("The list has more than %(most)s rows; please divide it.") % {"most": columns.most_rows}
        )
    return Table(heading.cells, found, rows, delimiter)


def _require_columns(found: tuple[C | None, ...], columns: Columns[C]) -> None:
    absent = columns.missing(found)
    known = [column for column in found if column is not None]
    if not known:
        raise OtherList(
            _("This is not the list that is wanted: no line has headings such as %(headings)s.")
            % {"headings": "、".join(columns.every)}
        )
    if absent:
        raise OtherList(_("The list lacks these columns: %(columns)s.") % {"columns": "、".join(absent)})
    twice = {column for column in known if known.count(column) > 1}
    if twice:
        raise NotAList(
            _("The list has these columns twice: %(columns)s.") % {"columns": "、".join(sorted(twice))}
        )
