"""The list as a whole: corrected by a file, all of it or nothing; and who is named first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from jianyan.accounts.roles import Actor

from .. import rules
from ..errors import BadForm, ListChanged
from ..models import Attendance, Deliberation
from ..queries.attendance_plan import HIGHEST_ORDER, Change, Plan, Register, Row, Standing, Unclear, plan_of
from ..queries.attending import Person, people_of, usual_mode
from .attendance_rows import lock_deliberation, require_open, set_presence

CHANGED = ("presence", "mode", "precedence", "corrected_by", "leave_asked_at", "leave_reason")
"""What may change of a row; when somebody has come is not in a file."""


@transaction.atomic
def correct_by_list(
    *, deliberation_id: int, rows: Sequence[Row], seen: str, by: Actor, at: dt.datetime
) -> Plan:
    """Do all that the rows change, provided it is what was looked at: `seen` is the digest of that plan.

    Raises UnknownDeliberation, NotAllowed, Frozen, and ListChanged where it is not, or where a row cannot be taken.
    """
    deliberation = _lock_list(deliberation_id, by)
    plan = plan_of(rows, people_of(deliberation, at=at), usual=usual_mode(deliberation))
    if plan.faults or plan.digest != seen:
        raise ListChanged
    _write(deliberation, plan.changes, by)
    return plan


@transaction.atomic
def set_leaders(*, deliberation_id: int, names: Sequence[str], by: Actor, at: dt.datetime) -> None:
    """Have these people named first, in this order; without any, the chairs of the host are.

    A name is told from the same one by a blank and the unit, or the last digits of the phone.
    Raises UnknownDeliberation, NotAllowed, Frozen, BadForm.
    """
    deliberation = _lock_list(deliberation_id, by)
    people = people_of(deliberation, at=at)
    if len(names) > HIGHEST_ORDER:
        raise BadForm(detail=_("at most %(limit)s people") % {"limit": HIGHEST_ORDER})
    register = Register(people)
    leaders = list(dict.fromkeys(_leader(name, register) for name in names))
    places = {(person.user_id, person.row_id): place for place, person in enumerate(leaders, start=1)}
    moved = [
        Change(
            line=0,
            name=person.name,
            unit=person.unit,
            was=Standing(person.presence, person.mode, person.precedence),
            becomes=Standing(person.presence, person.mode, place),
            user_id=person.user_id,
            row_id=person.row_id,
        )
        for person in people
        if (place := places.get((person.user_id, person.row_id))) != person.precedence
    ]
    _write(deliberation, moved, by)


def _leader(name: str, register: Register) -> Person:
    called, _blank, unit = name.partition(" ")
    try:
        person = register.meant(name) or register.meant(called, unit)
    except Unclear as unclear:
        raise BadForm(detail=str(unclear)) from unclear
    if person is None or person.is_gone:
        raise BadForm(detail=_("nobody on this list is called “%(name)s”") % {"name": name[:40]})
    return person


def _lock_list(deliberation_id: int, by: Actor) -> Deliberation:
    deliberation = lock_deliberation(deliberation_id)
    rules.require(rules.may_summarise(by, deliberation))
    require_open(deliberation)
    # In the order in which those who come are noted.
    list(deliberation.attendances.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    return deliberation


def _write(deliberation: Deliberation, changes: Sequence[Change], by: Actor) -> None:
    """Those who are not listed yet are, then every row becomes what its change says."""
    usual = usual_mode(deliberation)
    unlisted = [change for change in changes if change.row_id is None]
    Attendance.objects.bulk_create(
        [
            Attendance(deliberation=deliberation, user_id=change.user_id, mode=usual)
            for change in unlisted
            if change.user_id is not None
        ],
        # A phone may be checking somebody in at this moment.
        ignore_conflicts=True,
    )
    rows = list(deliberation.attendances.select_for_update(no_key=True).order_by("pk"))
    by_user = {row.user_id: row for row in rows if row.user_id is not None}
    by_guest = {row.pk: row for row in rows if row.user_id is None}
    users, known_guests, new_guests = [], [], []
    for change in changes:
        if change.user_id is not None:
            users.append(_become(by_user[change.user_id], change, by))
        elif change.row_id is not None:
            known_guests.append(_become(by_guest[change.row_id], change, by))
        else:
            row = Attendance(deliberation=deliberation, guest_name=change.name, guest_unit=change.unit)
            new_guests.append(_become(row, change, by))
    Attendance.objects.bulk_create(new_guests)
    Attendance.objects.bulk_update(known_guests, CHANGED)
    # bulk_update would take seconds for some hundred people, and everybody else would wait for them.
    for row in users:
        row.pk = None
    Attendance.objects.bulk_create(
        users, update_conflicts=True, unique_fields=["deliberation", "user"], update_fields=CHANGED
    )


def _become(row: Attendance, change: Change, by: Actor) -> Attendance:
    """What the change leaves alone stays as the row has it now."""
    presence, mode, order = change.becomes
    if change.was is None or change.was[:2] != (presence, mode):
        set_presence(row, presence)
        row.mode, row.corrected_by_id = mode, by.user_id
    row.precedence = order
    return row
