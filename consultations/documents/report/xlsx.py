"""XLSX for spreadsheets: the figures, what they count, the year before, and the rows behind them."""

from __future__ import annotations

from ..format import Format
from ..xlsx import FORMAT as SUMMARY
from .model import ReportDocument


def render(document: ReportDocument) -> bytes:
    """An .xlsx that opens in Excel, WPS and LibreOffice."""
    # Loaded when it is asked for, as a server that starts has no use for openpyxl.
    from ..spreadsheet.report import render as rendered

    return rendered(document)


FORMAT: Format[ReportDocument] = Format(
    name=SUMMARY.name, media_type=SUMMARY.media_type, suffix=SUMMARY.suffix, render=render
)
