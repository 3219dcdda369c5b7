"""A topic's result for the pages of others: a frame that needs no script and no cookie."""

from __future__ import annotations

from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from ..pace import Limit, require_pace_of_address
from ..queries.embedded import embedded
from .open_data import site_of

READING = Limit("embed", per_user=120, per_address=2_000)
FRESH = 60
"""Seconds for which a cache may keep it."""


@require_safe
@xframe_options_exempt
@csp_replace(  # type: ignore[arg-type]  # it passes arguments on, and does not say so
    {
        "frame-ancestors": settings.EMBEDDED_IN,
        "script-src": ["'none'"],
        "connect-src": ["'none'"],
        "form-action": ["'none'"],
    }
)
def topic(request: HttpRequest, topic_id: int) -> HttpResponse:
    """The result of a public topic, the same for everybody. Raises 404 for any other."""
    require_pace_of_address(request, READING)
    at = timezone.now()
    found = embedded(topic_id, at=at)
    if found is None:
        raise Http404
    answer = render(request, "consultations/embed.html", {"page": found, "site": site_of(request)})
    patch_cache_control(answer, public=True, max_age=FRESH)
    return answer


urlpatterns: list[URLPattern] = [path("embed/topics/<int:topic_id>/", topic, name="embed-topic")]
