"""What counts how many points: a body's rules for a year, each change a version of its own, and corrections by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from django.db import transaction

from jianyan.accounts.roles import Actor

from .. import keeping, points, rules
from ..errors import BadForm, ChangedMeanwhile, OwnRecord, PointsOff, TooLong, UnknownRecord
from ..models import PointCorrection, PointRules
from ..queries.member_record import rules_in_force
from ..queries.member_records import member_of
from ..text import clean
from .record_freezing import lock_year, require_open

LONGEST_REASON = 300


@transaction.atomic
def decide_point_rules(
    *,
    body_id: int,
    year: int,
    on: bool,
    rules_of_points: Sequence[points.Rule],
    seen: int,
    by: Actor,
    at: dt.datetime,
) -> PointRules:
    """Set the rules of a year, and whether points are counted by them; `seen` is the version that was looked at.

    Raises UnknownRecord, NotAllowed, YearFrozen, ChangedMeanwhile, BadForm.
    """
    body = lock_year(body_id, year)
    rules.require(keeping.may_keep(by, body.lineage))
    require_open(body, year)
    version = rules_in_force(body, year).version
    if version != seen:
        raise ChangedMeanwhile
    try:
        points.check(rules_of_points)
    except points.BadRules as fault:
        raise BadForm(detail=str(fault)) from fault
    return PointRules.objects.create(
        body=body,
        year=year,
        version=version + 1,
        on=on,
        rules=points.rules_content(rules_of_points),
        decided_at=at,
        decided_by_id=by.user_id,
    )


@transaction.atomic
def correct_points(
    *, body_id: int, user_id: int, year: int, amount: Decimal, reason: str, by: Actor, at: dt.datetime
) -> PointCorrection:
    """Add points to a member's year, or take some; `reason` is shown to the member.

    Raises UnknownRecord, NotAllowed, OwnRecord, YearFrozen, PointsOff, BadForm, Empty, TooLong, BadCharacters.
    """
    body = lock_year(body_id, year)
    rules.require(keeping.may_keep(by, body.lineage))
    if user_id == by.user_id:
        raise OwnRecord
    require_open(body, year)
    if not rules_in_force(body, year).on:
        raise PointsOff
    if member_of(body, year, user_id) is None:
        raise UnknownRecord
    if not amount or abs(amount) > points.MOST_POINTS or amount % points.TENTH:
        raise BadForm(detail=points.amount_fault())
    reason = clean(reason)
    if len(reason) > LONGEST_REASON:
        raise TooLong(length=len(reason), limit=LONGEST_REASON)
    return PointCorrection.objects.create(
        body=body, user_id=user_id, year=year, points=amount, reason=reason, at=at, by_id=by.user_id
    )


@transaction.atomic
def withdraw_correction(*, correction_id: int, by: Actor, at: dt.datetime) -> PointCorrection:
    """Take a correction back; doing it again changes nothing.

    Raises UnknownRecord, NotAllowed, OwnRecord, YearFrozen.
    """
    of = PointCorrection.objects.filter(pk=correction_id).values_list("body_id", "year").first()
    if of is None:
        raise UnknownRecord
    body = lock_year(*of)
    rules.require(keeping.may_keep(by, body.lineage))
    correction = PointCorrection.objects.get(pk=correction_id)
    if correction.user_id == by.user_id:
        raise OwnRecord
    require_open(body, correction.year)
    if correction.withdrawn_at is None:
        correction.withdrawn_at, correction.withdrawn_by_id = at, by.user_id
        correction.save(update_fields=["withdrawn_at", "withdrawn_by"])
    return correction
