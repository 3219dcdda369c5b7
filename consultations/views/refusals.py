"""What a refusal that no view has answered becomes: a sentence with its code, in the form the reader asked for."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from ..errors import NotSignedIn, Refused, UnknownTopic


class RefusalMiddleware:
    """Answers `Refused` raised by a view: JSON where JSON is asked for, else a page or a way back with a message."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Django's own chain; refusals come through `process_exception`."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The answer to a refusal; None lets every other exception pass."""
        if not isinstance(exception, Refused):
            return None
        if _wants_json(request):
            content = {"type": "refused", "code": exception.code, "message": exception.message}
            return JsonResponse(content, status=exception.status)
        if "HX-Request" in request.headers:
            return render(request, "refused_fragment.html", {"refusal": exception}, status=exception.status)
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


def _wants_json(request: HttpRequest) -> bool:
    return (
        request.content_type == "application/json"
        or request.get_preferred_type(["text/html", "application/json"]) == "application/json"
    )
