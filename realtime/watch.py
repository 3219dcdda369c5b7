"""Following a public topic without an account: a page and its state that are the same bytes for everybody.

Nothing here knows who asks. Both depend on their address and the topic alone, so that any cache before us may keep
them: no session, no cookie, no token, and the language is in the address.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import resolve, reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from consultations.errors import NotSignedIn, Refused, UnknownTopic
from consultations.queries.facts import PeopleFact, zulu
from consultations.queries.state import people_counts
from consultations.queries.steps import last_step_at
from consultations.queries.topic_page import ORDERS, topic_page
from consultations.views.topic_strings import strings

from . import looks
from .editions import Edition, Editions, Variant, edition
from .protocol import Welcome, encode, refusal

CACHING = "public, max-age=1, stale-while-revalidate=5"

CLOCK = "X-Server-Time"
"""A header of every answer, since not every server sends Date: when it was given, in UTC with milliseconds."""

editions = Editions()
"""Of this process."""

ADDRESS = re.compile(r"/topics/[0-9]+/watch(?:/state)?")


class WatchMiddleware:
    """Answers for the two addresses before anything looks for a session; other requests pass."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """What would change something goes the long way, on which tokens are asked for."""
        if request.method not in {"GET", "HEAD"} or ADDRESS.fullmatch(request.path_info) is None:
            return self.get_response(request)
        # A host that is not ours is refused here, as everywhere.
        request.get_host()
        request.resolver_match = resolve(request.path_info)
        answer: HttpResponseBase = request.resolver_match.func(request, **request.resolver_match.kwargs)
        return answer


@dataclass(frozen=True, slots=True)
class Form:
    """What of the page its address decides; anything else in an address is not looked at."""

    topic_id: int
    language: str
    order: str
    size: str

    @classmethod
    def of(cls, topic_id: int, query: Mapping[str, str]) -> Form:
        """By the fields `lang`, `order` and `size`."""
        order = query.get("order", "")
        return cls(
            topic_id=topic_id,
            language="en" if query.get("lang") == "en" else settings.LANGUAGE_CODE,
            order=order if order in ORDERS else "",
            size="large" if query.get("size") == "large" else "normal",
        )

    @property
    def state(self) -> str:
        """The address of the state."""
        return reverse("realtime:watch_state", args=[self.topic_id])

    @property
    def more(self) -> str:
        """What an address says beside its order."""
        chosen = {"lang": "en"} if self.language == "en" else {}
        chosen |= {"size": "large"} if self.size == "large" else {}
        return f"&{urlencode(chosen)}" if chosen else ""

    @property
    def other_language(self) -> str:
        """The same page in the other language."""
        return replace(self, language=settings.LANGUAGE_CODE if self.language == "en" else "en").address

    @property
    def other_size(self) -> str:
        """The same page in the other size."""
        return replace(self, size="normal" if self.size == "large" else "large").address

    @property
    def address(self) -> str:
        """Of this page."""
        query = (f"&order={self.order}" if self.order else "") + self.more
        return reverse("realtime:watch", args=[self.topic_id]) + query.replace("&", "?", 1)


@require_safe
def page(request: HttpRequest, topic_id: int) -> HttpResponseBase:
    """The topic as the audience sees it. `lang=en`, `order` as on the topic page, `size=large`."""
    form = Form.of(topic_id, request.GET)
    # Without a script what remains is as old as the page: a minute at most.
    minute = timezone.now().replace(second=0, microsecond=0)
    variant = Variant(topic_id, "page", (form.language, form.order, form.size))
    try:
        made = editions.get(variant, partial(_page, form, minute), moment=minute)
    except (UnknownTopic, NotSignedIn):
        # There whoever may see it signs in, and others learn nothing.
        return _not_kept(HttpResponseRedirect(reverse("consultations:topic", args=[topic_id])))
    return _kept(request, made, "text/html; charset=utf-8", language=form.language)


@require_safe
def state(request: HttpRequest, topic_id: int) -> HttpResponseBase:
    """As `welcome` for the audience, at the instant of the topic's last step; 404 where it is not open to everybody."""
    try:
        made = editions.get(Variant(topic_id, "state"), _state)
    except Refused as refused:
        with translation.override(Form.of(topic_id, request.GET).language):
            told = encode(refusal(refused, None))
        status = 404 if isinstance(refused, UnknownTopic) else refused.status
        return _not_kept(HttpResponse(told, status=status, content_type="application/json"))
    return _kept(request, made, "application/json")


def _state(topic: Any) -> Edition:
    """The same bytes in every process: of nobody who is here now, and as of the step that made this revision."""
    at = last_step_at(topic)
    seen = looks.view_of(topic, None, at)
    return edition(
        topic.revision,
        encode(
            Welcome(
                topic=topic.pk,
                revision=topic.revision,
                full=True,
                now=zulu(at),
                phase=seen.state.phase,
                rules=seen.state.rules,
                themes=seen.state.themes,
                suggestions=seen.encoded,
                me=None,
                people=PeopleFact(0, *people_counts(topic.pk)),
            )
        ),
    )


def _page(form: Form, minute: dt.datetime, topic: Any) -> Edition:
    at = max(last_step_at(topic), minute)
    with translation.override(form.language):
        context = {
            "page": topic_page(topic, AnonymousUser(), at=at, order=form.order),
            "topic": topic,
            "address": form,
            "etag": _state(topic).etag,
            "now": zulu(at),
            "strings": strings()
            | {
                "offline": _("No network. The page goes on by itself."),
                "out": _("This topic is no longer open to everybody."),
            },
        }
        return edition(topic.revision, render_to_string("consultations/watch.html", context).encode())


def _kept(request: HttpRequest, made: Edition, content_type: str, language: str = "") -> HttpResponseBase:
    answer = HttpResponse(made.body, content_type=content_type)
    answer["Content-Length"] = str(len(made.body))
    answer["ETag"] = made.etag
    answer["Cache-Control"] = CACHING
    if language:
        answer["Content-Language"] = language
    answer = get_conditional_response(request, etag=made.etag, response=answer) or answer
    # In a 304, too: with it a page that was given an older edition counts down by the server's clock.
    answer[CLOCK] = zulu(timezone.now())
    return _framed_by_nobody(answer)


def _not_kept(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = "no-store"
    return _framed_by_nobody(answer)


def _framed_by_nobody(answer: HttpResponse) -> HttpResponse:
    # The middleware that says so for other pages comes after those that ask for the session.
    answer["X-Frame-Options"] = settings.X_FRAME_OPTIONS
    return answer
