"""The file: cells that are what they are, a heading row that stays, widths that fit, a page to print."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

import regex
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from .. import labels
from ..archive import fixed
from ..charts import Chart
from ..csv import computable
from ..model import SummaryDocument
from ..printable import printable, width
from .bars import WIDTHS, bars
from .sheets import Cell, Row, Sheet, sheets_of

LONGEST = 32_767
"""UTF-16 units in a cell; of more, Excel calls the file damaged."""
NARROWEST, WIDEST = 8, 60
"""Of a column, in Latin characters."""
_PER_CM = 5.4
_PROPERTY = 255
_A4 = 9

# Excel reads _x000D_ as the character of that number.
_ESCAPE = regex.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_HEADING, _TEXT, _TOTAL = "建言表头", "建言文字", "建言合计"
_NUMBER, _AMOUNT, _DATE = "建言数字", "建言金额", "建言日期"


def render(document: SummaryDocument) -> bytes:
    """An .xlsx for Excel, WPS and LibreOffice; the same document gives the same bytes."""
    head = document.head
    book = book_of(sheets_of(document), day=head.date)
    describe(
        book, issuer=head.issuer, title=document.title, kind=labels.KIND[head.kind], number=head.number or ""
    )
    book.properties.contentStatus = labels.SUMMARY_STATUS[document.status]
    return saved(book)


def describe(book: Workbook, *, issuer: str, title: str, kind: str, number: str = "") -> None:
    """What the file says of itself."""
    properties = book.properties
    properties.creator = properties.lastModifiedBy = _property(issuer)
    properties.title = _property(title)
    properties.subject = properties.category = kind
    properties.identifier = _property(number)
    properties.language = "zh-CN"


def book_of(sheets: Iterable[Sheet], *, day: dt.date) -> Workbook:
    """A workbook of these sheets, made and changed on that day: nothing in it is from the machine or the moment."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for style in _styles():
        book.add_named_style(style)
    for sheet in sheets:
        _fill(book.create_sheet(sheet.name), sheet)
    book.properties.creator = None
    book.properties.created = book.properties.modified = dt.datetime.combine(day, dt.time())
    return book


def saved(book: Workbook) -> bytes:
    """The file of a workbook."""
    out = io.BytesIO()
    # Not `book.save`, which would write down the moment.
    ExcelWriter(book, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED)).save()
    return fixed(out.getvalue())


def _property(text: str) -> str:
    return printable(text).replace("\n", " ")[:_PROPERTY]


def _styles() -> Iterator[NamedStyle]:
    hair = Side(style="thin", color="FFBFBFBF")
    border = Border(left=hair, right=hair, top=hair, bottom=hair)
    plain, strong = Font(name="宋体", size=11), Font(name="宋体", size=11, bold=True)
    text = Alignment(vertical="top", wrap_text=True)
    number = Alignment(vertical="top", horizontal="right")
    heading = Alignment(vertical="center", horizontal="center", wrap_text=True)
    yield NamedStyle(
        _HEADING, font=strong, border=border, alignment=heading, fill=PatternFill("solid", fgColor="FFE0ECEB")
    )
    yield NamedStyle(_TEXT, font=plain, border=border, alignment=text)
    yield NamedStyle(_NUMBER, font=plain, border=border, alignment=number, number_format="0")
    yield NamedStyle(_AMOUNT, font=plain, border=border, alignment=number, number_format="0.00")
    yield NamedStyle(_DATE, font=plain, border=border, alignment=text, number_format='yyyy"年"m"月"d"日"')
    yield NamedStyle(_TOTAL, font=strong, border=border, alignment=text)


def _fill(page: Worksheet, sheet: Sheet) -> None:
    page.freeze_panes = "A2"
    filtered = 1 + len(sheet.rows) - sheet.totals
    page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.columns))}{filtered}"
    page.print_title_rows = "1:1"
    page.page_setup.paperSize = _A4
    page.page_setup.orientation = "landscape"
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    for at, room in enumerate(_widths(sheet), start=1):
        page.column_dimensions[get_column_letter(at)].width = room
    _write(page, 1, sheet.columns, style=_HEADING)
    for at, row in enumerate(sheet.rows, start=1):
        _write(page, at + 1, row, style=_TOTAL if at > len(sheet.rows) - sheet.totals else None)
    if sheet.chart is not None:
        _draw(page, sheet.chart, beside=len(sheet.columns))


def _draw(page: Worksheet, chart: Chart, *, beside: int) -> None:
    """One column on from the table, each in a column as wide as itself."""
    for at, drawn in enumerate(bars(chart, sheet=page.title, columns=beside)):
        column = get_column_letter(beside + 2 + at)
        page.column_dimensions[column].width = WIDTHS[at] * _PER_CM
        page.add_chart(drawn, f"{column}2")


def _write(page: Worksheet, at: int, row: Row, *, style: str | None) -> None:
    """A number is a number, a date a date, and every text a text: nothing is guessed, and nothing computed."""
    for column, content in enumerate(row, start=1):
        cell = page.cell(at, column)
        cell.style = style or _style(content)
        if not isinstance(content, str):
            cell.value = content
        elif content:
            cell.value = words(content)
            # Else "=1" would be a formula and "#N/A" an error.
            cell.data_type = "s"
            cell.quotePrefix = computable(cell.value)


def _style(content: Cell) -> str:
    match content:
        case int():
            return _NUMBER
        case Decimal():
            return _AMOUNT
        case dt.date():
            return _DATE
        case _:
            return _TEXT


def words(text: str) -> str:
    """The printable text as a cell holds it: not longer than that can be, and nothing in it an escape."""
    text = printable(text)
    units = text.encode("utf-16-le")
    if len(units) > 2 * LONGEST:
        kept = units[: 2 * (LONGEST - len(labels.CUT))]
        text = kept.decode("utf-16-le", "ignore") + labels.CUT
    return _ESCAPE.sub("_x005F_", text)


def _widths(sheet: Sheet) -> Iterator[float]:
    """Of each column: its longest line, or as wide as is good to read; a heading has room for its button."""
    for at, column in enumerate(sheet.columns):
        longest = max([width(column) * 2 + 4, *(_longest(row[at]) + 2 for row in sheet.rows)])
        yield max(NARROWEST, min(WIDEST, longest))


def _longest(content: Cell) -> float:
    """The widest line in Latin characters; what is beyond the widest column is not measured."""
    match content:
        case str():
            lines: Sequence[str] = content[: 10 * WIDEST].splitlines()
            return max((width(line[:WIDEST]) * 2 for line in lines), default=0)
        case dt.date():
            return 14
        case _:
            return len(str(content))
