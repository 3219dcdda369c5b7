"""A report (履职答卷) as data and in every format: pure functions from a document to bytes."""

from __future__ import annotations

from ..format import Format
from . import docx, html, json, markdown, pdf, xlsx
from .model import ReportDocument

FORMATS: dict[str, Format[ReportDocument]] = {
    one.name: one for one in (docx.FORMAT, pdf.FORMAT, xlsx.FORMAT, html.FORMAT, json.FORMAT, markdown.FORMAT)
}
"""By name. A further format is one module with a FORMAT, named here."""

__all__ = ["FORMATS"]
