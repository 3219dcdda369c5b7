"""PDF after GB/T 9704-2012, in the words and the order of the Word file."""

from __future__ import annotations

from ..format import Format
from .model import ReportDocument


def render(document: ReportDocument) -> bytes:
    """A tagged PDF."""
    # Loaded when it is asked for: typst is 30 MB that most processes never need.
    from ..pdf.report import render as rendered

    return rendered(document)


FORMAT: Format[ReportDocument] = Format(
    name="pdf", media_type="application/pdf", suffix=".pdf", render=render
)
