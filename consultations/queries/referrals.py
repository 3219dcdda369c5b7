"""The secretaries' list of referrals; and what of a summary can be referred, or is already."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from jianyan.accounts.models import Body
from jianyan.accounts.roles import Actor

from ..enums import ReferralState
from ..keeping import READERS
from ..models import Assignment, Citation, Deliberation, Referral, Summary
from ..referral_states import plus_months
from .follow_up import OVERDUE, SUPERVISED, Filters, filtered
from .referral_rows import CitedIdea, ReferralRow, cited, overdue, rows_of, with_all
from .referred_lines import referred_lines

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Shelf:
    """One way to filter by state, and how many there are."""

    key: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class ReferralList:
    """One page of the list. `deliberations` and `bodies` (id, name): what it can be filtered by."""

    filters: Filters
    deliberation: int | None
    all: int
    states: tuple[Shelf, ...]
    overdue: int
    supervised: int
    rows: tuple[ReferralRow, ...]
    found: int
    pages: int
    bodies: tuple[tuple[int, str], ...]
    deliberations: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a signed summary's list of assignments, to be referred. `referred`: the id of its referral, or None."""

    id: int
    item: str
    lead: str
    cohandling: str
    due: dt.date
    ideas: tuple[CitedIdea, ...]
    referred: int | None


def reads_referrals(actor: Actor) -> bool:
    """Whether the person has the list: secretaries, chairs and auditors of any body."""
    return any(actor.grants.get(role) for role in READERS)


def referral_list(
    actor: Actor, *, at: dt.datetime, filters: Filters, deliberation: int | None = None
) -> ReferralList:
    """Referrals of what the bodies host in which this person is secretary, chair or auditor, those taken back, too."""
    scope = Referral.objects.filter(deliberation__in=_overseen(actor)).order_by()
    today = timezone.localdate(at)
    counts = scope.aggregate(
        all=Count("pk"),
        overdue=Count("pk", filter=overdue(today)),
        supervised=Count("pk", filter=Q(supervised_at__isnull=False)),
        **{state.value: Count("pk", filter=Q(state=state)) for state in ReferralState},
    )
    rows = filtered(scope, filters, at)
    if deliberation is not None:
        rows = rows.filter(deliberation=deliberation)
    found = rows.count()
    pages = max(1, -(-found // PER_PAGE))
    page = min(max(1, filters.page), pages)
    return ReferralList(
        filters=replace(filters, page=page),
        deliberation=deliberation,
        all=counts["all"],
        states=tuple(Shelf(state.value, str(state.label), counts[state.value]) for state in ReferralState),
        overdue=counts[OVERDUE],
        supervised=counts[SUPERVISED],
        rows=rows_of(with_all(rows)[(page - 1) * PER_PAGE : page * PER_PAGE], actor, at=at),
        found=found,
        pages=pages,
        bodies=tuple(
            (body.pk, str(body))
            for body in Body.objects.filter(pk__in=scope.values("bodies__body")).order_by("position", "id")
        ),
        deliberations=tuple(
            Deliberation.objects.filter(pk__in=scope.values("deliberation"))
            .order_by("-starts_at", "-id")
            .values_list("pk", "title")
        ),
    )


def _overseen(actor: Actor) -> QuerySet[Deliberation]:
    ids = {pk for role in READERS for pk in actor.grants.get(role, ())}
    hosted = Q(pk__in=())
    for path in Body.objects.filter(pk__in=ids).values_list("path", flat=True):
        hosted |= Q(host__path__startswith=path)
    return Deliberation.objects.filter(hosted)


def lines_to_refer(summary: Summary, *, at: dt.datetime) -> tuple[Line, ...]:
    """The lines of a signed summary in their order, each with what it rests on: five queries."""
    lines = list(summary.assignments.filter(removed=False).order_by("position", "id"))
    resting = _resting(lines)
    referred = referred_lines(summary.pk)
    usual = usual_due(summary.deliberation, at)
    return tuple(
        Line(
            id=line.pk,
            item=line.item,
            lead=line.lead,
            cohandling=line.cohandling,
            # What the summary says may have passed before anybody came to refer it.
            due=line.due if line.due is not None and line.due >= timezone.localdate(at) else usual,
            ideas=resting.get(line.statement_id or 0, ()),
            referred=referred.get(line.pk),
        )
        for line in lines
    )


def usual_due(deliberation: Deliberation, at: dt.datetime) -> dt.date:
    """When a referral of that day is due by the rule of the channel, which must be loaded."""
    return plus_months(timezone.localdate(at), deliberation.channel.referral_months)


def referrals_of_suggestion(suggestion_id: int) -> tuple[tuple[int, str], ...]:
    """(id, item) of those that rest on it and were not taken back."""
    rows = Referral.objects.filter(suggestions=suggestion_id).exclude(state=ReferralState.WITHDRAWN)
    return tuple(rows.order_by("id").values_list("id", "item"))


def _resting(lines: Iterable[Assignment]) -> dict[int, tuple[CitedIdea, ...]]:
    found: dict[int, list[CitedIdea]] = {}
    citations = (
        Citation.objects.filter(statement__in=[line.statement_id for line in lines if line.statement_id])
        .select_related("suggestion__topic", "suggestion__theme")
        .order_by("suggestion__topic", "suggestion__number")
    )
    for citation in citations:
        found.setdefault(citation.statement_id, []).append(cited(citation.suggestion))
    return {pk: tuple(ideas) for pk, ideas in found.items()}
