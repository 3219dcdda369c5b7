"""Reminding bodies of what they have to answer, before and after it is due."""

from __future__ import annotations

import datetime as dt


def send_reminders(*, at: dt.datetime | None = None) -> int:
    """Remind of every open referral for which a day of its channel has come; how many. Any number of processes may.

    Of several days that were missed, only the latest is reminded of.
    """
    raise NotImplementedError
