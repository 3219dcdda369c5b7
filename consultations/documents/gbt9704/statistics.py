"""附件: suggestions and support by sector and by theme."""

from __future__ import annotations

from collections.abc import Sequence

from ..charts import chart_of
from ..outline import Grid, Outline
from ..spreadsheet.embedded import Drawn
from .drawings import side_by_side
from .markup import Xml, join, table
from .tables import caption, centred, columns, filled

_FIGURE, _TOPIC = 30.0, 50.0
"""Widths in mm; the name takes what is left."""


def statistics(outline: Outline, charts: Sequence[Drawn]) -> Xml:
    """Two tables, the first with totals and its charts below it."""
    sectors, themes = outline.sectors, outline.themes
    parts = [caption(sectors.caption), grid_table(sectors)]
    if charts:
        parts += [caption(chart_of(sectors).title), side_by_side(charts)]
    return join((*parts, caption(themes.caption), grid_table(themes)))


def grid_table(grid: Grid) -> Xml:
    """The table of a grid: its names first, its numbers in narrow columns."""
    room = (*((_TOPIC,) if grid.names == 2 else ()), 0.0, *(_FIGURE for _ in grid.columns[grid.names :]))
    widths = columns(list(zip(grid.columns, room, strict=True)), fill=grid.names - 1)
    lines = (filled(widths, [centred(value) for value in row]) for row in grid.rows)
    return table(widths, lines, caption=grid.caption)
