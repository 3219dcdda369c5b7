"""Signing simulated members in: sessions made in the site's own database, without the login form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from jianyan.accounts.models import User

# Seconds; long enough for any demonstration, and over the next day.
SESSION_AGE = 24 * 3600


def cookie_for(user: User) -> str:
    """The Cookie header of a new session of that user."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.set_expiry(SESSION_AGE)
    store.create()
    return f"{settings.SESSION_COOKIE_NAME}={store.session_key}"


def headers_for(users: Iterable[User]) -> list[Mapping[str, str]]:
    """The request headers that sign each of them in, in their order."""
    return [{"Cookie": cookie_for(user)} for user in users]
