"""The rows of an attendance list, locked: everybody who changes one takes the deliberation first."""

from __future__ import annotations

from ..enums import Presence
from ..errors import Frozen, UnknownDeliberation
from ..models import Attendance, Deliberation
from ..queries.attending import usual_mode


def lock_deliberation(deliberation_id: int) -> Deliberation:
    """The deliberation with its host: two who set the same person's attendance come one after the other.

    Its key is left to others: whoever checks somebody in online refers to it, and would wait for us who wait for them.
    Raises UnknownDeliberation.
    """
    deliberation = (
        Deliberation.objects.select_for_update(of=("self",), no_key=True)
        .select_related("host")
        .filter(pk=deliberation_id)
        .first()
    )
    if deliberation is None:
        raise UnknownDeliberation
    return deliberation


def lock_row(deliberation: Deliberation, user_id: int) -> Attendance:
    """The person's row, made where there is none: their phone may be checking them in at this moment."""
    row, _made = Attendance.objects.select_for_update().get_or_create(
        deliberation=deliberation, user_id=user_id, defaults={"mode": usual_mode(deliberation)}
    )
    return row


def is_frozen(deliberation: Deliberation) -> bool:
    """Whether the list has gone into a summary."""
    return deliberation.topics.filter(frozen_at__isnull=False).exists()


def require_open(deliberation: Deliberation) -> None:
    """Raise Frozen once the list has gone into a summary."""
    if is_frozen(deliberation):
        raise Frozen


def set_presence(row: Attendance, presence: str) -> None:
    """Have the row say so, unsaved. Why somebody wanted to stay away is nobody's business once they are not on leave."""
    row.presence = presence
    if presence != Presence.ON_LEAVE:
        row.leave_asked_at, row.leave_reason = None, ""
