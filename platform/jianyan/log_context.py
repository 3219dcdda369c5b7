"""What the log lines of one request or one socket have in common, and how long requests take."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from time import perf_counter

import structlog
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse
from structlog.contextvars import bind_contextvars, bound_contextvars, clear_contextvars

from jianyan import metrics

log = structlog.get_logger(__name__)

HEADER = "X-Request-ID"
GIVEN_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


class RequestMiddleware:
    """Gives each request an id, which its log lines and its answer carry, and measures it by view and status."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """What is bound stays bound: Django says that nothing was found, or who was refused, only after this."""
        began = perf_counter()
        request_id = _request_id(request)
        clear_contextvars()
        bind_contextvars(request_id=request_id)
        response = self.get_response(request)
        response[HEADER] = request_id
        # Static files and addresses that lead nowhere have no view.
        view = request.resolver_match.view_name if request.resolver_match else "none"
        seconds = perf_counter() - began
        metrics.observe_http(view=view, status=response.status_code, seconds=seconds)
        log.debug(
            "answered",
            method=request.method,
            view=view,
            status=response.status_code,
            milliseconds=round(seconds * 1000),
        )
        return response

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        """Bind who asks. By number, and from the session, which every view reads: the user would be one more query."""
        user_id = request.session.get(SESSION_KEY)
        if user_id is not None:
            bind_contextvars(user_id=int(user_id))


def _request_id(request: HttpRequest) -> str:
    """The one that our own proxy gave, so that its log and ours can be laid side by side; otherwise a new one."""
    given = request.headers.get(HEADER, "")
    if settings.TRUSTED_PROXY_COUNT and GIVEN_ID.fullmatch(given):
        return given
    return uuid.uuid4().hex


def socket_context(topic_id: int, user_id: int | None = None) -> AbstractContextManager[None]:
    """Within it, log lines carry a short id of this socket and what it is of. Enter it in the socket's own task."""
    who = {} if user_id is None else {"user_id": user_id}
    return bound_contextvars(socket=uuid.uuid4().hex[:8], topic=topic_id, **who)
