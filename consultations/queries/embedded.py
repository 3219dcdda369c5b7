"""What a frame on somebody else's page shows of a topic."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Sum

from .. import rules
from ..enums import Phase, Status
from ..models import Suggestion, Topic
from .authors import author_name, with_authors
from .open_rows import public_deliberations

MOST = 5


@dataclass(frozen=True, slots=True)
class EmbeddedIdea:
    """One of the ideas with most support; `share` is a percentage of the first one's. Both are None while hidden."""

    id: int
    number: int
    text: str
    author: str
    support: int | None
    share: int | None


@dataclass(frozen=True, slots=True)
class Embedded:
    """The topic in numbers and its first ideas; `support` is None while counts are hidden."""

    topic: Topic
    phase: str
    phase_name: str
    ideas: int
    support: int | None
    first: tuple[EmbeddedIdea, ...]


def embedded(topic_id: int, *, at: dt.datetime) -> Embedded | None:
    """The topic, if anybody may see it: five queries."""
    topic = (
        Topic.objects.select_related("deliberation__host", "deliberation__channel")
        .filter(pk=topic_id, announced_at__lte=at, deliberation__in=public_deliberations(at).values("pk"))
        .first()
    )
    if topic is None:
        return None
    shown = rules.tallies_shown(topic, at)
    published = Suggestion.objects.filter(topic=topic, status=Status.PUBLISHED)
    numbers = published.order_by().aggregate(ideas=Count("pk"), all_support=Sum("support"))
    order = ("-support", "number") if shown else ("number",)
    rows = list(with_authors(published).order_by(*order)[:MOST])
    most = max((row.support for row in rows), default=0)
    phase: Phase = rules.phase(topic, at)
    return Embedded(
        topic=topic,
        phase=phase.value,
        phase_name=str(phase.label),
        ideas=numbers["ideas"],
        support=(numbers["all_support"] or 0) if shown else None,
        first=tuple(
            EmbeddedIdea(
                id=row.pk,
                number=row.number,
                text=row.public_text,
                author=author_name(row, topic),
                support=row.support if shown else None,
                share=round(100 * row.support / most) if shown and most else None,
            )
            for row in rows
        ),
    )
