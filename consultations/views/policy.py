"""How suggestions are reviewed in a topic, for everybody who may see it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_safe

from ..queries.policy import policy_page
from .pages import topic_for


@require_safe
def policy(request: HttpRequest, topic_id: int) -> HttpResponse:
    """The channel's published policy, the topic's rule, and what came of it so far."""
    topic = topic_for(request, topic_id, timezone.now())
    return render(request, "consultations/policy.html", {"topic": topic, "page": policy_page(topic)})


urlpatterns: list[URLPattern] = [path("topics/<int:topic_id>/policy", policy, name="policy")]
