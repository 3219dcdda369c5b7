"""A summary (协商纪要, 议政综述, 建言摘编) as data and in every format: pure functions from a document to bytes."""

from __future__ import annotations

from . import csv, docx, html, json, markdown, pdf, xlsx
from .format import Format
from .model import SummaryDocument

FORMATS: dict[str, Format[SummaryDocument]] = {
    one.name: one
    for one in (docx.FORMAT, pdf.FORMAT, html.FORMAT, xlsx.FORMAT, csv.FORMAT, json.FORMAT, markdown.FORMAT)
}
"""By name. A further format is one module with a FORMAT, named here."""

__all__ = ["FORMATS", "Format"]
