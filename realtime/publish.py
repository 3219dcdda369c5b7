"""From the domain's events and the accounts' signal to this process's runtime, from whatever thread they come."""

from __future__ import annotations

from typing import Any

from consultations import events
from consultations.events import Event
from jianyan.accounts.signals import standing_changed

from .runtime import running


def connect() -> None:
    """Listen to everything that is committed in this process."""
    events.listen(tell)
    standing_changed.connect(tell_standing, dispatch_uid="realtime")


def tell(event: Event) -> None:
    """Pass an event on. A process without a runtime has no sockets; the others ask the database."""
    runtime = running()
    if runtime is not None:
        runtime.tell(event)


def tell_standing(user_id: int, session_key: str | None, **_signal: Any) -> None:
    """Pass on whose standing changed."""
    runtime = running()
    if runtime is not None:
        runtime.tell_standing(user_id, session_key)
