"""How much may be asked over HTTP, per person and per address, counted in the cache that all processes share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from time import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from consultations.errors import RateLimited

WINDOW = 10
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Limit:
    """Requests of one kind in one window. A whole hall may sit behind one address."""

    kind: str
    per_user: int
    per_address: int


READING = Limit("read", per_user=60, per_address=6_000)
VOTING = Limit("vote", per_user=100, per_address=5_000)
WRITING = Limit("write", per_user=15, per_address=1_000)


def require_pace(request: HttpRequest, limit: Limit) -> None:
    """Raises RateLimited when this person or this address asks too much."""
    counted = [(f"address:{client_address(request.META)}", limit.per_address)]
    if request.user.is_authenticated:
        counted.append((f"user:{request.user.pk}", limit.per_user))
    for who, most in counted:
        if _count(f"pace:{limit.kind}:{who}:{int(time()) // WINDOW}") > most:
            raise RateLimited


def client_address(meta: Mapping[str, Any]) -> str:
    """The address that the outermost of our own proxies saw; what a client writes itself does not count."""
    proxies: int = settings.TRUSTED_PROXY_COUNT
    forwarded = [part.strip() for part in str(meta.get("HTTP_X_FORWARDED_FOR", "")).split(",")]
    if 0 < proxies <= len(forwarded):
        return forwarded[-proxies]
    return str(meta.get("REMOTE_ADDR", ""))


def _count(key: str) -> int:
    try:
        cache.add(key, 0, 2 * WINDOW)
        return cache.incr(key)
    except ValueError:
        # Evicted between the two.
        return 1
