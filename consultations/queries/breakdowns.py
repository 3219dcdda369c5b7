"""What a body and all below it did in a period, by month, channel, host, or sector: for charts and their tables."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Count, QuerySet
from django.utils import formats
from django.utils.translation import gettext as _

from jianyan.accounts.models import Body

from ..enums import PUBLIC
from ..models import Channel, Suggestion
from ..periods import Period
from .attendees import attendees, held_on, sector_memberships
from .counted_events import CountedEvent, counted_events
from .event_counts import events_in


class By(StrEnum):
    """By what the numbers are broken down."""

    MONTH = "month"
    CHANNEL = "channel"
    BODY = "body"
    SECTOR = "sector"


@dataclass(frozen=True, slots=True)
class Share:
    """One row. `key`: the first day of a month, or the id of a channel or body; empty for those that have none.

    `persons`: different ones, by sector only; somebody who changed sector counts in each, for what they did there.
    """

    key: str
    name: str
    events: int
    attendance: int
    statements: int
    persons: int | None = None


@dataclass(frozen=True, slots=True)
class Breakdown:
    """All rows in their order. Attendances and statements add up to those of all events in each of them."""

    by: By
    rows: tuple[Share, ...]


def breakdown(by: By, body: Body, period: Period, *, at: dt.datetime) -> Breakdown:
    """The breakdown; about ten queries at most, whatever there is to count."""
    return breakdowns(body, period, kinds=(by,), at=at)[0]


def breakdowns(
    body: Body, period: Period, *, kinds: Iterable[By] = tuple(By), at: dt.datetime
) -> tuple[Breakdown, ...]:
    """Several of them, whose events are read once."""
    events = counted_events(body, (period,), at=at)
    made: Mapping[By, Callable[[], Iterable[Share]]] = {
        By.MONTH: lambda: _by_month(events, period),
        By.CHANNEL: lambda: _by_channel(events),
        By.BODY: lambda: _by_body(events),
        By.SECTOR: lambda: _by_sector(events, body, period, at=at),
    }
    return tuple(Breakdown(kind, tuple(made[kind]())) for kind in kinds)


def _by_month(events: Iterable[CountedEvent], period: Period) -> Iterator[Share]:
    """Every month of the period, those in which nothing happened too."""
    groups: defaultdict[dt.date, list[CountedEvent]] = defaultdict(list)
    for event in events:
        groups[event.day.replace(day=1)].append(event)
    month = period.since.replace(day=1)
    while month <= period.until:
        yield _share(month.isoformat(), formats.date_format(month, "YEAR_MONTH_FORMAT"), groups[month])
        month = (month + dt.timedelta(days=31)).replace(day=1)


def _by_channel(events: Iterable[CountedEvent]) -> Iterator[Share]:
    groups = _grouped(events, lambda event: event.channel_id)
    for pk, name in Channel.objects.filter(pk__in=groups).values_list("pk", "name"):
        yield _share(str(pk), name, groups[pk])


def _by_body(events: Iterable[CountedEvent]) -> Iterator[Share]:
    """By the host alone: who held it together with it is not counted twice."""
    groups = _grouped(events, lambda event: event.host_id)
    hosts = Body.objects.filter(pk__in=groups).only("name", "short_name")
    for host in sorted(hosts, key=lambda host: (-len(groups[host.pk]), host.pk)):
        yield _share(str(host.pk), str(host), groups[host.pk])


def _by_sector(
    events: tuple[CountedEvent, ...], body: Body, period: Period, *, at: dt.datetime
) -> Iterator[Share]:
    """Attendances by the sector on the day of the event, suggestions by the one that they were posted from."""
    by_id = {event.id: event for event in events}
    held = sector_memberships(body)
    came: Counter[int | None] = Counter()
    persons: defaultdict[int | None, set[int]] = defaultdict(set)
    of_events: defaultdict[int | None, set[int]] = defaultdict(set)
    for user_id, event in attendees(by_id, (period,)):
        then = held_on(held.get(user_id, ()), event.day)
        of = then.body_id if then is not None else None
        came[of] += 1
        persons[of].add(user_id)
        of_events[of].add(event.id)
    posted = Counter(dict(_posted(body, period, at=at)))
    known = [pk for pk in {*came, *posted} if pk is not None]
    bodies = Body.objects.filter(pk__in=known).only("name", "short_name")
    names: dict[int | None, str] = {one.pk: str(one) for one in bodies}
    if came[None] or posted[None]:
        names[None] = _("no sector")
    for key, name in names.items():
        yield Share(
            key=str(key or ""),
            name=name,
            events=len(of_events[key]),
            attendance=came[key],
            statements=posted[key],
            persons=len(persons[key]),
        )
    # What was only counted on paper, and guests, belong to nobody whose sector is known.
    unnamed = sum(event.counts.attendance for event in events) - came.total()
    unsaid = sum(event.counts.statements for event in events) - posted.total()
    if unnamed or unsaid:
        yield Share("", _("not listed by name"), 0, unnamed, unsaid, 0)


def _posted(body: Body, period: Period, *, at: dt.datetime) -> QuerySet[Suggestion, tuple[int | None, int]]:
    return (
        Suggestion.objects.filter(topic__deliberation__in=events_in(body, period, at=at), status__in=PUBLIC)
        .order_by()
        .values_list("sector_id")
        .annotate(count=Count("pk"))
    )


def _grouped(
    events: Iterable[CountedEvent], key: Callable[[CountedEvent], int]
) -> defaultdict[int, list[CountedEvent]]:
    groups: defaultdict[int, list[CountedEvent]] = defaultdict(list)
    for event in events:
        groups[key(event)].append(event)
    return groups


def _share(key: str, name: str, events: list[CountedEvent]) -> Share:
    return Share(
        key=key,
        name=name,
        events=len(events),
        attendance=sum(event.counts.attendance for event in events),
        statements=sum(event.counts.statements for event in events),
    )
