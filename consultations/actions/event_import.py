"""Events, outcomes and proposals from a file: all that can be taken of it, in one transaction, as it was looked at."""

from __future__ import annotations

import datetime as dt

import structlog
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from jianyan.accounts.models import Body
from jianyan.accounts.roles import Actor

from .. import rules
from ..errors import ListChanged, UnknownBody
from ..importing.deciding import plan_of
from ..importing.known import Known, known_to
from ..importing.plan import Plan
from ..importing.reading import read_events
from ..importing.rows import Rows
from ..keeping import may_keep
from .event_names import Choices, make_missing
from .event_writing import Writer

log = structlog.get_logger(__name__)


def look_at_events(*, content: bytes, body_id: int, by: Actor, at: dt.datetime) -> Plan:
    """What the file would do; nothing is written. Raises NotAList, UnknownBody, NotAllowed."""
    committee = _committee(Body.objects.all(), body_id, by)
    _known, plan = _plan(content, committee, at)
    return plan


@transaction.atomic
def import_events(
    *, content: bytes, body_id: int, choices: Choices, seen: str, by: Actor, at: dt.datetime
) -> Plan:
    """Do all that the file would do, provided it is what was looked at: `seen` is the digest of that plan.

    Rows with a fault are left out. Raises NotAList, UnknownBody, NotAllowed, ListChanged, and BadForm for a name that
    nobody has and for which nobody was chosen.
    """
    # Two files at once come one after the other.
    committee = _committee(Body.objects.select_for_update(no_key=True), body_id, by)
    known, plan = _plan(content, committee, at)
    if plan.digest != seen:
        raise ListChanged
    made = make_missing(plan, choices, known)
    Writer(known, made, by, at).write(plan)
    log.info(
        "events imported",
        body_id=committee.pk,
        user_id=by.user_id,
        written=plan.writes,
        left_out=len(plan.faults),
    )
    return plan


def _committee(bodies: QuerySet[Body], body_id: int, by: Actor) -> Body:
    committee = bodies.filter(pk=body_id).first()
    if committee is None:
        raise UnknownBody
    rules.require(may_keep(by, committee.lineage))
    return committee


def _plan(content: bytes, committee: Body, at: dt.datetime) -> tuple[Known, Plan]:
    rows = read_events(content, latest=timezone.localdate(at))
    known = known_to(committee, _years(rows))
    return known, plan_of(rows, known)


def _years(rows: Rows) -> set[int]:
    return {event.date.year for event in rows.events}
