"""A report as a file in any format."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from jianyan.accounts.models import Body

from ..documents.naming import file_stem
from ..documents.report import FORMATS, labels
from ..documents.report.model import ReportDocument
from ..enums import ReportStatus
from ..models import Report
from ..periods import Period
from .exports import Exported
from .report_document import document_for, standard_document
from .reports import load_report

_KEPT = 16
"""Files of signed reports that a process keeps."""
WITH_ROWS = frozenset({"xlsx", "json"})
"""Formats that say which rows are behind a figure; what no format says is not looked up for a draft."""


def export_of(document: ReportDocument, name: str) -> Exported:
    """The document as a file of that format."""
    chosen = FORMATS[name]
    return Exported(
        file_name(document, chosen.suffix), chosen.media_type, chosen.render(document), document.head.edition
    )


def exported(report: Report, name: str, *, at: dt.datetime) -> Exported:
    """A signed one is made once; a draft with the figures of now."""
    if report.content is not None:
        return _signed(report.pk, report.seal, name)
    document = document_for(report, at=at, rows=name in WITH_ROWS)
    return export_of(document, name)


def unwritten(body: Body, period: Period, name: str, *, at: dt.datetime) -> Exported:
    """The standard text as a file, where nobody has begun to write."""
    return export_of(standard_document(body, period, at=at, rows=name in WITH_ROWS), name)


def file_name(document: ReportDocument, suffix: str) -> str:
    """The title, of a draft with its edition: …履职答卷（第3稿）.docx."""
    signed = document.status == ReportStatus.SIGNED
    edition = "" if signed else f"（第{document.head.edition}稿）" if document.head.edition else "（草稿）"
    return f"{file_stem(document.title) or labels.REPORT}{edition}{suffix}"


@lru_cache(maxsize=_KEPT)
def _signed(report_id: int, _seal: str, name: str) -> Exported:
    """What was signed never changes. The seal says that it is the same."""
    report = load_report(report_id)
    # It is not counted anew: any instant would do.
    return export_of(document_for(report, at=report.edited_at), name)
