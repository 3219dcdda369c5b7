"""A line with too many or too few cells: which cell has probably torn it?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from django.utils.translation import gettext as _

from .answers import RowRefused
from .columns import Column
from .deciding import Decider
from .table import Table


def refuse_wrong_width(table: Table[Column], decider: Decider, cells: Sequence[str]) -> NoReturn:
    """Raise RowRefused, naming the column whose unquoted delimiter explains the surplus where only one can."""
    params: dict[str, object] = {
        "expected": len(table.headings),
        "found": len(cells),
        "delimiter": _delimiter_name(table.delimiter),
    }
    text = _("%(expected)s columns expected, %(found)s found; please check every %(delimiter)s.")
    heading = torn_heading(table, decider, cells)
    if heading is not None:
        text = _(
            "%(expected)s columns expected, %(found)s found; a %(delimiter)s in %(heading)s is not quoted."
        )
        params["heading"] = heading
    raise RowRefused("column_count", text % params)


def torn_heading(table: Table[Column], decider: Decider, cells: Sequence[str]) -> str | None:
    """The heading of the only cell that, put together again, makes the line understandable; None if it is not one."""
    surplus = len(cells) - len(table.headings)
    if surplus <= 0:
        return None
    candidates = [
        heading
        for place, heading in enumerate(table.headings)
        if decider.understands(
            table.row(
                [
                    *cells[:place],
                    table.delimiter.join(cells[place : place + surplus + 1]),
                    *cells[place + surplus + 1 :],
                ]
            )
        )
    ]
    return candidates[0] if len(candidates) == 1 else None


def _delimiter_name(delimiter: str) -> str:
    return {",": _("comma"), ";": _("semicolon"), "\t": _("tab")}.get(delimiter, delimiter)
