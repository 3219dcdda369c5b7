"""One's own panel on the topic page, and what is done in it: answering a proposal, asking for a split.

It is drawn with the page; its script fetches it anew whenever something of one's own has changed. Without a script its
forms lead back to the page.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ..actions.flags import flag_suggestion
from ..actions.proposals import answer_proposal
from ..enums import FlagKind
from ..errors import BadForm
from ..pace import Limit, require_pace
from ..queries.own_panel import own_panel
from .own_place import done, visit

READING = Limit("own", per_user=60, per_address=6_000)
ANSWERING = Limit("answer", per_user=15, per_address=1_000)


@require_safe
def own(request: HttpRequest, topic_id: int) -> HttpResponse:
    """The panel alone, as it stands on the page."""
    require_pace(request, READING)
    topic, actor = visit(request, topic_id)
    context = {"topic": topic, "panel": own_panel(topic, actor, at=timezone.now())}
    answer = render(request, "consultations/topic_own_panel.html", context)
    patch_cache_control(answer, private=True, no_store=True)
    return answer


@require_POST
def own_answer(request: HttpRequest, topic_id: int, proposal_id: int) -> HttpResponse:
    """`answer` is accept or decline."""
    require_pace(request, ANSWERING)
    _topic, actor = visit(request, topic_id)
    answer = request.POST.get("answer", "")
    if answer not in ("accept", "decline"):
        raise BadForm(detail=answer[:40])
    answer_proposal(proposal_id=proposal_id, accept=answer == "accept", by=actor)
    said = _("Your suggestion has the proposed text now.") if answer == "accept" else _("Your text stays.")
    return done(request, topic_id, said)


@require_POST
def own_split(request: HttpRequest, topic_id: int, suggestion_id: int) -> HttpResponse:
    """Ask for a split of what was merged, in the words of `text`."""
    require_pace(request, ANSWERING)
    _topic, actor = visit(request, topic_id)
    flag_suggestion(
        suggestion_id=suggestion_id, kind=FlagKind.SPLIT, text=request.POST.get("text", ""), by=actor
    )
    return done(request, topic_id, _("You have asked for a split; it waits for the moderators."))


urlpatterns: list[URLPattern] = [
    path("topics/<int:topic_id>/own/", own, name="own"),
    path("topics/<int:topic_id>/own/proposals/<int:proposal_id>/", own_answer, name="own-answer"),
    path("topics/<int:topic_id>/own/split/<int:suggestion_id>/", own_split, name="own-split"),
]
