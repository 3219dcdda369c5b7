"""Events that took place outside the platform, or partly: entered by hand, corrected, taken out and put back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import structlog
from django.db import transaction
from django.utils import timezone

from jianyan.accounts.models import Body
from jianyan.accounts.roles import Actor

from .. import rules
from ..errors import ChangedMeanwhile, DateAhead, HasTopics, UnknownBody, UnknownDeliberation, UnknownEvent
from ..event_days import at_hours, whole_day
from ..keeping import may_keep
from ..models import Deliberation, EventRecord
from ..queries.events import counted_as
from ..queries.joining import free_record_codes

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What was counted on paper. `counts_as` are ids of categories; none: as its channel's events do."""

    co_hosts: tuple[int, ...] = ()
    counts_as: tuple[int, ...] = ()
    attendance: int = 0
    statements: int = 0
    accepted: int = 0
    resolved: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPlan:
    """An event as it was. Both hours, or neither: then only the day is known."""

    channel_id: int
    host_id: int
    title: str
    day: dt.date
    begins: dt.time | None
    ends: dt.time | None
    mode: str
    place: str
    visibility: str
    counted: Counted


@transaction.atomic
def enter_event(*, plan: EventPlan, by: Actor, at: dt.datetime) -> EventRecord:
    """Record an event without topics. Raises UnknownBody, NotAllowed, DateAhead."""
    host = _host(plan.host_id, by)
    event = Deliberation(join_code=free_record_codes(1)[0])
    _place(event, plan, host, at)
    event.save()
    record = EventRecord(
        deliberation=event, dated_only=plan.begins is None, entered_by_id=by.user_id, entered_at=at
    )
    _count(record, plan.counted)
    log.info("event entered", deliberation_id=event.pk, user_id=by.user_id)
    return record


@transaction.atomic
def change_event(
    *, deliberation_id: int, plan: EventPlan, edition: int, by: Actor, at: dt.datetime
) -> EventRecord:
    """Correct an event without topics. `edition` is what was looked at.

    Raises UnknownDeliberation, NotAllowed, UnknownEvent, HasTopics, ChangedMeanwhile, UnknownBody, DateAhead.
    """
    event, record = _opened(deliberation_id, by, edition)
    if event.topics.exists():
        raise HasTopics
    _place(event, plan, _host(plan.host_id, by), at)
    event.save()
    record.dated_only = plan.begins is None
    record.edition += 1
    _count(record, plan.counted)
    log.info("event changed", deliberation_id=event.pk, user_id=by.user_id, edition=record.edition)
    return record


@transaction.atomic
def note_counts(
    *, deliberation_id: int, counted: Counted, edition: int, by: Actor, at: dt.datetime
) -> EventRecord:
    """Note what was counted in the room beside a deliberation that has topics. `edition` 0: nothing was noted yet.

    Raises UnknownDeliberation, NotAllowed, DateAhead, ChangedMeanwhile.
    """
    event = _locked(deliberation_id, by)
    _require_past(timezone.localdate(event.starts_at), at)
    record = EventRecord.objects.filter(deliberation=event).first()
    if (record.edition if record is not None else 0) != edition:
        raise ChangedMeanwhile
    if record is None:
        record = EventRecord(deliberation=event, entered_by_id=by.user_id, entered_at=at, edition=0)
    record.edition += 1
    _count(record, counted)
    log.info("event counted", deliberation_id=event.pk, user_id=by.user_id, edition=record.edition)
    return record


@transaction.atomic
def withdraw_event(*, deliberation_id: int, edition: int, by: Actor, at: dt.datetime) -> EventRecord:
    """It counts no more, and can be put back. Raises as `change_event`."""
    return _set_withdrawn(deliberation_id, edition, by, at)


@transaction.atomic
def put_back_event(*, deliberation_id: int, edition: int, by: Actor) -> EventRecord:
    """It counts again. Raises as `change_event`."""
    return _set_withdrawn(deliberation_id, edition, by, None)


def _set_withdrawn(deliberation_id: int, edition: int, by: Actor, at: dt.datetime | None) -> EventRecord:
    _event, record = _opened(deliberation_id, by, edition)
    record.withdrawn_at = at
    record.edition += 1
    record.save(update_fields=["withdrawn_at", "edition"])
    log.info(
        "event withdrawn" if at else "event put back", deliberation_id=deliberation_id, user_id=by.user_id
    )
    return record


def _locked(deliberation_id: int, by: Actor) -> Deliberation:
    event = (
        Deliberation.objects.select_for_update(of=("self",), no_key=True)
        .select_related("host", "channel")
        .filter(pk=deliberation_id)
        .first()
    )
    if event is None:
        raise UnknownDeliberation
    rules.require(may_keep(by, event.host.lineage))
    return event


def _opened(deliberation_id: int, by: Actor, edition: int) -> tuple[Deliberation, EventRecord]:
    event = _locked(deliberation_id, by)
    record = EventRecord.objects.filter(deliberation=event).first()
    if record is None:
        raise UnknownEvent
    if record.edition != edition:
        raise ChangedMeanwhile
    return event, record


def _host(host_id: int, by: Actor) -> Body:
    host = Body.objects.filter(pk=host_id).first()
    if host is None:
        raise UnknownBody
    rules.require(may_keep(by, host.lineage))
    return host


def _require_past(day: dt.date, at: dt.datetime) -> None:
    if day > timezone.localdate(at):
        raise DateAhead(date=day.isoformat())


def _place(event: Deliberation, plan: EventPlan, host: Body, at: dt.datetime) -> None:
    """Set, unsaved, what the plan says of the event itself."""
    _require_past(plan.day, at)
    if plan.begins is None or plan.ends is None:
        event.starts_at, event.ends_at = whole_day(plan.day)
    else:
        event.starts_at, event.ends_at = at_hours(plan.day, plan.begins, plan.ends)
    event.channel_id, event.host = plan.channel_id, host
    event.title, event.mode, event.place, event.visibility = (
        plan.title,
        plan.mode,
        plan.place,
        plan.visibility,
    )


def _count(record: EventRecord, counted: Counted) -> None:
    """Store the numbers, with whom it was held, and what it counts as where that is not what its channel says."""
    record.attendance, record.statements = counted.attendance, counted.statements
    record.accepted, record.resolved, record.note = counted.accepted, counted.resolved, counted.note
    record.save()
    record.co_hosts.set(counted.co_hosts)
    channel = record.deliberation.channel
    usual = set(channel.categories.values_list("pk", flat=True))
    wanted = set(counted.counts_as) or counted_as(channel)
    record.deliberation.categories.set(set() if wanted == usual else wanted)
