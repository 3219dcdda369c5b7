"""Guests without an account: a secretary puts them on the list of a deliberation by name and unit."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from jianyan.accounts.roles import Actor
from jianyan.accounts.roster.answers import RowRefused
from jianyan.accounts.roster.cells import BLANKS, clean_name, plain

from .. import rules
from ..enums import Mode, Presence
from ..errors import BadForm, UnknownPerson
from ..models import Attendance
from ..queries.attendance_plan import LONGEST_UNIT
from .attendance_rows import lock_deliberation, require_open

MODES = (Mode.ONLINE, Mode.OFFLINE)


@transaction.atomic
def add_guest(
    *, deliberation_id: int, name: str, unit: str, presence: str, mode: str, by: Actor
) -> Attendance:
    """Put a guest on the list, or note the one of that name and unit who is or was on it.

    Raises UnknownDeliberation, NotAllowed, Frozen, BadForm.
    """
    deliberation = lock_deliberation(deliberation_id)
    rules.require(rules.may_summarise(by, deliberation))
    if presence not in Presence.values or mode not in MODES:
        raise BadForm(detail=_("how the person took part"))
    try:
        called = clean_name(name).value
    except RowRefused as refusal:
        raise BadForm(detail=refusal.reason.text) from refusal
    of = BLANKS.sub(" ", plain(unit))
    if len(of) > LONGEST_UNIT:
        raise BadForm(
            detail=_("the unit of a guest has at most %(limit)s characters.") % {"limit": LONGEST_UNIT}
        )
    require_open(deliberation)
    row, _made = Attendance.objects.get_or_create(
        deliberation=deliberation, user=None, guest_name=called, guest_unit=of
    )
    row.presence, row.mode, row.corrected_by_id = presence, mode, by.user_id
    row.save()
    return row


@transaction.atomic
def correct_guest(
    *, deliberation_id: int, guest_id: int, presence: str | None = None, mode: str | None = None, by: Actor
) -> Attendance:
    """Set how a guest took part; with an empty `presence` they are off the list. None: that stays as it is.

    Raises UnknownDeliberation, NotAllowed, Frozen, UnknownPerson, BadForm.
    """
    deliberation = lock_deliberation(deliberation_id)
    rules.require(rules.may_summarise(by, deliberation))
    if presence not in {None, "", *Presence.values} or mode not in {None, *MODES}:
        raise BadForm(detail=_("how the person took part"))
    require_open(deliberation)
    row = deliberation.attendances.select_for_update().filter(pk=guest_id, user=None).first()
    if row is None:
        raise UnknownPerson
    if presence is not None:
        row.presence = presence
    if mode is not None:
        row.mode = mode
    row.corrected_by_id = by.user_id
    row.save()
    return row
