"""A timer for the next instant at which the clock alone changes a topic."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable

from django.utils import timezone

LONGEST_SLEEP = 60.0
"""Seconds. The wall clock may be set while we sleep by the monotonic one."""


class Boundary:
    """Calls `reach` when the wall clock has reached the instant that `set` was given last."""

    def __init__(self, reach: Callable[[], None]) -> None:
        self._reach = reach
        self._instant: dt.datetime | None = None
        self._timer: asyncio.TimerHandle | None = None

    def set(self, instant: dt.datetime | None) -> None:
        """Wait for that instant and no other; None: for none."""
        if instant != self._instant or self._timer is None:
            self.stop()
            self._instant = instant
            self._sleep()

    def stop(self) -> None:
        """Wait for nothing."""
        self._instant = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _sleep(self) -> None:
        self._timer = None
        if self._instant is None:
            return
        seconds = (self._instant - timezone.now()).total_seconds()
        if seconds <= 0:
            self._instant = None
            self._reach()
            return
        self._timer = asyncio.get_running_loop().call_later(min(seconds, LONGEST_SLEEP), self._sleep)
