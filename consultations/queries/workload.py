"""The topics that a moderator answers for, with what waits in each."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Min, Q

from jianyan.accounts.enums import Role
from jianyan.accounts.models import Body
from jianyan.accounts.roles import Actor

from .. import rules
from ..enums import Phase, Status
from ..models import Topic

KEPT = 200
"""Topics looked at, latest first."""


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One topic's desk. `oldest`: when the oldest waiting suggestion was posted."""

    id: int
    title: str
    deliberation: str
    channel: str
    host: str
    phase: str
    phase_name: str
    paused: bool
    opens_at: dt.datetime
    closes_at: dt.datetime
    waiting: int
    oldest: dt.datetime | None
    total: int


_ORDER = {Phase.OPEN: 0, Phase.ANNOUNCED: 1, Phase.DRAFT: 2, Phase.CLOSED: 3}


def hosted_by(actor: Actor, *, through: str) -> Q:
    """What is hosted where the actor moderates or is secretary, there and below; `through` leads to the host.

    One query for the bodies of the roles. Without such a role: nothing.
    """
    granted = actor.grants.get(Role.MODERATOR, frozenset()) | actor.grants.get(Role.SECRETARY, frozenset())
    paths = Body.objects.filter(pk__in=granted).values_list("path", flat=True) if granted else ()
    wanted = Q(pk__in=())
    for path in paths:
        wanted |= Q(**{f"{through}__startswith": path})
    return wanted


def workload(actor: Actor, *, at: dt.datetime) -> tuple[DeskRow, ...]:
    """Live topics first, then upcoming and closed ones; within each, most waiting first. Two queries."""
    topics = (
        Topic.objects.filter(hosted_by(actor, through="deliberation__host__path"))
        .select_related("deliberation__host", "deliberation__channel")
        .annotate(
            waiting=Count("suggestions", filter=Q(suggestions__status=Status.PENDING)),
            oldest=Min("suggestions__posted_at", filter=Q(suggestions__status=Status.PENDING)),
            total=Count("suggestions"),
        )
        .order_by("-opens_at", "-id")[:KEPT]
    )
    rows = [
        DeskRow(
            id=topic.pk,
            title=topic.title,
            deliberation=topic.deliberation.title,
            channel=topic.deliberation.channel.name,
            host=str(topic.deliberation.host),
            phase=rules.phase(topic, at).value,
            phase_name=str(rules.phase(topic, at).label),
            paused=topic.paused_at is not None,
            opens_at=topic.opens_at,
            closes_at=topic.closes_at,
            waiting=topic.waiting,
            oldest=topic.oldest,
            total=topic.total,
        )
        for topic in topics
    ]
    return tuple(sorted(rows, key=lambda row: (_ORDER[Phase(row.phase)], -row.waiting)))
