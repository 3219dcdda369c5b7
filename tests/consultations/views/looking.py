"""Opening a page at an instant, and reading what it says."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import time_machine
from django.test import Client

from jianyan.accounts.models import User
from tests.consultations.factories import MINUTE, NOON

LATER = NOON + 10 * MINUTE


def look(path: str, user: User | None = None, *, at: dt.datetime = LATER, **query: str) -> Any:
    """The answer to whoever opens that address at that instant."""
    client = Client()
    if user is not None:
        client.force_login(user)
    with time_machine.travel(at, tick=False):
        return client.get(path, query)


def text_of(answer: Any) -> str:
    """What a reader sees of it, in one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))
