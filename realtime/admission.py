"""Who may open a socket: ours as origin, a session that holds, a topic that may be seen. Asked once, at connect."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from time import monotonic
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest, parse_cookie
from django.http.request import split_domain_port, validate_host
from django.utils.translation import get_language_from_request

from consultations import rules
from consultations.queries.state import load_topic, seat_in
from jianyan.accounts.first_password import SESSION_KEY as FIRST_PASSWORD
from jianyan.accounts.models import User
from jianyan.accounts.roles import Actor

from .standing import Standing, standing_of

Headers = Iterable[tuple[bytes, bytes]]

REMEMBERED = 1.0
"""Seconds."""
_DEFAULT_PORTS = {"http": "80", "https": "443"}


@dataclass(frozen=True, slots=True)
class Admission:
    """Somebody who may listen. `actor` and `standing` are None for those who are not signed in."""

    actor: Actor | None
    standing: Standing | None
    has_voice: bool


def headers_by_name(headers: Headers) -> dict[str, str]:
    """Headers of an ASGI scope; of a repeated one the last."""
    return {name.decode("latin1").lower(): value.decode("latin1") for name, value in headers}


def is_ours(headers: Mapping[str, str]) -> bool:
    """Whether the page that opens the socket is one of this site. A missing Origin is not.

    Browsers send cookies along with any page's WebSocket, so this is what stands for the CSRF token.
    """
    origin = headers.get("origin", "")
    scheme, _, site = origin.partition("://")
    if scheme not in _DEFAULT_PORTS or not site:
        return False
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    # Where cookies travel over https alone, a page that came over http is not to be trusted with them.
    if settings.SESSION_COOKIE_SECURE and scheme != "https":
        return False
    domain, port = split_domain_port(headers.get("host", ""))
    theirs, their_port = split_domain_port(site)
    if not domain or not validate_host(domain, settings.ALLOWED_HOSTS):
        return False
    default = _DEFAULT_PORTS[scheme]
    return (theirs, their_port or default) == (domain, port or default)


def session_key_in(headers: Mapping[str, str]) -> str | None:
    """The key of the session cookie, if there is one."""
    return parse_cookie(headers.get("cookie", "")).get(settings.SESSION_COOKIE_NAME) or None


def language_of(headers: Mapping[str, str]) -> str:
    """The language of the language cookie, else of Accept-Language, else the site's."""
    request = HttpRequest()
    request.COOKIES = parse_cookie(headers.get("cookie", ""))
    request.META["HTTP_ACCEPT_LANGUAGE"] = headers.get("accept-language", "")
    return get_language_from_request(request)


class Door:
    """Lets people in; used by one thread. A topic that was just loaded serves whoever comes in the same second."""

    def __init__(self) -> None:
        self._topics: dict[int, tuple[float, Any]] = {}

    def admit(self, *, topic_id: int, session_key: str | None, at: dt.datetime) -> Admission:
        """Who this is in the topic. Raises UnknownTopic, NotSignedIn where that would help, NotAllowed."""
        user = _signed_in(session_key) if session_key is not None else None
        taken = seat_in(self._topic(topic_id), user, at=at)
        rules.require(taken.verdict)
        if user is None or session_key is None:
            return Admission(None, None, has_voice=False)
        standing = standing_of(session_key, user.pk, user.password)
        return Admission(taken.actor, standing, has_voice=taken.has_voice)

    def _topic(self, topic_id: int) -> Any:
        now = monotonic()
        loaded, topic = self._topics.get(topic_id, (0.0, None))
        if topic is None or now - loaded > REMEMBERED:
            topic = load_topic(topic_id)
            self._topics = {key: kept for key, kept in self._topics.items() if now - kept[0] <= REMEMBERED}
            self._topics[topic_id] = (now, topic)
        return topic


def _signed_in(session_key: str) -> User | None:
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    if request.session.get(FIRST_PASSWORD):
        # Somebody else knows the password: until it is changed nobody speaks with it.
        return None
    user = get_user(request)
    return user if isinstance(user, User) and user.is_active else None
