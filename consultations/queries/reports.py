"""Which reports there are: of a body and a period, in which versions, and the list of those that somebody may read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from jianyan.accounts.enums import BodyKind, Role
from jianyan.accounts.models import Body
from jianyan.accounts.roles import Actor

from .. import reporting
from ..enums import ReportStatus
from ..errors import UnknownReport
from ..models import Report
from ..periods import Period

SHOWN = 50
"""Reports to a page of the list."""


@dataclass(frozen=True, slots=True)
class Line:
    """A report in the list: the newest version that the reader may see, and whether another one is being written."""

    report: Report
    period: Period
    status: ReportStatus
    status_name: str


@dataclass(frozen=True, slots=True)
class ReportList:
    """A page of it. `bodies`: those whose drafts the reader may read, and the ones below them, in the order of the tree."""

    lines: tuple[Line, ...]
    page: int
    more: bool
    bodies: tuple[Body, ...]


def committee() -> Body | None:
    """The body whose report it is where no other is named: the first committee at the root of the tree."""
    return Body.objects.filter(parent=None, kind=BodyKind.COMMITTEE).first()


def body_named(name: str) -> Body | None:
    """The body of that name, or short name; None where there is none, or more than one."""
    found = Body.objects.filter(Q(name=name) | Q(short_name=name))[:2]
    return found[0] if len(found) == 1 else None


def in_force(body: Body, period: Period, *, draft: bool = False) -> Report | None:
    """The newest signed version, else what is being written; with `draft` only the latter. None where there is none."""
    reports = versions_of(body, period)
    signed = [one for one in reports if one.status == ReportStatus.SIGNED]
    written = [one for one in reports if one.status != ReportStatus.SIGNED]
    return next(iter(written if draft else (*signed, *written)), None)


def load_report(report_id: int) -> Report:
    """With what its document needs. Raises UnknownReport."""
    found = _reports().filter(pk=report_id).first()
    if found is None:
        raise UnknownReport
    return found


def versions_of(body: Body, period: Period) -> tuple[Report, ...]:
    """All versions of the body's report on the period, the newest first. One query."""
    return tuple(_reports().filter(body=body, since=period.since, until=period.until).order_by("-version"))


def readable(reports: Iterable[Report], actor: Actor | None, *, version: int | None = None) -> Report | None:
    """The newest of these that the reader may read, or of that version; None where there is none."""
    return next(
        (one for one in reports if version in (None, one.version) and reporting.may_read(actor, one) is None),
        None,
    )


def report_list(actor: Actor | None, *, page: int = 1) -> ReportList:
    """Signed ones that no later version has replaced, and for those who write and sign them drafts. At most three queries."""
    signed = Q(status=ReportStatus.SIGNED) & ~Q(replaced_by__status=ReportStatus.SIGNED)
    # Paths of the bodies whose drafts the reader may read: their own, and what is below.
    paths = _paths(actor)
    own, below = Q(pk__in=()), Q(pk__in=())
    for path in paths:
        own |= Q(body__path__startswith=path)
        below |= Q(path__startswith=path)
    wanted = _reports().filter(signed | (~Q(status=ReportStatus.SIGNED) & own))
    first = (page - 1) * SHOWN
    rows = list(wanted[first : first + SHOWN + 1])
    lines = tuple(
        Line(row, Period(row.since, row.until), ReportStatus(row.status), row.get_status_display())
        for row in rows[:SHOWN]
    )
    bodies = tuple(Body.objects.filter(below).order_by("path")) if paths else ()
    return ReportList(lines, page, len(rows) > SHOWN, bodies)


def _reports() -> QuerySet[Report]:
    """Without what was frozen and signed, which is megabytes and read of one of them at most."""
    rows = Report.objects.select_related("body", "replaces", "submitted_by", "signed_by")
    return rows.defer("content", "figures", "replaces__content", "replaces__figures")


def _paths(actor: Actor | None) -> tuple[str, ...]:
    """Of the bodies that the reader writes or signs reports for, which they do for all below."""
    if actor is None:
        return ()
    ids = {pk for role in (Role.SECRETARY, Role.CHAIR) for pk in actor.grants.get(role, ())}
    return tuple(Body.objects.filter(pk__in=ids).values_list("path", flat=True)) if ids else ()


def is_replaced(report: Report) -> bool:
    """Whether a correction of it was begun. One query."""
    return Report.objects.filter(replaces=report).exists()
