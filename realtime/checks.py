"""What the sockets rest on, asked when the site starts."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.core import checks


def register() -> None:
    """Have `check` ask it."""
    checks.register(sessions_are_in_the_database)


def sessions_are_in_the_database(**_asked: Any) -> list[checks.CheckMessage]:
    """Each flush looks in the database whether the voters still are signed in."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    if issubclass(store, SessionStore):
        return []
    return [
        checks.Error(
            "SESSION_ENGINE must keep sessions in the database: sockets ask there who is signed in.",
            hint="Use django.contrib.sessions.backends.db or cached_db.",
            id="realtime.E001",
        )
    ]
