"""Is a report's JSON that of a report that was signed here?"""

from __future__ import annotations

from dataclasses import dataclass

from ..documents.report.model import ReportDocument
from ..documents.report.sealing import seal_of
from ..enums import ReportStatus
from ..models import Report
from ..periods import Period
from .reports import in_force


@dataclass(frozen=True, slots=True)
class KnownReport:
    """The version in force of the report that the file is of; `replaced`: the file is an older one."""

    report: Report
    replaced: bool


def report_here(document: ReportDocument) -> KnownReport | None:
    """None where no report here was signed with this seal. Two queries."""
    if document.status != ReportStatus.SIGNED or document.seal != seal_of(document):
        return None
    signed = (
        Report.objects.select_related("body").filter(status=ReportStatus.SIGNED, seal=document.seal).first()
    )
    if signed is None:
        return None
    newest = in_force(signed.body, Period(signed.since, signed.until))
    return KnownReport(newest or signed, replaced=newest is not None and newest != signed)
