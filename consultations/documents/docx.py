"""DOCX after GB/T 9704-2012: what a secretary prints and a chair signs."""

from __future__ import annotations

from .format import Format
from .model import SummaryDocument


def render(document: SummaryDocument) -> bytes:
    """A .docx that opens in Word, WPS and LibreOffice; only 协商纪要 lists who attended."""
    # Loaded when it is asked for: python-docx would take a sixth of the time in which a server starts.
    from .gbt9704.document import render as rendered

    return rendered(document)


FORMAT = Format(
    name="docx",
    media_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    suffix=".docx",
    render=render,
)
