"""What a page asks while somebody is writing: which public suggestions say much the same."""

from __future__ import annotations

import json
from dataclasses import asdict

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from jianyan.accounts.roles import actor_of

from ..errors import BadRequest
from ..pace import Limit, require_pace
from ..queries.similar import hints
from .pages import topic_for

ASKING = Limit("similar", per_user=25, per_address=3_000)
"""A page asks half a second after the typing has stopped: a person who pauses after each word stays below."""


@never_cache
@require_POST
def similar(request: HttpRequest, topic_id: int) -> HttpResponse:
    """JSON `{"similar": […]}` for JSON `{"text": "…"}`; for those alone who could post it now.

    The text comes in the body, so that it is in no address and in no log.
    """
    require_pace(request, ASKING)
    at = timezone.now()
    topic = topic_for(request, topic_id, at)
    found = hints(topic, actor_of(request.user, at=at), _text(request), at=at)
    content = {"similar": [asdict(hint) for hint in found]}
    return JsonResponse(content, json_dumps_params={"ensure_ascii": False})


def _text(request: HttpRequest) -> str:
    try:
        text = json.loads(request.body)["text"]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise BadRequest from None
    if not isinstance(text, str):
        raise BadRequest
    return text


urlpatterns: list[URLPattern] = [
    path("topics/<int:topic_id>/similar", similar, name="similar"),
]
