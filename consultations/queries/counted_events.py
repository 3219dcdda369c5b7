"""The events of a body that count in a period, with their numbers and categories: read once for all figures of them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone

from jianyan.accounts.models import Body

from ..models import Category, Deliberation
from ..periods import Period
from .event_counts import EventCounts, counts_of, during, held_by


@dataclass(frozen=True, slots=True)
class CountedEvent:
    """`day`: the local date on which it began; `categories`: slugs of what it counts as."""

    id: int
    day: dt.date
    host_id: int
    channel_id: int
    categories: frozenset[str]
    counts: EventCounts

    def counts_as(self, category: str | None) -> bool:
        """Whether it counts for that category; every event does for none."""
        return category is None or category in self.categories


def counted_events(body: Body, periods: Iterable[Period], *, at: dt.datetime) -> tuple[CountedEvent, ...]:
    """Those of any of the periods, by date; seven queries, whatever their number."""
    within = Q()
    for period in periods:
        within |= during(period)
    events = held_by(body, at=at).filter(within)
    counts = counts_of(events)
    own, of_channels = _own_categories(events), _categories_of_channels()
    rows = events.order_by("starts_at", "pk").values_list("pk", "starts_at", "host_id", "channel_id")
    return tuple(
        CountedEvent(
            id=pk,
            day=timezone.localdate(starts_at),
            host_id=host_id,
            channel_id=channel_id,
            categories=own.get(pk) or of_channels.get(channel_id, frozenset()),
            counts=counts[pk],
        )
        for pk, starts_at, host_id, channel_id in rows
        # Somebody may enter an event between two queries: it counts with the next report.
        if pk in counts
    )


def _own_categories(events: QuerySet[Deliberation]) -> Mapping[int, frozenset[str]]:
    return _grouped(
        Category.objects.filter(deliberations__in=events).order_by().values_list("deliberations", "slug")
    )


def _categories_of_channels() -> Mapping[int, frozenset[str]]:
    return _grouped(
        Category.objects.filter(channels__isnull=False).order_by().values_list("channels", "slug")
    )


def _grouped(pairs: Iterable[tuple[int, str]]) -> Mapping[int, frozenset[str]]:
    found: defaultdict[int, set[str]] = defaultdict(set)
    for of, slug in pairs:
        found[of].add(slug)
    return {of: frozenset(slugs) for of, slugs in found.items()}
