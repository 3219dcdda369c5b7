"""From a draft to a signed report: its figures are frozen when it is submitted, and a second person signs."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from jianyan.accounts.roles import Actor

from .. import reporting, rules
from ..documents.content import to_content
from ..documents.report.json import content_of
from ..documents.report.model import Figures
from ..documents.report.sealing import figures_digest, sealed
from ..documents.report.standard import Words
from ..documents.report.tokens import forms_of, unknown
from ..enums import ReportPart, ReportStatus, ReportStep
from ..errors import ChangedMeanwhile, Refused, ReportNotReady
from ..models import Report
from ..queries.report_document import figures_of, period_of, written_document
from ..queries.report_figures import counted
from ..queries.reports import is_replaced, load_report
from .reports import keep, open_report, write
from .summaries import accept

REASON_LENGTH = 500


def submit_report(*, report_id: int, edition: int, by: Actor, at: dt.datetime) -> Report:
    """Freeze its figures as of now and hand it to another person to sign; nobody edits it meanwhile.

    Raises ReportNotReady where it says nothing or names a figure that there is none of, ChangedMeanwhile where it has
    changed since `edition`: whoever submits has read it.
    """
    report = load_report(report_id)
    rules.require(reporting.may_edit(by, report))
    # Counted before the report is locked: it takes a while, and none of it is the report's own.
    return _submit(
        report_id, counted(report.body, period_of(report), at=at, rows=True), edition, by=by, at=at
    )


@transaction.atomic
def _submit(report_id: int, figures: Figures, edition: int, *, by: Actor, at: dt.datetime) -> Report:
    report = open_report(report_id, by=by)
    if report.edition != edition:
        raise ChangedMeanwhile
    _require_ready(report, figures)
    report.status = ReportStatus.REVIEW
    report.submitted_at, report.submitted_by_id = at, by.user_id
    report.figures, report.digest = to_content(figures), figures_digest(figures)
    report.save(update_fields=["status", "submitted_at", "submitted_by", "figures", "digest"])
    keep(report, ReportStep.SUBMITTED, by=by, at=at)
    return report


def _require_ready(report: Report, figures: Figures) -> None:
    forms = forms_of(figures.figures)
    passages = list(report.passages.all())
    if not passages:
        raise ReportNotReady(detail=_("it says nothing yet"))
    for row in passages:
        if not row.text.strip():
            raise ReportNotReady(detail=_("“%(heading)s” has no text") % {"heading": row.heading})
        for token in unknown(row.text, forms):
            detail = _("“%(heading)s” names %(token)s, which is no figure") % {
                "heading": row.heading,
                "token": token,
            }
            raise ReportNotReady(detail=detail)


@transaction.atomic
def take_back_report(*, report_id: int, by: Actor, at: dt.datetime) -> Report:
    """Make a draft of it again, whose figures are those of now."""
    report = open_report(report_id, by=by, may=reporting.may_take_back)
    return _return(report, ReportStep.TAKEN_BACK, "", by=by, at=at)


@transaction.atomic
def return_report(*, report_id: int, reason: str, by: Actor, at: dt.datetime) -> Report:
    """Send it back to the secretaries, who read why."""
    report = open_report(report_id, by=by, may=reporting.may_review)
    reason = accept(reason, REASON_LENGTH, what=_("the reason"))
    return _return(report, ReportStep.SENT_BACK, reason, by=by, at=at)


def _return(report: Report, step: ReportStep, note: str, *, by: Actor, at: dt.datetime) -> Report:
    report.status = ReportStatus.DRAFT
    report.submitted_at = report.submitted_by = None
    report.figures, report.digest = None, ""
    report.save(update_fields=["status", "submitted_at", "submitted_by", "figures", "digest"])
    keep(report, step, by=by, at=at, note=note)
    return report


@transaction.atomic
def sign_report(*, report_id: int, by: Actor, at: dt.datetime) -> Report:
    """Sign it: the document is kept as it is now, with its seal, and never changes again."""
    report = open_report(report_id, by=by, may=reporting.may_sign)
    figures = figures_of(report, at=at)
    if figures_digest(figures) != report.digest:
        raise ReportNotReady(detail=_("its frozen figures are not those that were submitted"))
    report.status = ReportStatus.SIGNED
    report.signed_at, report.signed_by_id = at, by.user_id
    document = sealed(written_document(report, figures))
    report.content, report.seal = content_of(document), document.seal
    report.save(update_fields=["status", "signed_at", "signed_by", "content", "seal"])
    keep(report, ReportStep.SIGNED, by=by, at=at)
    return report


@transaction.atomic
def correct_report(*, report_id: int, by: Actor, at: dt.datetime) -> Report:
    """Begin a further version of what is signed: a draft with the same words, whose figures are those of now."""

    def may(actor: Actor, report: Report) -> Refused | None:
        return reporting.may_correct(actor, report, replaced=is_replaced(report))

    old = open_report(report_id, by=by, may=may)
    new = Report.objects.create(
        body=old.body,
        since=old.since,
        until=old.until,
        title=old.title,
        version=old.version + 1,
        replaces=old,
        made_at=at,
        made_by_id=by.user_id,
        edited_at=at,
    )
    write(new, (Words(ReportPart(row.part), row.heading, row.text) for row in old.passages.all()))
    keep(new, ReportStep.BEGUN, by=by, at=at)
    return new
