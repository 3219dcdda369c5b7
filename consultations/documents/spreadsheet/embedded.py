"""Charts for other office files, with the workbook that their numbers can be changed in."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from dataclasses import dataclass

from ..charts import chart_of
from ..outline import Grid
from .bars import WIDTHS, height_of
from .sheets import Sheet
from .workbook import book_of, saved

# It belongs to the file that it lies in, which says when it was made.
_DAY = dt.date(1980, 1, 1)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart as markup (DrawingML), its size in cm, and the file with its table."""

    chart: bytes
    width: int
    height: int
    description: str
    workbook: bytes


def drawn(grid: Grid, *, name: str) -> tuple[Drawn, ...]:
    """The charts of a table, to stand side by side. `name`: of the sheet."""
    chart = chart_of(grid)
    sheet = Sheet(name=name, columns=grid.columns, rows=grid.rows, totals=grid.totals, chart=chart)
    workbook = saved(book_of((sheet,), day=_DAY))
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        charts = [archive.read(entry) for entry in archive.namelist() if entry.startswith("xl/charts/")]
    # There are none where there is nothing to draw, or more than can be read.
    return tuple(
        Drawn(markup, width, height_of(chart), f"{series.label}：{chart.description}", workbook)
        for markup, series, width in zip(charts, chart.series, WIDTHS, strict=False)
    )
