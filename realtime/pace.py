"""How much one socket may ask for."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

Clock = Callable[[], float]


class Bucket:
    """Tokens that come back with time: `burst` at once, `rate` per second for ever."""

    __slots__ = ("_clock", "_rate", "_seen", "_size", "_tokens")

    def __init__(self, *, rate: float, burst: float, clock: Clock = monotonic) -> None:
        self._rate = rate
        self._size = burst
        self._tokens = burst
        self._clock = clock
        self._seen = clock()

    def take(self, tokens: float = 1) -> bool:
        """Take so many, if they are there."""
        now = self._clock()
        self._tokens = min(self._size, self._tokens + (now - self._seen) * self._rate)
        self._seen = now
        if self._tokens < tokens:
            return False
        self._tokens -= tokens
        return True
