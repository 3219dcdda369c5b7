"""Reporting a suggestion to the moderators: a form of its own, which the topic page's script puts into the row."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from jianyan.accounts.roles import Actor, actor_of
from jianyan.preference import wants_json

from .. import rules
from ..actions.flags import flag_suggestion
from ..enums import PUBLIC, REPORTABLE
from ..errors import NotSignedIn
from ..models import Suggestion, Topic
from ..pace import Limit, require_pace
from .pages import topic_for

FLAGGING = Limit("flag", per_user=20, per_address=1_000)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def flag(request: HttpRequest, topic_id: int, suggestion_id: int) -> HttpResponse:
    """The form, and what it sends: `kind` and, if anything needs saying, `text`."""
    at = timezone.now()
    topic = topic_for(request, topic_id, at)
    actor = actor_of(request.user, at=at)
    if actor is None:
        raise NotSignedIn
    suggestion = topic.suggestions.filter(pk=suggestion_id, status__in=PUBLIC).first()
    if suggestion is None:
        raise Http404
    if request.method == "POST":
        return _flag(request, topic, suggestion, actor)
    own = suggestion.author_id == actor.user_id
    rules.require(
        rules.may_flag(actor, topic, suggestion, at, kind=REPORTABLE[0].value, own=own, stands=False)
    )
    context = {"topic": topic, "suggestion": suggestion}
    return render(request, "consultations/flag.html", context)


def _flag(request: HttpRequest, topic: Topic, suggestion: Suggestion, actor: Actor) -> HttpResponse:
    require_pace(request, FLAGGING)
    fields = request.POST
    flag_suggestion(
        suggestion_id=suggestion.pk, kind=fields.get("kind", ""), text=fields.get("text", ""), by=actor
    )
    said = _("Reported; it waits for the moderators.")
    if wants_json(request):
        return JsonResponse({"message": said}, json_dumps_params={"ensure_ascii": False})
    messages.success(request, said)
    address = reverse("consultations:topic", args=[topic.pk])
    return HttpResponseRedirect(f"{address}#s{suggestion.pk}", status=303)


urlpatterns: list[URLPattern] = [
    path("topics/<int:topic_id>/suggestions/<int:suggestion_id>/flag", flag, name="flag"),
]
