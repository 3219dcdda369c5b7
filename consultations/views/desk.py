"""The desk: where moderators read what comes in and decide. How it is drawn is in `desk_page`."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jianyan.accounts.roles import actor_of

from ..actions.claims import claim_suggestion, release_claim
from ..actions.decisions import Decision, decide
from ..actions.moderation import assign_theme, feature_suggestion
from ..actions.proposals import propose_wording
from ..errors import BadForm
from ..queries.workload import workload
from .desk_flags import urlpatterns as flags
from .desk_merging import urlpatterns as merging
from .desk_page import after, line_about, look, on_to_the_next, pulse, refuse, show
from .desk_place import from_htmx, joined, whole
from .desk_several import urlpatterns as several
from .desk_steering import urlpatterns as steering
from .desk_visit import Visit, desk_view, to_sign_in


@require_safe
def desks(request: HttpRequest) -> HttpResponse:
    """Every topic that this moderator answers for, with what waits; empty for people who moderate nothing."""
    at = timezone.now()
    actor = actor_of(request.user, at=at)
    if actor is None:
        return to_sign_in(request)
    return render(request, "consultations/desk/desks.html", {"rows": workload(actor, at=at), "at": at})


@require_safe
@desk_view(refuse)
def desk(visit: Visit) -> HttpResponse:
    """The page; after a plain form, with the line about what it did. `open=next`: with the oldest waiting one."""
    fields = visit.request.GET
    if fields.get("open") == "next":
        return show(on_to_the_next(visit))
    done = fields.get("done", "")
    line = line_about(visit.topic.pk, done=done, of=whole(fields.get("of")), was=fields.get("was", ""))
    return show(visit, line=line if done else None)


@require_safe
@desk_view(refuse)
def desk_pulse(visit: Visit) -> HttpResponse:
    """What goes on around the opened suggestion; asked for every few seconds and whenever the topic moves."""
    return pulse(visit) if from_htmx(visit.request) else HttpResponseRedirect(visit.place.url)


@require_safe
@desk_view(refuse)
def desk_item(visit: Visit, suggestion_id: int) -> HttpResponse:  # noqa: ARG001  # it is opened already
    """The opened suggestion as it is now."""
    return look(visit) if from_htmx(visit.request) else HttpResponseRedirect(visit.place.url)


@require_POST
@desk_view(refuse)
def desk_decide(visit: Visit, suggestion_id: int) -> HttpResponse:
    """Publish, return, decline, hide or restore what was `seen`. A ready reason and own words are joined."""
    fields = visit.request.POST
    try:
        decision = Decision(fields.get("decision", ""))
    except ValueError:
        raise BadForm(detail=_("what is to be decided")) from None
    decide(
        decision,
        topic_id=visit.topic.pk,
        suggestion_id=suggestion_id,
        seen=fields.get("seen", ""),
        by=visit.actor,
        reason=joined(fields.get("reason", ""), fields.get("words", "")),
    )
    return after(on_to_the_next(visit), done=decision.value, of=suggestion_id)


@require_POST
@desk_view(refuse)
def desk_theme(visit: Visit, suggestion_id: int) -> HttpResponse:
    """Put it under a theme; an empty `theme` takes it out of the one it is in."""
    was = visit.topic.suggestions.values_list("theme_id", flat=True).get(pk=suggestion_id)
    theme = visit.request.POST.get("theme", "")
    assign_theme(
        suggestion_id=suggestion_id,
        # 0 is no theme's id: what is neither empty nor a number is an unknown theme.
        theme_id=(whole(theme) or 0) if theme else None,
        by=visit.actor,
    )
    return after(visit, done="theme", of=suggestion_id, was=str(was or ""))


@require_POST
@desk_view(refuse)
def desk_feature(visit: Visit, suggestion_id: int) -> HttpResponse:
    """Feature it (`on` is 1), or stop featuring it."""
    on = visit.request.POST.get("on") == "1"
    feature_suggestion(suggestion_id=suggestion_id, on=on, by=visit.actor)
    return after(visit, done="feature", of=suggestion_id)


@require_POST
@desk_view(refuse)
def desk_propose(visit: Visit, suggestion_id: int) -> HttpResponse:
    """Propose another wording (`text`, with `reason`) of what was `seen` to the author."""
    fields = visit.request.POST
    propose_wording(
        suggestion_id=suggestion_id,
        text=fields.get("text", ""),
        reason=fields.get("reason", ""),
        seen=fields.get("seen", ""),
        by=visit.actor,
    )
    return after(visit, done="propose", of=suggestion_id)


@require_POST
@desk_view(refuse)
def desk_claim(visit: Visit, suggestion_id: int) -> HttpResponse:
    """Keep it for another minute: 204, or 409 while another moderator has it."""
    claim = claim_suggestion(suggestion_id=suggestion_id, by=visit.actor)
    return HttpResponse(status=204 if claim is not None else 409)


@require_POST
@desk_view(refuse)
def desk_release(visit: Visit, suggestion_id: int) -> HttpResponse:
    """Let others have it."""
    release_claim(suggestion_id=suggestion_id, by=visit.actor)
    return HttpResponse(status=204)


_ITEM = "desk/<int:topic_id>/items/<int:suggestion_id>"

urlpatterns: list[URLPattern] = [
    path("desk/", desks, name="desks"),
    path("desk/<int:topic_id>/", desk, name="desk"),
    path("desk/<int:topic_id>/pulse", desk_pulse, name="desk-pulse"),
    path(f"{_ITEM}/", desk_item, name="desk-item"),
    path(f"{_ITEM}/decide", desk_decide, name="desk-decide"),
    path(f"{_ITEM}/theme", desk_theme, name="desk-theme"),
    path(f"{_ITEM}/feature", desk_feature, name="desk-feature"),
    path(f"{_ITEM}/propose", desk_propose, name="desk-propose"),
    path(f"{_ITEM}/claim", desk_claim, name="desk-claim"),
    path(f"{_ITEM}/release", desk_release, name="desk-release"),
    *flags,
    *several,
    *merging,
    *steering,
]
