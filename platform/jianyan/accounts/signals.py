"""What the accounts tell the rest of the process."""

from __future__ import annotations

from django.db import transaction
from django.dispatch import Signal

standing_changed = Signal()
"""Somebody may no longer be who their open connections say: signed out, a new password, deactivated, another role.

Sent after the commit, with `user_id: int` and `session_key: str | None`; None means all sessions of the user.
"""


def announce_standing(user_id: int, session_key: str | None = None) -> None:
    """Send `standing_changed` once the surrounding transaction has committed; never, if it is rolled back."""

    def tell() -> None:
        standing_changed.send(sender=None, user_id=user_id, session_key=session_key)

    # robust: the change is committed by then, and a failing listener must not look like a failed change.
    transaction.on_commit(tell, robust=True)
