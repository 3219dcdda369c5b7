"""The rows behind a figure as one table, for whoever takes them away as a file."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from ..documents.tables import Cell, Table
from .figure_row import FigureRow
from .figures import Figure, Value


def table_of(figure: Figure, rows: Iterable[FigureRow]) -> Table:
    """One row for each, numbered, in the language that is active; the last column adds up to the figure."""
    return Table(
        name=figure.name[:30],
        columns=(
            _("No."),
            _("Date"),
            _("What"),
            _("Whose"),
            _("Event"),
            _("Explanation"),
            _("Below it"),
            _("How many"),
        ),
        rows=(_row(number, row) for number, row in enumerate(rows, 1)),
    )


def _row(number: int, row: FigureRow) -> tuple[Cell, ...]:
    details = (
        f"{detail.day.isoformat()} {detail.text}" if detail.day is not None else detail.text
        for detail in row.details
    )
    return number, row.day, row.what, row.whose, row.event, row.note, "\n".join(details), _number(row.value)


def _number(value: Value) -> int | str:
    return int(value) if value == int(value) else f"{value:f}"
