"""Reminding bodies of what they have to answer, before and after it is due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from ..enums import Move
from ..models import Referral, ReferralStep, Reminder
from ..referral_states import OPEN
from .referral_opening import open_referral

_SET_A_DATE = (Move.ISSUE, Move.READDRESS, Move.EXTEND, Move.REOPEN)


def send_reminders(*, at: dt.datetime | None = None) -> int:
    """Remind of every open referral for which a day of its channel has come; how many. Any number of processes may.

    Of several days that were missed, only the latest is reminded of; of days before the date was set, none.
    """
    at = at or timezone.now()
    today = timezone.localdate(at)
    reminded = set(
        Reminder.objects.filter(referral__state__in=OPEN).values_list("referral_id", "round", "due", "days")
    )
    opened = Referral.objects.filter(state__in=OPEN).order_by("id")
    rows = opened.values_list("id", "round", "due", "deliberation__channel__reminder_days")
    set_at = _dates_set(ReferralStep.objects.filter(referral__state__in=OPEN))
    # Most have nothing to be reminded of: they are not locked.
    pressing = [
        pk
        for pk, number, due, days in rows
        if (day := _day_reached(due, days, set_at.get(pk), today)) is not None
        and (pk, number, due, day) not in reminded
    ]
    return sum(_remind(pk, at) for pk in pressing)


def _dates_set(steps: QuerySet[ReferralStep]) -> dict[int, dt.datetime]:
    """Referral id → when its due date was last set, as these steps say."""
    setting = steps.filter(move__in=_SET_A_DATE, undone_at=None).order_by()
    return dict(setting.values("referral_id").annotate(last=Max("at")).values_list("referral_id", "last"))


def _day_reached(due: dt.date, days: Iterable[int], set_at: dt.datetime | None, today: dt.date) -> int | None:
    """The latest of the channel's days that has come, as days after the due date; None where that was set since."""
    reached = max((day for day in days if day <= (today - due).days), default=None)
    if reached is None or set_at is None:
        return reached
    return reached if due + dt.timedelta(days=reached) > timezone.localdate(set_at) else None


@transaction.atomic
def _remind(referral_id: int, at: dt.datetime) -> bool:
    opened = open_referral(referral_id, Move.REMIND, by=None, at=at)
    referral = opened.referral
    # Asked again under the lock: another process may have been faster, or the department.
    days = referral.deliberation.channel.reminder_days
    set_at = _dates_set(referral.steps.all()).get(referral.pk)
    day = _day_reached(referral.due, days, set_at, opened.on)
    if opened.standing.state not in OPEN or day is None:
        return False
    _reminder, made = Reminder.objects.get_or_create(
        referral=referral, round=referral.round, due=referral.due, days=day, defaults={"at": at}
    )
    if made:
        opened.step(Move.REMIND, public={"days": day})
    return made
