"""PDF after GB/T 9704-2012, set by typst with fonts of its own: the same pages everywhere."""

from __future__ import annotations

from ..format import Format
from ..model import SummaryDocument


def render(document: SummaryDocument) -> bytes:
    """A tagged PDF, in the words and the order of the Word file."""
    # Loaded when it is asked for: typst is 30 MB that most processes never need.
    from .setting import render as rendered

    return rendered(document)


FORMAT = Format(name="pdf", media_type="application/pdf", suffix=".pdf", render=render)
