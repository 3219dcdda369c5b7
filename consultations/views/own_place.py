"""What is done in one's own panel of a topic page: by whom, and where one goes from there."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from jianyan.accounts.roles import Actor, actor_of
from jianyan.preference import wants_json

from ..errors import NotSignedIn
from ..models import Topic
from .pages import topic_for


def visit(request: HttpRequest, topic_id: int) -> tuple[Topic, Actor]:
    """The topic, which this person may see, and who they are. Raises NotSignedIn."""
    at = timezone.now()
    topic = topic_for(request, topic_id, at)
    actor = actor_of(request.user, at=at)
    if actor is None:
        raise NotSignedIn
    return topic, actor


def done(request: HttpRequest, topic_id: int, said: str) -> HttpResponse:
    """Nothing more for the page's script; for a plain form, back to the page, which says it."""
    if wants_json(request):
        return HttpResponse(status=204)
    messages.success(request, said)
    return HttpResponseRedirect(reverse("consultations:topic", args=[topic_id]), status=303)
