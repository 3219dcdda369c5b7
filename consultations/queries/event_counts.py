"""Which events count for a body in a period, and the numbers of each: from rows and from paper, the larger of both."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from jianyan.accounts.models import Body

from ..enums import PUBLIC, OutcomeKind, Presence
from ..models import Attendance, Category, Deliberation, EventRecord, OutcomeCover, Suggestion, Topic
from ..periods import Period

CAME = (Presence.PRESENT, Presence.OBSERVER)
"""Attendances (人次) that count."""
EVENT = Coalesce(
    "deliberation_id",
    "suggestion__topic__deliberation_id",
    "summary__deliberation_id",
    "referral__deliberation_id",
)
"""Of what an outcome covers: the event that it leads to. A submission leads to none."""


@dataclass(frozen=True, slots=True)
class EventCounts:
    """What counts of one event: attendances (not persons), statements, suggestions taken up, problems solved.

    `suggestions`: the statements that are public on the platform.
    """

    attendance: int
    statements: int
    accepted: int
    resolved: int
    suggestions: int = 0


def events_in(
    body: Body, period: Period, *, category: str | None = None, at: dt.datetime | None = None
) -> QuerySet[Deliberation]:
    """What the body or one below it has held, also together with others, in the period. `category`: a slug of one.

    `at` (now by default): what has not taken place by then does not count.
    """
    return held_by(body, category=category, at=at).filter(during(period))


def held_by(
    body: Body, *, category: str | None = None, at: dt.datetime | None = None
) -> QuerySet[Deliberation]:
    """As `events_in`, at any time until `at`."""
    events = Deliberation.objects.filter(took_place(at or timezone.now()), held_in(body))
    return events if category is None else events.filter(counts_as(category))


def during(period: Period) -> Q:
    """Filters deliberations: those that began in it, by the local date."""
    return Q(starts_at__gte=period.starts_at, starts_at__lt=period.ends_at)


def held_in(body: Body) -> Q:
    """Filters deliberations: hosted, alone or together with others, by the body or one below it."""
    together = EventRecord.objects.filter(
        deliberation=OuterRef("pk"), withdrawn_at=None, co_hosts__path__startswith=body.path
    )
    return Q(host__path__startswith=body.path) | Q(Exists(together))


def took_place(at: dt.datetime) -> Q:
    """Filters deliberations: recorded from paper and not taken out again, or announced and over."""
    announced = Topic.objects.filter(deliberation=OuterRef("pk"), announced_at__lte=at)
    recorded = Q(record__isnull=False, record__withdrawn_at=None, starts_at__lte=at)
    # While one is open its counts may be hidden: nothing of it is added up before.
    return recorded | (Q(ends_at__lte=at) & Exists(announced) & ~Exists(announced.filter(closes_at__gt=at)))


def counts_as(category: str) -> Q:
    """Filters deliberations: of that category (its slug), by their own or where they have none by their channel's."""
    own = Category.objects.filter(deliberations=OuterRef("pk"))
    of_channel = Category.objects.filter(channels=OuterRef("channel"), slug=category)
    return Q(Exists(own.filter(slug=category))) | (~Exists(own) & Exists(of_channel))


def counts_of(deliberations: QuerySet[Deliberation]) -> dict[int, EventCounts]:
    """By id the counts of these; four queries, whatever their number."""
    on_paper = {
        pk: (
            EventCounts(attendance or 0, statements or 0, accepted or 0, resolved or 0)
            if withdrawn is None
            else EventCounts(0, 0, 0, 0)
        )
        for pk, withdrawn, attendance, statements, accepted, resolved in deliberations.order_by().values_list(
            "pk",
            "record__withdrawn_at",
            "record__attendance",
            "record__statements",
            "record__accepted",
            "record__resolved",
        )
    }
    came = Counter(
        dict(
            Attendance.objects.filter(deliberation__in=deliberations, presence__in=CAME)
            .order_by()
            .values_list("deliberation_id")
            .annotate(count=Count("pk"))
        )
    )
    said = Counter(
        dict(
            Suggestion.objects.filter(topic__deliberation__in=deliberations, status__in=PUBLIC)
            .order_by()
            .values_list("topic__deliberation_id")
            .annotate(count=Count("pk"))
        )
    )
    outcomes = _outcomes(deliberations)
    return {
        pk: EventCounts(
            attendance=max(paper.attendance, came[pk]),
            statements=max(paper.statements, said[pk]),
            accepted=max(paper.accepted, outcomes[pk, OutcomeKind.ADOPTED]),
            resolved=max(paper.resolved, outcomes[pk, OutcomeKind.RESOLVED]),
            suggestions=said[pk],
        )
        for pk, paper in on_paper.items()
    }


def _outcomes(deliberations: QuerySet[Deliberation]) -> Counter[tuple[int, str]]:
    rows = (
        OutcomeCover.objects.filter(
            outcome__withdrawn_at=None, outcome__kind__in=(OutcomeKind.ADOPTED, OutcomeKind.RESOLVED)
        )
        .annotate(event=EVENT)
        .filter(event__in=deliberations)
        .values_list("event", "outcome__kind")
        .annotate(count=Count("outcome_id", distinct=True))
    )
    return Counter({(event, kind): count for event, kind, count in rows})
