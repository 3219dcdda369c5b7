"""How much may be asked over HTTP, per person and per address, counted in the cache that all processes share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from time import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from .errors import RateLimited

WINDOW = 10
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Limit:
    """Requests of one kind in one window of so many seconds. A whole hall may sit behind one address."""

    kind: str
    per_user: int
    per_address: int
    window: int = WINDOW


def require_pace(request: HttpRequest, limit: Limit) -> None:
    """Count a request. Raises RateLimited when this person or this address asks too much."""
    counted = [(_key(limit, f"address:{client_address(request.META)}"), limit.per_address)]
    if request.user.is_authenticated:
        counted.append((_key(limit, f"user:{request.user.pk}"), limit.per_user))
    for key, most in counted:
        if _count(key, limit.window) > most:
            raise RateLimited


def require_pace_of_address(request: HttpRequest, limit: Limit) -> None:
    """The same without asking who it is: for what is the same for everybody, so that any cache may keep it."""
    if _count(_key(limit, f"address:{client_address(request.META)}"), limit.window) > limit.per_address:
        raise RateLimited


def is_spent(request: HttpRequest, limit: Limit) -> bool:
    """Whether this person, or the address of somebody not signed in, has used up the window; counts nothing."""
    if request.user.is_authenticated:
        who, most = f"user:{request.user.pk}", limit.per_user
    else:
        who, most = f"address:{client_address(request.META)}", limit.per_address
    spent: int = cache.get(_key(limit, who), 0)
    return spent >= most


def client_address(meta: Mapping[str, Any]) -> str:
    """The address that the outermost of our own proxies saw; what a client writes itself does not count."""
    proxies: int = settings.TRUSTED_PROXY_COUNT
    forwarded = [part.strip() for part in str(meta.get("HTTP_X_FORWARDED_FOR", "")).split(",")]
    if 0 < proxies <= len(forwarded):
        return forwarded[-proxies]
    return str(meta.get("REMOTE_ADDR", ""))


def _key(limit: Limit, who: str) -> str:
    return f"pace:{limit.kind}:{who}:{int(time()) // limit.window}"


def _count(key: str, window: int) -> int:
    try:
        cache.add(key, 0, 2 * window)
        return cache.incr(key)
    except ValueError:
        # Evicted between the two.
        return 1
