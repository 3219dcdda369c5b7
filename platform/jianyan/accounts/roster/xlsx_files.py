"""Lists of people as Excel workbooks, bounded and searched for traps before anything opens them."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from defusedxml import DefusedXmlException, ElementTree
from django.utils.translation import gettext as _
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from .columns import C, Columns
from .table import Line, NotAList, OtherList, Table, find_table

MOST_PARTS = 500
MOST_BYTES = 50 * 1024 * 1024
# Real sheets shrink to a tenth or a thirtieth; small parts may shrink further without harm.
HIGHEST_RATIO = 200
SMALL_PART = 1024 * 1024
MOST_COLUMNS = 60
# What openpyxl raises on workbooks that are damaged or made by hand.
DAMAGED = (
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    ParseError,
    zipfile.BadZipFile,
    OSError,
)


def read_workbook(content: bytes, columns: Columns[C], *, sheet: str | None = None) -> Table[C]:
    """The list in a workbook's sheet of that name, or in the only sheet that has one; raises NotAList."""
    _refuse_traps(content)
    try:
        workbook = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        sheets = {
            page.title: page
            for page in workbook.worksheets
            if isinstance(page, ReadOnlyWorksheet) and page.sheet_state == "visible"
        }
        return _choose(sheets, columns, sheet)
    except DAMAGED as error:
        raise NotAList(_damaged()) from error


def _choose(sheets: Mapping[str, Any], columns: Columns[C], wanted: str | None) -> Table[C]:
    if wanted is not None and wanted not in sheets:
        raise NotAList(
            _("The workbook has no sheet “%(sheet)s”; it has: %(sheets)s.")
            % {"sheet": wanted, "sheets": "、".join(sheets)}
        )
    tables: dict[str, Table[C]] = {}
    refusals: dict[str, NotAList] = {}
    for title, page in sheets.items() if wanted is None else [(wanted, sheets[wanted])]:
        try:
            tables[title] = find_table(_lines(page), columns)
        except NotAList as refusal:
            refusals[title] = refusal
    if len(tables) == 1:
        return next(iter(tables.values()))
    if tables:
        raise NotAList(
            _(
                "Several sheets could be the list: %(sheets)s. Please name one with --sheet, or leave one alone."
            )
            % {"sheets": "、".join(tables)}
        )
    if not sheets:
        raise NotAList(_damaged())
    if len(refusals) == 1:
        raise next(iter(refusals.values()))
    none = OtherList if all(isinstance(why, OtherList) for why in refusals.values()) else NotAList
    raise none(_("No sheet of the workbook is such a list: %(sheets)s.") % {"sheets": "、".join(sheets)})


def _lines(page: Any) -> Iterator[Line]:
    # The dimensions that a sheet claims are only a claim.
    page.reset_dimensions()
    for number, cells in enumerate(page.iter_rows(max_col=MOST_COLUMNS, values_only=True), 1):
        texts = [_text(cell) for cell in cells]
        # A sheet has as many cells as somebody has touched; only filled ones count.
        filled = max((place for place, text in enumerate(texts, 1) if text.strip()), default=0)
        yield Line(number, tuple(texts[:filled]))


def _text(cell: Any) -> str:
    """A cell as somebody would have typed it into a text file. A formula is its own text: it is never evaluated."""
    if cell is None:
        return ""
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).replace("\r\n", "\n")


def _refuse_traps(content: bytes) -> None:
    """Look through the archive without opening it as a workbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if "xl/workbook.xml" not in archive.namelist():
                raise NotAList(_("This archive is not an Excel workbook."))
            _refuse_bombs(parts)
            for part in parts:
                if part.filename.endswith((".xml", ".rels", ".vml")):
                    _refuse_entities(archive, part)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise NotAList(_damaged()) from error


def _refuse_bombs(parts: list[zipfile.ZipInfo]) -> None:
    swollen = any(
        part.file_size > SMALL_PART and part.file_size > HIGHEST_RATIO * max(part.compress_size, 1)
        for part in parts
    )
    if swollen or len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_BYTES:
        raise NotAList(_("The workbook unpacks to far more than a list needs, and was not opened."))


def _refuse_entities(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    with archive.open(part) as stream:
        try:
            for _event, element in ElementTree.iterparse(stream, forbid_dtd=True):
                element.clear()
        except DefusedXmlException as trap:
            raise NotAList(
                _("The workbook contains declarations that no list needs, and was not opened.")
            ) from trap
        except ParseError as error:
            raise NotAList(_damaged()) from error


def _damaged() -> str:
    return _("The workbook is damaged and cannot be read. Please save it again in Excel.")
