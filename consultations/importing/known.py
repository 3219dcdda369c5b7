"""What the tables hold already: bodies, channels, categories, and what earlier files or hands have entered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Q
from django.utils import timezone

from jianyan.accounts.enums import Role
from jianyan.accounts.models import Body, Membership

from ..models import Category, Channel, Deliberation, EventRecord, Outcome, Submission
from ..queries.categories import standard_names
from .naming import Names


@dataclass(frozen=True, slots=True)
class KnownEvent:
    """An event that an earlier file has brought, as it is now."""

    deliberation_id: int
    record_id: int
    channel_id: int
    channel: str
    host_id: int
    host: str
    date: dt.date
    title: str
    mode: str
    place: str
    co_hosts: tuple[tuple[int, str], ...]
    counts_as: tuple[str, ...]
    attendance: int
    statements: int
    accepted: int
    resolved: int
    note: str
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class KnownOutcome:
    """An outcome that an earlier file has brought, as it is now."""

    id: int
    values: tuple[str, str, str, str, Decimal | None, str, dt.date, str, str]
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class KnownSubmission:
    """A proposal that an earlier file has brought, as it is now."""

    id: int
    values: tuple[str, str, str, str, dt.date, str]
    withdrawn: bool


@dataclass(slots=True)
class Known:
    """All of it, of one committee and the years of a file.

    `categories`: short name or name → short name. `sources`: number of an event → the sources that end with it.
    `held`: day, host and title of events that no file has brought. `outcomes_of`: source of an event → key → id of
    what came of it and is not taken out. `numbers` are those of proposals that no file has brought. `members`: name →
    id, None where several are called so.
    """

    committee: Body
    names: Names
    body_names: dict[int, str]
    channels: dict[str, int]
    channel_names: dict[int, str]
    categories: dict[str, str]
    events: dict[str, KnownEvent] = field(default_factory=dict)
    sources: dict[str, list[str]] = field(default_factory=dict)
    held: set[tuple[dt.date, int, str]] = field(default_factory=set)
    outcomes: dict[str, KnownOutcome] = field(default_factory=dict)
    outcomes_of: dict[str, dict[str, int]] = field(default_factory=dict)
    submissions: dict[str, KnownSubmission] = field(default_factory=dict)
    numbers: set[str] = field(default_factory=set)
    members: dict[str, int | None] = field(default_factory=dict)

    @property
    def prefix(self) -> str:
        """What the sources of this committee's rows begin with: two of one site may use the same numbers."""
        return f"{self.committee.lineage[0]}/"


def known_to(committee: Body, years: Iterable[int]) -> Known:
    """Read it from the tables: a dozen queries, however much there is."""
    bodies = list(Body.objects.filter(path__startswith=committee.path))
    channels = list(Channel.objects.order_by("pk"))
    known = Known(
        committee=committee,
        names=Names.of(committee, bodies),
        body_names={body.pk: body.name for body in bodies},
        channels={channel.name: channel.pk for channel in channels},
        channel_names={channel.pk: channel.name for channel in channels},
        categories=_categories(),
        members=_members(committee),
    )
    _read_events(known)
    _read_held(known, sorted(set(years)))
    _read_outcomes(known)
    _read_submissions(known)
    return known


def _categories() -> dict[str, str]:
    """Short name or name → short name; those of the standard, though they may not have been made yet."""
    words = {name: slug for slug, name in standard_names()} | {slug: slug for slug, _name in standard_names()}
    for category in Category.objects.all():
        words[category.name] = words[category.slug] = category.slug
    return words


def _members(committee: Body) -> dict[str, int | None]:
    """Name → who is or was a member here; None where several are called so."""
    found: dict[str, int | None] = {}
    rows = Membership.objects.filter(body=committee, role=Role.MEMBER).values_list(
        "user__display_name", "user_id"
    )
    for name, user_id in rows.distinct():
        found[name] = user_id if found.get(name, user_id) == user_id else None
    return found


def _read_events(known: Known) -> None:
    rows = (
        EventRecord.objects.filter(source__startswith=known.prefix)
        .select_related("deliberation__channel", "deliberation__host")
        .prefetch_related("co_hosts", "deliberation__categories")
    )
    for record in rows:
        event, source = record.deliberation, record.source or ""
        known.sources.setdefault(source.rpartition("/")[2], []).append(source)
        known.events[source] = KnownEvent(
            deliberation_id=event.pk,
            record_id=record.pk,
            channel_id=event.channel_id,
            channel=event.channel.name,
            host_id=event.host_id,
            host=event.host.name,
            date=timezone.localdate(event.starts_at),
            title=event.title,
            mode=event.mode,
            place=event.place,
            co_hosts=tuple(sorted((body.pk, body.name) for body in record.co_hosts.all())),
            counts_as=tuple(sorted(category.slug for category in event.categories.all())),
            attendance=record.attendance,
            statements=record.statements,
            accepted=record.accepted,
            resolved=record.resolved,
            note=record.note,
            withdrawn=record.withdrawn_at is not None,
        )


def _read_held(known: Known, years: list[int]) -> None:
    """What else was held: entered by hand, or here on the platform."""
    if not years:
        return
    zone = timezone.get_current_timezone()
    since = dt.datetime(years[0], 1, 1, tzinfo=zone)
    until = dt.datetime(years[-1] + 1, 1, 1, tzinfo=zone)
    here = Q(record__isnull=True) | Q(record__source__isnull=True)
    rows = Deliberation.objects.filter(
        here, host__path__startswith=known.committee.path, starts_at__gte=since, starts_at__lt=until
    ).values_list("starts_at", "host_id", "title")
    known.held = {(timezone.localdate(starts_at), host_id, title) for starts_at, host_id, title in rows}


def _read_outcomes(known: Known) -> None:
    for one in Outcome.objects.filter(source__startswith=known.prefix):
        event, _slash, key = (one.source or "").rpartition("/")
        if one.withdrawn_at is None:
            known.outcomes_of.setdefault(event, {})[key] = one.pk
        known.outcomes[one.source or ""] = KnownOutcome(
            one.pk,
            (
                one.kind,
                one.level,
                one.words,
                one.item,
                one.amount,
                one.amount_of,
                one.date,
                one.document_number,
                one.reference,
            ),
            one.withdrawn_at is not None,
        )


def _read_submissions(known: Known) -> None:
    for one in Submission.objects.filter(body=known.committee):
        if one.source and one.source.startswith(known.prefix):
            known.submissions[one.source] = KnownSubmission(
                one.pk,
                (one.number, one.sponsor_kind, one.title, one.sponsor, one.filed, one.state),
                one.withdrawn_at is not None,
            )
        elif one.withdrawn_at is None and one.number:
            known.numbers.add(one.number)
