"""DOCX after GB/T 9704-2012: what a secretary prints and a chair signs."""

from __future__ import annotations

from ..docx import FORMAT as SUMMARY
from ..format import Format
from .model import ReportDocument


def render(document: ReportDocument) -> bytes:
    """A .docx that opens in Word, WPS and LibreOffice."""
    # Loaded when it is asked for, like that of a summary.
    from ..gbt9704.report import render as rendered

    return rendered(document)


FORMAT: Format[ReportDocument] = Format(
    name=SUMMARY.name, media_type=SUMMARY.media_type, suffix=SUMMARY.suffix, render=render
)
