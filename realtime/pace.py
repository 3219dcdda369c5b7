"""How much one socket may ask for, and how often something dear may be done."""

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


class Sparing:
    """For something that need not be fresh: done again only when it has rested long for its length.

    `share`: of the time that may be spent on it.
    """

    __slots__ = ("_again", "_begun", "_clock", "_share")

    def __init__(self, *, share: float, clock: Clock = monotonic) -> None:
        self._share = share
        self._clock = clock
        self._begun = 0.0
        self._again = clock()

    def may_begin(self) -> bool:
        """Whether it may be done now; if so, it has begun."""
        self._begun = self._clock()
        return self._begun >= self._again

    def done(self) -> None:
        """It has been done."""
        now = self._clock()
        self._again = now + (now - self._begun) / self._share
