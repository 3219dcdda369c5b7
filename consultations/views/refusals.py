"""What a refusal that no view has answered becomes: a sentence with its code, in the form the reader asked for."""

from __future__ import annotations

import sys
from collections.abc import Callable
from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.defaults import server_error

from jianyan import metrics
from jianyan.accounts.first_password import is_held_back
from jianyan.preference import wants_json

from ..errors import (
    BadRequest,
    Broken,
    MethodNotAllowed,
    NotAllowed,
    NotFound,
    NoToken,
    NotSignedIn,
    PasswordChangeNeeded,
    Refused,
    TryAgain,
    UnknownTopic,
)


class RefusalMiddleware:
    """Answers `Refused` raised by a view: JSON where JSON is asked for, else a page or a way back with a message."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Django's own chain; refusals come through `process_exception`, and Django leaves its 405 empty."""
        answer = self.get_response(request)
        if answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED and not answer.content:
            told = refusal_page(request, MethodNotAllowed(), "refused.html")
            told["Allow"] = answer["Allow"]
            return told
        return answer

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        """A program cannot be led to the page where a first password is changed."""
        if wants_json(request) and is_held_back(request):
            return refusal_page(request, PasswordChangeNeeded(), "refused.html")
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The answer to a refusal; None lets every other exception pass."""
        if not isinstance(exception, Refused):
            return None
        metrics.refused(exception.code)
        if wants_json(request) or "HX-Request" in request.headers:
            return refusal_page(request, exception, "refused.html")
        if isinstance(exception, NotSignedIn) and request.method == "GET":
            return redirect_to_login(request.get_full_path())
        back = request.headers.get("Referer", "")
        if (
            request.method == "POST"
            and back
            and url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
        ):
            messages.error(request, exception.message)
            return HttpResponseRedirect(back, status=303)
        status = 404 if isinstance(exception, UnknownTopic) else exception.status
        return render(request, "refused.html", {"refusal": exception}, status=status)


def refusal_page(request: HttpRequest, refused: Refused, template: str) -> HttpResponse:
    """The refusal as JSON, as a fragment for htmx, or as the page of that template."""
    if wants_json(request):
        content = {"type": "refused", "ref": None, "code": refused.code, "message": refused.message}
        return JsonResponse(content, status=refused.status, json_dumps_params={"ensure_ascii": False})
    if "HX-Request" in request.headers:
        template = "refused_fragment.html"
    return render(request, template, {"refusal": refused}, status=refused.status)


# ── What Django itself refuses ────────────────────────────────────────────────────────────────────────────────────


def _handler(refusal: type[Refused], template: str) -> Callable[..., HttpResponse]:
    def handler(request: HttpRequest, *_why: object, **_named: object) -> HttpResponse:
        return refusal_page(request, refusal(), template)

    return handler


bad_request = _handler(BadRequest, "400.html")
"""handler400: a body or an address that Django cannot read."""
forbidden = _handler(NotAllowed, "403.html")
"""handler403."""
no_token = _handler(NoToken, "403_csrf.html")
"""CSRF_FAILURE_VIEW: an unsafe request without this site's token. Why, is in the log."""
not_found = _handler(NotFound, "404.html")
"""handler404."""


def broken(request: HttpRequest) -> HttpResponse:
    """handler500. For a reader a page that needs nothing of what may have failed."""
    if not wants_json(request):
        return server_error(request)
    # Django calls this while it handles what went wrong.
    away = isinstance(sys.exception(), OperationalError)
    return refusal_page(request, TryAgain() if away else Broken(), "500.html")
