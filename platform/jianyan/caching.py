"""The cache that all processes share, in Redis; while that does not answer, one of this process' own."""

from __future__ import annotations

from time import monotonic
from typing import Any, ClassVar

import structlog
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

AWAY = 5.0
"""Seconds for which a Redis that did not answer is not asked again: nobody's page waits for it twice."""


class RedisOrMemory(BaseCache):
    """Counts of attempts and of pace are all that is kept here: better by process than not at all, or no answer."""

    # One per process, as Django makes one cache object per thread.
    _away_until: ClassVar[float] = 0.0

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._redis = RedisCache(server, dict(params))
        self._memory = LocMemCache("without-redis", dict(params))

    def _do(self, operation: str, *arguments: Any, **options: Any) -> Any:
        if monotonic() >= RedisOrMemory._away_until:
            try:
                return getattr(self._redis, operation)(*arguments, **options)
            except (RedisError, OSError) as error:
                RedisOrMemory._away_until = monotonic() + AWAY
                log.warning("Redis does not answer; counting in this process", error=repr(error))
        return getattr(self._memory, operation)(*arguments, **options)

    def add(self, *arguments: Any, **options: Any) -> bool:
        """As BaseCache has it; so are the others."""
        return bool(self._do("add", *arguments, **options))

    def get(self, *arguments: Any, **options: Any) -> Any:
        """The value, or the default."""
        return self._do("get", *arguments, **options)

    def set(self, *arguments: Any, **options: Any) -> None:
        """Keep it."""
        self._do("set", *arguments, **options)

    def touch(self, *arguments: Any, **options: Any) -> bool:
        """Keep it for longer."""
        return bool(self._do("touch", *arguments, **options))

    def delete(self, *arguments: Any, **options: Any) -> bool:
        """Forget it."""
        return bool(self._do("delete", *arguments, **options))

    def incr(self, *arguments: Any, **options: Any) -> int:
        """Count; ValueError where there is no such key."""
        return int(self._do("incr", *arguments, **options))

    def clear(self) -> None:
        """Forget everything."""
        self._do("clear")
