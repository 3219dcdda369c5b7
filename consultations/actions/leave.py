"""Leave 请假: members say themselves, before the beginning, that they cannot take part."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from jianyan.accounts.roles import Actor

from .. import rules
from ..enums import Phase, Presence
from ..errors import BadForm
from ..models import Attendance, Deliberation
from ..text import clean, measure
from .attendance_rows import lock_deliberation, lock_row, require_open

LONGEST_REASON = 200
"""Characters."""


@transaction.atomic
def ask_leave(*, deliberation_id: int, reason: str, by: Actor, at: dt.datetime) -> Attendance:
    """Note that somebody will be away, and why; another reason takes the place of the first one.

    Whoever comes after all is noted as having come. Raises UnknownDeliberation, Frozen, BadForm and what
    `rules.may_see_deliberation` and `rules.may_ask_leave` answer.
    """
    deliberation = _awaited(deliberation_id, by, at)
    text = " ".join(clean(reason).split())
    if measure(text) > LONGEST_REASON or len(text) > LONGEST_REASON:
        raise BadForm(detail=_("at most %(limit)s characters for the reason") % {"limit": LONGEST_REASON})
    row = lock_row(deliberation, by.user_id)
    row.presence, row.leave_asked_at, row.leave_reason = Presence.ON_LEAVE, at, text
    row.save(update_fields=["presence", "leave_asked_at", "leave_reason"])
    return row


@transaction.atomic
def take_back_leave(*, deliberation_id: int, by: Actor, at: dt.datetime) -> None:
    """Forget that somebody has asked for leave; without effect where they have not. Raises as `ask_leave` does."""
    deliberation = _awaited(deliberation_id, by, at)
    own = deliberation.attendances.filter(
        user_id=by.user_id, presence=Presence.ON_LEAVE, leave_asked_at__isnull=False
    )
    own.update(presence="", leave_asked_at=None, leave_reason="")


def _awaited(deliberation_id: int, by: Actor, at: dt.datetime) -> Deliberation:
    deliberation = lock_deliberation(deliberation_id)
    row = deliberation.attendances.select_for_update().filter(user_id=by.user_id).first()
    announced = any(rules.phase(topic, at) is not Phase.DRAFT for topic in deliberation.topics.all())
    rules.require(rules.may_see_deliberation(by, deliberation, announced=announced, invited=row is not None))
    rules.require(
        rules.may_ask_leave(
            by, deliberation, at, listed=row is not None, noted=row is not None and row.is_noted
        )
    )
    require_open(deliberation)
    return deliberation
