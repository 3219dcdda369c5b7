"""XLSX for spreadsheets: everything that can be counted, in sheets with filters and a chart."""

from __future__ import annotations

from .format import Format
from .model import SummaryDocument


def render(document: SummaryDocument) -> bytes:
    """An .xlsx that opens in Excel, WPS and LibreOffice; only 协商纪要 lists who attended."""
    # Loaded when it is asked for, as a server that starts has no use for openpyxl.
    from .spreadsheet.workbook import render as rendered

    return rendered(document)


FORMAT = Format(
    name="xlsx",
    media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    suffix=".xlsx",
    render=render,
)
