"""A roster as it was read: its columns and its lines of text, whatever the file was."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from django.utils.translation import gettext as _

from .columns import Column, columns_of, missing

MOST_ROWS = 10_000
# A title or a line of instructions may stand above the headings.
HEADING_WITHIN = 10


class NotARoster(Exception):
    """The file as a whole cannot be taken; the message is for the reader."""


class Line(NamedTuple):
    """One line: its number in the file, from 1, and its cells."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """`columns` cell by cell, None for one that is ignored; `lines` without the blank ones.

    `delimiter` separated the cells where that can go wrong; empty for a workbook, whose lines end with their last
    filled cell.
    """

    headings: tuple[str, ...]
    columns: tuple[Column | None, ...]
    lines: Sequence[Line]
    delimiter: str = ""

    def row(self, cells: Sequence[str]) -> dict[Column, str]:
        """Column → text of a line that has as many cells as there are headings."""
        return {column: cell for column, cell in zip(self.columns, cells, strict=True) if column is not None}

    @property
    def ignored(self) -> tuple[str, ...]:
        """The headings that a roster does not have."""
        return tuple(
            heading
            for heading, column in zip(self.headings, self.columns, strict=True)
            if column is None and heading.strip()
        )


def find_table(lines: Iterable[Line], *, delimiter: str = "") -> Table:
    """The roster in these lines; raises NotARoster where there is none, it is empty, or it is too long."""
    filled = (line for line in lines if any(cell.strip() for cell in line.cells))
    above = list(islice(filled, HEADING_WITHIN))
    if not above:
        raise NotARoster(_("The file is empty."))
    place, heading = max(
        enumerate(above), key=lambda numbered: (-len(missing(columns_of(numbered[1].cells))), -numbered[0])
    )
    columns = columns_of(heading.cells)
    _require_columns(columns)
    rows = above[place + 1 :] + list(islice(filled, MOST_ROWS + 1))
    if not rows:
        raise NotARoster(_("The roster has headings, but nobody below them."))
    if len(rows) > MOST_ROWS:
        raise NotARoster(_("The roster has more than %(most)s rows; please divide it.") % {"most": MOST_ROWS})
    return Table(heading.cells, columns, rows, delimiter)


def _require_columns(columns: tuple[Column | None, ...]) -> None:
    absent = missing(columns)
    known = [column for column in columns if column is not None]
    if not known:
        raise NotARoster(
            _("This is not a roster: no line has headings such as %(headings)s.")
            % {"headings": "、".join(Column)}
        )
    if absent:
        raise NotARoster(_("The roster lacks these columns: %(columns)s.") % {"columns": "、".join(absent)})
    twice = {column for column in known if known.count(column) > 1}
    if twice:
        raise NotARoster(
            _("The roster has these columns twice: %(columns)s.") % {"columns": "、".join(sorted(twice))}
        )
