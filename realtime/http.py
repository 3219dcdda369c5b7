"""The wire over HTTP: where a gateway blocks WebSockets, and for pages without JavaScript."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from functools import wraps
from time import monotonic
from typing import Any, TypeAlias
from urllib.parse import urlsplit
from uuid import uuid4

import msgspec
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotModified,
    HttpResponseRedirect,
)
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import (
    add_never_cache_headers,
    get_conditional_response,
    patch_cache_control,
    patch_vary_headers,
)
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from consultations import rules
from consultations.actions.topics import mark_phase, window
from consultations.drafts import keep_draft
from consultations.errors import BadFrame, NotSignedIn, Refused, TryAgain, UnknownTopic
from consultations.queries.facts import OwnFact, PeopleFact
from consultations.queries.state import load_topic, own_part_of, people_counts, seat_in
from jianyan import metrics
from jianyan.accounts.roles import actor_of
from jianyan.preference import sends_json, wants_json

from . import looks
from .editions import Edition, Editions, Variant, edition
from .limits import READING, VOTING, WRITING, Limit, require_pace
from .protocol import (
    LARGEST_FRAME,
    LONGEST_TEXT,
    Ack,
    Edit,
    FromServer,
    Suggest,
    Vote,
    Withdraw,
    encode,
    readable,
    refusal,
)
from .runtime import running
from .writing import Request, Unsure, fulfil

Wanted: TypeAlias = Vote | Suggest | Edit | Withdraw
Fields: TypeAlias = dict[str, Any]

everybodys = Editions()
"""Of this process, for those whom the session says nothing about."""

FIELDS = ("ref", "suggestion", "choice", "text")
"""Of all forms together; what else a form has is not looked at."""


# ── Reading ───────────────────────────────────────────────────────────────────────────────────────────────────────


@require_safe
def state(request: HttpRequest, topic_id: int) -> HttpResponseBase:
    """As `welcome`, or 304 while the topic is at `?revision=`.

    Without a session cookie the answer is everybody's, and may be kept for a second.
    """
    try:
        require_pace(request, READING)
        since = _revision(request.GET.get("revision", ""))
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return _everybodys_state(request, topic_id, since)
        answer = _state(request, topic_id, since)
    except UnknownTopic as refused:
        answer = _json(refusal(refused, None), 404)
    except Refused as refused:
        answer = _json(refusal(refused, None), refused.status)
    add_never_cache_headers(answer)
    return answer


def _state(request: HttpRequest, topic_id: int, since: int | None) -> HttpResponse:
    at = timezone.now()
    topic = load_topic(topic_id)
    seat = seat_in(topic, request.user, at=at)
    rules.require(seat.verdict)
    if topic.announced_at is not None and topic.marked != window(topic, at):
        # Nobody listens over a socket, so nobody else has journalled what the clock has reached.
        mark_phase(topic_id=topic_id, at=at)
        topic = load_topic(topic_id)
    if since == topic.revision:
        return HttpResponseNotModified()
    me = own_part_of(topic, seat.actor, at=at) if seat.actor is not None else None
    return HttpResponse(_welcome(topic, since, at, me), content_type="application/json")


def _everybodys_state(request: HttpRequest, topic_id: int, since: int | None) -> HttpResponse:
    def make(topic: Any) -> Edition:
        return edition(topic.revision, _welcome(topic, since, timezone.now(), None))

    # Of another moment each time: phase and remaining times are those of now, as for everybody else.
    made = everybodys.get(Variant(topic_id, "state", (str(since),)), make, moment=timezone.now())
    answer: HttpResponse
    if since == made.revision:
        answer = HttpResponseNotModified()
        add_never_cache_headers(answer)
        return answer
    answer = HttpResponse(made.body, content_type="application/json")
    answer["ETag"] = made.etag
    patch_cache_control(answer, public=True, max_age=1)
    # The same address gives members their own.
    patch_vary_headers(answer, ["Cookie"])
    return get_conditional_response(request, etag=made.etag, response=answer) or answer


def _welcome(topic: Any, since: int | None, at: dt.datetime, me: OwnFact | None) -> bytes:
    runtime = running()
    here = runtime.presence.here(topic.pk) if runtime is not None else 0
    people = PeopleFact(here, *people_counts(topic.pk))
    return looks.welcome_frame(looks.view_of(topic, since, at), me=me, people=people).payload


def _revision(word: str) -> int | None:
    return int(word) if word.isascii() and word.isdigit() and len(word) <= 16 else None


# ── Writing ───────────────────────────────────────────────────────────────────────────────────────────────────────


View = Callable[..., HttpResponseBase]
Reading = Callable[..., Wanted]


def _writing(limit: Limit) -> Callable[[Reading], View]:
    """A view that reads what is wanted out of a form or JSON, does it, and answers in kind."""

    def view_of(read: Reading) -> View:
        @never_cache
        @require_POST
        @wraps(read)
        def view(request: HttpRequest, topic_id: int, **path: int) -> HttpResponseBase:
            fields: Fields = {}
            try:
                require_pace(request, limit)
                fields = _fields(request)
                answer = _fulfil(request, topic_id, read(fields, **path))
            except Refused as refused:
                return _refused(request, topic_id, refused, fields=fields, path=path)
            return _granted(request, topic_id, answer)

        return view

    return view_of


@_writing(VOTING)
def votes(fields: Fields) -> Wanted:
    """`suggestion`, `choice` (empty or null: take it back), `ref`."""
    return _convert({**fields, "choice": None} if fields.get("choice") == "" else fields, Vote)


@_writing(WRITING)
def suggestions(fields: Fields) -> Wanted:
    """`text`, `ref` (a UUID, one per form that was shown)."""
    return _convert(fields, Suggest)


@_writing(WRITING)
def edit(fields: Fields, suggestion_id: int) -> Wanted:
    """`text`."""
    return _convert({**fields, "suggestion": suggestion_id}, Edit)


@_writing(WRITING)
def withdraw(fields: Fields, suggestion_id: int) -> Wanted:
    """Nothing but the address."""
    return _convert({**fields, "suggestion": suggestion_id}, Withdraw)


def _fulfil(request: HttpRequest, topic_id: int, wanted: Wanted) -> Ack:
    actor = actor_of(request.user)
    if actor is None:
        raise NotSignedIn
    begun = monotonic()
    answer = fulfil(topic_id, [Request(actor, wanted)]).answers[0]
    if isinstance(answer, Unsure):
        # There is no connection to close; whoever tries again finds it granted, or has it granted then.
        answer = TryAgain()
    if isinstance(answer, Refused):
        metrics.refused(answer.code)
        raise answer
    if isinstance(wanted, Vote):
        seconds = monotonic() - begun
        metrics.observe_flush(votes=1, seconds=seconds, waited=[seconds])
    return Ack(refs=(wanted.ref,), revision=answer.revision, suggestion=answer.suggestion)


# ── Forms and JSON ────────────────────────────────────────────────────────────────────────────────────────────────


def _fields(request: HttpRequest) -> Fields:
    """What was sent. Raises BadFrame."""
    if not sends_json(request):
        # Cut to what is looked at: whoever pastes a book is told how long an idea may be, like everybody else.
        sent = {name: request.POST[name][:LONGEST_TEXT] for name in FIELDS if name in request.POST}
        return {"ref": str(uuid4()), **sent}
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_FRAME or len(request.body) > LARGEST_FRAME:
        raise BadFrame(detail=_("it is larger than 64 KiB"))
    try:
        fields = msgspec.json.decode(request.body, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadFrame(detail=readable(error)) from None
    fields.pop("type", None)
    return fields


def _convert(fields: Fields, kind: type[Vote | Suggest | Edit | Withdraw]) -> Wanted:
    """The frame that these fields are. Raises BadFrame."""
    try:
        # Not strict: a form has nothing but texts.
        return msgspec.convert({"type": kind.__struct_config__.tag, **fields}, kind, strict=False)
    except msgspec.ValidationError as error:
        raise BadFrame(detail=readable(error)) from None


def _reference(fields: Fields) -> str | None:
    ref = fields.get("ref")
    return ref if isinstance(ref, str) and 1 <= len(ref) <= 64 else None


def _json(frame: FromServer, status: int = 200) -> HttpResponse:
    return HttpResponse(encode(frame), status=status, content_type="application/json")


def _granted(request: HttpRequest, topic_id: int, ack: Ack) -> HttpResponseBase:
    return _json(ack) if wants_json(request) else _back(request, topic_id)


def _refused(
    request: HttpRequest, topic_id: int, refused: Refused, *, fields: Fields, path: Mapping[str, int]
) -> HttpResponseBase:
    if wants_json(request):
        return _json(refusal(refused, _reference(fields)), refused.status)
    # Out of the form itself: the refusal may have come before its fields were read.
    text = request.POST.get("text", "")
    if text.strip():
        keep_draft(request, topic_id, text, suggestion_id=path.get("suggestion_id"))
    messages.error(request, refused.message)
    if isinstance(refused, NotSignedIn):
        return redirect_to_login(reverse("consultations:topic", args=[topic_id]))
    return _back(request, topic_id)


def _back(request: HttpRequest, topic_id: int) -> HttpResponseBase:
    """To `next` or to where the form was, when that is ours; otherwise to the topic."""
    for address in (request.POST.get("next", ""), _path_here(request, request.headers.get("Referer", ""))):
        if url_has_allowed_host_and_scheme(
            address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        ):
            return HttpResponseRedirect(address, status=303)
    return HttpResponseRedirect(reverse("consultations:topic", args=[topic_id]), status=303)


def _path_here(request: HttpRequest, address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return parts.path if parts.netloc == request.get_host() else ""
