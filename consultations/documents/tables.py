"""One table as a file: CSV or XLSX, and no text in it becomes a formula."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from . import xlsx
from .csv import FORMAT as CSV
from .csv import inert

Cell = str | int | dt.date | None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings; `name` is that of the sheet."""

    name: str
    columns: tuple[str, ...]
    rows: Iterable[tuple[Cell, ...]]


@dataclass(frozen=True, slots=True)
class TableFormat:
    """How a table becomes a file. `render` is given the day that the file says it was made on."""

    media_type: str
    suffix: str
    render: Callable[[Table, dt.date], bytes]


def as_csv(table: Table, day: dt.date) -> bytes:
    """UTF-8 with a byte order mark, lines ended by CR LF, every text in quotes; no day stands in it."""
    del day
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow(table.columns)
    for row in table.rows:
        writer.writerow(inert(cell) if isinstance(cell, str) else cell for cell in row)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def as_xlsx(table: Table, day: dt.date) -> bytes:
    """A workbook of one sheet, with a heading row that stays and filters."""
    # Loaded when it is asked for, as a server that starts has no use for openpyxl.
    from .spreadsheet.sheets import Sheet
    from .spreadsheet.workbook import book_of, saved

    sheet = Sheet(name=table.name, columns=table.columns, rows=tuple(table.rows))
    return saved(book_of((sheet,), day=day))


FORMATS = {
    "csv": TableFormat(CSV.media_type, CSV.suffix, as_csv),
    "xlsx": TableFormat(xlsx.FORMAT.media_type, xlsx.FORMAT.suffix, as_xlsx),
}
"""Format → how it is made."""
