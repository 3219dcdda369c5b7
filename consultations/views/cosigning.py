"""Naming others who sign one's idea, and answering when one is named: in one's own panel on the topic page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jianyan.accounts.roles import Actor

from ..actions.cosigning import answer_cosigning, name_cosigners, withdraw_cosigning
from ..errors import BadForm, UnknownSuggestion
from ..forms.behalf import members_meant, names_in
from ..models import Topic
from ..pace import Limit, require_pace
from .own_place import done, visit

NAMING = Limit("cosign", per_user=15, per_address=1_000)


@require_POST
def name(request: HttpRequest, topic_id: int, suggestion_id: int) -> HttpResponse:
    """Ask those whose names are in `names`, with commas between them."""
    require_pace(request, NAMING)
    topic, actor = _visit(request, topic_id, suggestion_id)
    names = names_in(request.POST.get("names", ""))
    if not names:
        raise BadForm(detail=_("please write at least one name"))
    members = members_meant(topic, names, at=timezone.now())
    name_cosigners(suggestion_id=suggestion_id, member_ids=members, by=actor)
    return done(request, topic_id, _("They are asked, and are named beside you once they agree."))


@require_POST
def answer(request: HttpRequest, topic_id: int, suggestion_id: int) -> HttpResponse:
    """`answer` is agree, decline, or leave for those who had agreed."""
    require_pace(request, NAMING)
    _topic, actor = _visit(request, topic_id, suggestion_id)
    match request.POST.get("answer", ""):
        case "agree":
            answer_cosigning(suggestion_id=suggestion_id, agree=True, by=actor)
            said = _("You are named beside the author now.")
        case "decline":
            answer_cosigning(suggestion_id=suggestion_id, agree=False, by=actor)
            said = _("You are not named.")
        case "leave":
            withdraw_cosigning(suggestion_id=suggestion_id, by=actor)
            said = _("You are no longer named.")
        case other:
            raise BadForm(detail=other[:40])
    return done(request, topic_id, said)


def _visit(request: HttpRequest, topic_id: int, suggestion_id: int) -> tuple[Topic, Actor]:
    topic, actor = visit(request, topic_id)
    if not topic.suggestions.filter(pk=suggestion_id).exists():
        raise UnknownSuggestion
    return topic, actor


urlpatterns: list[URLPattern] = [
    path("topics/<int:topic_id>/own/cosigners/<int:suggestion_id>/", name, name="own-cosigners"),
    path("topics/<int:topic_id>/own/cosigning/<int:suggestion_id>/", answer, name="own-cosigning"),
]
