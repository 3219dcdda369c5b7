"""In which form a request wants its answer."""

from __future__ import annotations

from django.http import HttpRequest


def sends_json(request: HttpRequest) -> bool:
    """Whether the body is JSON, or says so."""
    return request.content_type == "application/json"


def wants_json(request: HttpRequest) -> bool:
    """Whether a program asks, which reads JSON, rather than a reader of pages."""
    return (
        sends_json(request)
        or request.get_preferred_type(["text/html", "application/json"]) == "application/json"
    )
