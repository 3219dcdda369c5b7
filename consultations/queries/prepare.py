"""What whoever prepares deliberations needs to see: those there are, where new ones may be held, and copies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Max, Prefetch, QuerySet
from django.utils import timezone

from jianyan.accounts.enums import BodyKind
from jianyan.accounts.models import Body
from jianyan.accounts.roles import Actor

from .. import rules
from ..enums import Phase
from ..models import Channel, Deliberation, Summary, Topic
from .workload import hosted_by

KEPT = 100
"""Deliberations listed, latest first."""


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A topic in the list; `editable` until it opens."""

    id: int
    title: str
    phase: str
    phase_name: str
    opens_at: dt.datetime
    editable: bool


class NextStep(StrEnum):
    """What a deliberation waits for."""

    ANNOUNCE = "announce"
    STEER = "steer"
    FREEZE = "freeze"
    EDIT = "edit"
    SIGN = "sign"


@dataclass(frozen=True, slots=True)
class PreparationRow:
    """A deliberation in the list; `draft` as long as one of its topics is not announced.

    `next_step` is None where nothing is to be done, or not by this reader; `place` is the id of what it is done to:
    deliberation (announce, freeze), topic (steer) or summary (edit, sign).
    """

    id: int
    title: str
    channel: str
    host: str
    starts_at: dt.datetime
    topics: tuple[TopicRow, ...]
    draft: bool
    editable: bool
    next_step: NextStep | None
    place: int | None


def preparations(actor: Actor, *, at: dt.datetime) -> tuple[PreparationRow, ...]:
    """What this person may prepare, latest first: four queries."""
    rows = (
        Deliberation.objects.filter(hosted_by(actor, through="host__path"))
        .select_related("host", "channel")
        .prefetch_related("topics", Prefetch("summaries", Summary.objects.defer("snapshot", "content")))
        .order_by("-starts_at", "-id")[:KEPT]
    )
    return tuple(_row(row, actor, at) for row in rows)


def load_deliberation(deliberation_id: int) -> Deliberation | None:
    """The deliberation with host, channel, topics and their themes: three queries."""
    return (
        Deliberation.objects.select_related("host", "channel")
        .prefetch_related("topics__themes")
        .filter(pk=deliberation_id)
        .first()
    )


def hosts_for(actor: Actor) -> QuerySet[Body]:
    """Bodies in which this person may hold a deliberation, a body before those below it. Departments answer, they do not host."""
    return (
        Body.objects.filter(hosted_by(actor, through="path"))
        .exclude(kind=BodyKind.DEPARTMENT)
        .order_by("path", "position")
    )


def channels() -> tuple[Channel, ...]:
    """All forms of consultation, in their order."""
    return tuple(Channel.objects.all())


def channel(channel_id: int) -> Channel | None:
    """The channel of that id."""
    return Channel.objects.filter(pk=channel_id).first()


def next_number(channel_id: int, year: int) -> int:
    """The first number after all that the channel's series of the year has used."""
    used = Deliberation.objects.filter(channel_id=channel_id, year=year).aggregate(last=Max("number"))["last"]
    return (used or 0) + 1


def number_taken(channel_id: int, year: int, number: int, *, but: int | None) -> bool:
    """Whether another deliberation than `but` has that number."""
    return (
        Deliberation.objects.filter(channel_id=channel_id, year=year, number=number)
        .exclude(pk=but or 0)
        .exists()
    )


def editable_topics(topics: Iterable[Topic], at: dt.datetime) -> list[Topic]:
    """Those that have not opened."""
    return [topic for topic in topics if rules.phase(topic, at) in (Phase.DRAFT, Phase.ANNOUNCED)]


def weeks_until_ahead(starts_at: dt.datetime, at: dt.datetime) -> dt.timedelta:
    """Whole weeks by which a copy is moved, so that it starts on the same weekday at least a day from now."""
    weeks = max(0, -(-(at + dt.timedelta(days=1) - starts_at) // dt.timedelta(weeks=1)))
    moved = starts_at + dt.timedelta(weeks=weeks)
    # The clock on the wall counts, also where summer time lies between.
    zone = timezone.get_current_timezone()
    drift = starts_at.astimezone(zone).utcoffset() or dt.timedelta()
    return dt.timedelta(weeks=weeks) + (drift - (moved.astimezone(zone).utcoffset() or dt.timedelta()))


def _row(deliberation: Deliberation, actor: Actor, at: dt.datetime) -> PreparationRow:
    topics = tuple(
        TopicRow(
            id=topic.pk,
            title=topic.title,
            phase=rules.phase(topic, at).value,
            phase_name=str(rules.phase(topic, at).label),
            opens_at=topic.opens_at,
            editable=rules.phase(topic, at) in (Phase.DRAFT, Phase.ANNOUNCED),
        )
        for topic in deliberation.topics.all()
    )
    step, place = _next_step(deliberation, topics, actor) or (None, None)
    return PreparationRow(
        id=deliberation.pk,
        title=deliberation.title,
        channel=deliberation.channel.name,
        host=str(deliberation.host),
        starts_at=deliberation.starts_at,
        topics=topics,
        draft=any(topic.phase == Phase.DRAFT for topic in topics),
        editable=any(topic.editable for topic in topics),
        next_step=step,
        place=place,
    )


def _next_step(
    deliberation: Deliberation, topics: tuple[TopicRow, ...], actor: Actor
) -> tuple[NextStep, int] | None:
    if any(topic.phase == Phase.DRAFT for topic in topics):
        return NextStep.ANNOUNCE, deliberation.pk
    live = [topic.id for topic in topics if topic.phase == Phase.OPEN]
    if live:
        return NextStep.STEER, live[0]
    if rules.may_summarise(actor, deliberation) is not None:
        return None
    summaries = list(deliberation.summaries.all())
    for summary in summaries:
        if rules.may_edit_summary(actor, summary) is None:
            return NextStep.EDIT, summary.pk
        if rules.may_sign_summary(actor, summary) is None:
            return NextStep.SIGN, summary.pk
    if summaries and all(summary.thawed_at is None for summary in summaries):
        return None
    if topics and all(topic.phase == Phase.CLOSED for topic in topics):
        return NextStep.FREEZE, deliberation.pk
    return None
