"""HTML as one file that needs nothing else."""

from __future__ import annotations

from ..format import Format
from ..html import page_of
from .model import ReportDocument
from .paper import paper


def render(document: ReportDocument) -> bytes:
    """A page with its styles inside and no address outside of it; UTF-8."""
    return page_of(document.title, paper(document))


FORMAT: Format[ReportDocument] = Format(
    name="html", media_type="text/html; charset=utf-8", suffix=".html", render=render
)
