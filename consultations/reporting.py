"""Who may do what with a report (履职答卷), in which state. Pure, like `keeping`, on which it builds."""

from __future__ import annotations

from jianyan.accounts.roles import Actor

from . import keeping
from .enums import ReportStatus
from .errors import (
    OwnReport,
    Refused,
    ReportInReview,
    ReportNotInReview,
    ReportNotSigned,
    ReportReplaced,
    ReportSigned,
)
from .models import Report


def may_read(actor: Actor | None, report: Report) -> Refused | None:
    """A signed one is everybody's; before, it is for those who write and sign it."""
    if report.status == ReportStatus.SIGNED:
        return None
    return keeping.may_sign_for(actor, report.body.lineage)


def may_edit(actor: Actor | None, report: Report) -> Refused | None:
    """Change its words, or submit it: secretaries, while it is a draft."""
    verdict = keeping.may_keep(actor, report.body.lineage)
    if verdict is not None:
        return verdict
    match report.status:
        case ReportStatus.SIGNED:
            return ReportSigned()
        case ReportStatus.REVIEW:
            return ReportInReview()
        case _:
            return None


def may_take_back(actor: Actor | None, report: Report) -> Refused | None:
    """Make a draft of it again: any secretary."""
    return keeping.may_keep(actor, report.body.lineage) or _in_review(report)


def may_review(actor: Actor | None, report: Report) -> Refused | None:
    """Send it back to the secretaries."""
    return keeping.may_sign_for(actor, report.body.lineage) or _in_review(report)


def may_sign(actor: Actor | None, report: Report) -> Refused | None:
    """Two persons always: who submitted it does not sign it."""
    verdict = may_review(actor, report)
    if verdict is None and actor is not None and report.submitted_by_id == actor.user_id:
        return OwnReport()
    return verdict


def may_correct(actor: Actor | None, report: Report, *, replaced: bool) -> Refused | None:
    """Begin a further version of what is signed, once."""
    verdict = keeping.may_keep(actor, report.body.lineage)
    if verdict is not None:
        return verdict
    if report.status != ReportStatus.SIGNED:
        return ReportNotSigned()
    return ReportReplaced() if replaced else None


def _in_review(report: Report) -> Refused | None:
    if report.status == ReportStatus.SIGNED:
        return ReportSigned()
    return None if report.status == ReportStatus.REVIEW else ReportNotInReview()
