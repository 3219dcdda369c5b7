"""The register of events that took place outside the platform, or partly: a year, a channel, a host, a category."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Max, Min, Q, QuerySet
from django.utils import timezone

from jianyan.accounts.enums import Role
from jianyan.accounts.models import Body
from jianyan.accounts.roles import Actor

from ..keeping import READERS, may_keep
from ..models import Category, Channel, Deliberation
from ..periods import of_year
from .categories import CONSULTATIONS
from .event_counts import EventCounts, counts_as, counts_of, during

PAGE = 50
"""Events on a page."""
NOTHING = EventCounts(0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for: ids, and the short name of a category. `year` None: all years. `page` from 1."""

    year: int | None = None
    channel: int | None = None
    host: int | None = None
    category: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class EventLine:
    """One event. `kept`: the reader may correct it. `beside_topics`: it took place on the platform as well."""

    id: int
    title: str
    channel: str
    host: str
    co_hosts: tuple[str, ...]
    starts_at: dt.datetime
    ends_at: dt.datetime
    dated_only: bool
    mode: str
    counts_as: tuple[str, ...]
    counts: EventCounts
    withdrawn: bool
    beside_topics: bool
    kept: bool


@dataclass(frozen=True, slots=True)
class EventsPage:
    """The lines of one page, latest first; `totals` are of all that is found and counts, of which there are `events`."""

    sought: Sought
    lines: tuple[EventLine, ...]
    events: int
    totals: EventCounts
    pages: int
    years: tuple[int, ...]
    channels: tuple[Channel, ...]
    hosts: tuple[Body, ...]
    categories: tuple[Category, ...]
    keeps: bool


def bodies_of(actor: Actor, roles: Collection[Role], *, through: str) -> Q:
    """Where the actor holds one of the roles, there and below; `through` leads to the body. One query."""
    granted = {pk for role in roles for pk in actor.grants.get(role, ())}
    wanted = Q(pk__in=())
    for path in Body.objects.filter(pk__in=granted).values_list("path", flat=True):
        wanted |= Q(**{f"{through}__startswith": path})
    return wanted


def events_page(actor: Actor, sought: Sought) -> EventsPage:
    """For those who read the books of a body: what it and those below it have on record."""
    readable = Deliberation.objects.filter(
        bodies_of(actor, READERS, through="host__path"), record__isnull=False
    )
    found = _found(readable, sought)
    counts = counts_of(found.filter(record__withdrawn_at=None))
    pages = max(1, -(-found.count() // PAGE))
    page = min(max(1, sought.page), pages)
    rows = (
        found.select_related("channel", "host", "record")
        .prefetch_related("categories", "channel__categories", "record__co_hosts", "topics")
        .order_by("-starts_at", "-pk")[(page - 1) * PAGE : page * PAGE]
    )
    return EventsPage(
        sought=Sought(sought.year, sought.channel, sought.host, sought.category, page),
        lines=tuple(_line(row, counts.get(row.pk, NOTHING), actor) for row in rows),
        events=len(counts),
        totals=_sum(counts.values()),
        pages=pages,
        years=_years(readable),
        channels=tuple(Channel.objects.filter(deliberations__in=readable).distinct()),
        hosts=tuple(Body.objects.filter(deliberations__in=readable).distinct().order_by("path")),
        categories=tuple(Category.objects.all()),
        keeps=bool(actor.grants.get(Role.SECRETARY)),
    )


def latest_year(actor: Actor) -> int | None:
    """The year of the latest event on record that this person may read of."""
    readable = Deliberation.objects.filter(
        bodies_of(actor, READERS, through="host__path"), record__isnull=False
    )
    last = readable.aggregate(last=Max("starts_at"))["last"]
    return timezone.localdate(last).year if last is not None else None


def _found(readable: QuerySet[Deliberation], sought: Sought) -> QuerySet[Deliberation]:
    if sought.year is not None:
        readable = readable.filter(during(of_year(sought.year)))
    if sought.channel is not None:
        readable = readable.filter(channel_id=sought.channel)
    if sought.host is not None:
        readable = readable.filter(Q(host_id=sought.host) | Q(record__co_hosts=sought.host)).distinct()
    if sought.category:
        readable = readable.filter(counts_as(sought.category))
    return readable


def _years(readable: QuerySet[Deliberation]) -> tuple[int, ...]:
    """From the latest year back to the first one, those between that have no event among them."""
    ends = readable.aggregate(first=Min("starts_at"), last=Max("starts_at"))
    if ends["first"] is None:
        return ()
    first, last = (timezone.localdate(ends[name]).year for name in ("first", "last"))
    return tuple(range(last, first - 1, -1))


def _sum(counts: Iterable[EventCounts]) -> EventCounts:
    every = list(counts)
    return EventCounts(
        *(
            sum(getattr(one, name) for one in every)
            for name in ("attendance", "statements", "accepted", "resolved")
        )
    )


def _line(event: Deliberation, counts: EventCounts, actor: Actor) -> EventLine:
    record = event.record
    own = list(event.categories.all()) or list(event.channel.categories.all())
    if record.withdrawn_at is not None:
        counts = EventCounts(record.attendance, record.statements, record.accepted, record.resolved)
    return EventLine(
        id=event.pk,
        title=event.title,
        channel=event.channel.name,
        host=event.host.name,
        co_hosts=tuple(body.name for body in record.co_hosts.all()),
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        dated_only=record.dated_only,
        mode=event.get_mode_display(),
        counts_as=tuple(category.name for category in own),
        counts=counts,
        withdrawn=record.withdrawn_at is not None,
        beside_topics=bool(event.topics.all()),
        kept=may_keep(actor, event.host.lineage) is None,
    )


def hosts_kept(actor: Actor) -> QuerySet[Body]:
    """Bodies whose events this person may enter, a body before those below it; departments hold none."""
    return (
        Body.objects.filter(bodies_of(actor, (Role.SECRETARY,), through="path"))
        .exclude(kind="department")
        .order_by("path", "position")
    )


def event_to_keep(deliberation_id: int) -> Deliberation | None:
    """The event with its host, channel, record and with whom it was held."""
    return (
        Deliberation.objects.select_related("host", "channel", "record")
        .prefetch_related("categories", "topics", "record__co_hosts")
        .filter(pk=deliberation_id)
        .first()
    )


def counted_as(channel: Channel) -> set[int]:
    """Ids of what an event of this channel counts as where nothing else is said: a consultation as one."""
    own = {category.pk for category in channel.categories.all()}
    if own or not channel.is_consultation:
        return own
    return set(Category.objects.filter(slug=CONSULTATIONS).values_list("pk", flat=True))


def usual_categories() -> dict[int, list[int]]:
    """By id of every channel what `counted_as` says of it: three queries."""
    consultations = list(Category.objects.filter(slug=CONSULTATIONS).values_list("pk", flat=True))
    return {
        channel.pk: [category.pk for category in channel.categories.all()]
        or (consultations if channel.is_consultation else [])
        for channel in Channel.objects.prefetch_related("categories")
    }


def bodies_named(names: Sequence[str]) -> dict[str, list[Body]]:
    """Those of each name or short name."""
    found: dict[str, list[Body]] = {name: [] for name in names}
    for body in Body.objects.filter(Q(name__in=names) | Q(short_name__in=names)).order_by("path"):
        for name in {body.name, body.short_name} & found.keys():
            found[name].append(body)
    return found


def books_of(actor: Actor) -> QuerySet[Body]:
    """The bodies whose books this person keeps themselves, not through one above."""
    return Body.objects.filter(pk__in=actor.grants.get(Role.SECRETARY, ())).order_by("path")


def bodies_below(body: Body) -> QuerySet[Body]:
    """The body and those below it."""
    return Body.objects.filter(path__startswith=body.path).order_by("kind", "position", "pk")


def channels_there() -> QuerySet[Channel]:
    """All channels, in their order."""
    return Channel.objects.all()
