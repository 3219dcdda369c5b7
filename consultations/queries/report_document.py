"""A report as the document that every format is made of. No number in it is typed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from jianyan.accounts.models import Body

from ..documents.content import from_content
from ..documents.model import Replaced
from ..documents.report.model import Figures, Head, Passage, ReportDocument
from ..documents.report.sealing import figures_digest
from ..documents.report.standard import Words, standard_words
from ..documents.report.tokens import printed
from ..documents.report.wording import title_of
from ..enums import ReportPart, ReportStatus
from ..models import Report
from ..periods import Period
from .report_figures import counted, terms_in


def document_for(report: Report, *, at: dt.datetime, rows: bool = False) -> ReportDocument:
    """A signed one as it was signed, one in review with the figures that were frozen, a draft with those of now.

    `rows`: of a draft with the rows behind its figures, too.
    """
    if report.content is not None:
        return from_content(report.content, ReportDocument)
    return written_document(report, figures_of(report, at=at, rows=rows))


def figures_of(report: Report, *, at: dt.datetime, rows: bool = False) -> Figures:
    """What was frozen when it was submitted; of a draft what is counted now."""
    if report.figures is not None:
        return from_content(report.figures, Figures)
    return counted(report.body, period_of(report), at=at, rows=rows)


def period_of(report: Report) -> Period:
    """The days that it is on."""
    return Period(report.since, report.until)


def written_document(report: Report, figures: Figures) -> ReportDocument:
    """The words of the report as they stand, with these figures."""
    words = [Words(ReportPart(row.part), row.heading, row.text) for row in report.passages.all()]
    signed = report.status == ReportStatus.SIGNED
    return ReportDocument(
        head=Head(
            issuer=report.body.name,
            since=report.since,
            until=report.until,
            terms=terms_in(report.body, period_of(report)),
            edition=report.edition,
            version=report.version,
            replaces=_replaced(report.replaces),
            date=timezone.localdate(report.signed_at if signed else report.edited_at),
            signed_by=report.signed_by.display_name if report.signed_by is not None else "",
        ),
        title=report.title,
        status=ReportStatus(report.status),
        passages=_passages(words, figures),
        figures=figures,
        figures_hash=figures_digest(figures),
    )


def standard_document(body: Body, period: Period, *, at: dt.datetime, rows: bool = False) -> ReportDocument:
    """The standard text with the figures of now, where nobody has begun to write."""
    figures = counted(body, period, at=at, rows=rows)
    return ReportDocument(
        head=Head(
            issuer=body.name,
            since=period.since,
            until=period.until,
            terms=terms_in(body, period),
            edition=0,
            date=timezone.localdate(at),
        ),
        title=title_of(body.name, period.since, period.until),
        status=ReportStatus.DRAFT,
        passages=_passages(standard_words({one.slug: one for one in figures.figures}), figures),
        figures=figures,
        figures_hash=figures_digest(figures),
    )


def _passages(words: Iterable[Words], figures: Figures) -> tuple[Passage, ...]:
    known = {one.slug: one for one in figures.figures}
    return tuple(
        Passage(part=one.part, heading=one.heading, text=one.text, printed=printed(one.text, known))
        for one in words
    )


def _replaced(old: Report | None) -> Replaced | None:
    if old is None:
        return None
    return Replaced(version=old.version, signed_on=timezone.localdate(old.signed_at), seal=old.seal)


def kept_words(report: Report) -> dict[str, Any]:
    """What a version keeps: title, and the passages in their order."""
    return {
        "title": report.title,
        "passages": [
            {"part": row.part, "heading": row.heading, "text": row.text} for row in report.passages.all()
        ],
    }
