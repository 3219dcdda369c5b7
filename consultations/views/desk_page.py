"""Drawing the desk: the whole page, or for htmx the regions of it that may have changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from .. import rules
from ..actions.claims import claim_suggestion, release_claim
from ..errors import Refused
from ..queries import desk as queries
from ..queries.controls import PICKS, controls
from .desk_lines import Line, done_to, done_to_topic, refused
from .desk_place import Place, from_htmx
from .desk_visit import Visit


def show(visit: Visit, *, line: Line | None = None, status: int = 200) -> HttpResponse:
    """The desk at that place. Opening a suggestion claims it, a courtesy that lapses by itself, so a GET may."""
    _claim(visit)
    context = _regions(visit) | {"line": line, "drafts": visit.request.POST}
    name = "desk"
    if from_htmx(visit.request):
        # The opened suggestion is left alone by what is done at the controls: a reason may be half written there.
        name = "steering" if visit.place.view == "controls" else "regions"
    return _addressed(visit, render(visit.request, f"consultations/desk/{name}.html", context, status=status))


def pulse(visit: Visit) -> HttpResponse:
    """Everything around the opened suggestion, which stays as it is, and its present edition."""
    return _addressed(visit, render(visit.request, "consultations/desk/pulse.html", _regions(visit)))


def look(visit: Visit) -> HttpResponse:
    """The opened suggestion alone, as it is now; nothing is claimed."""
    return render(visit.request, "consultations/desk/item.html", _regions(visit) | {"oob": True})


def refuse(visit: Visit, refusal: Refused) -> HttpResponse:
    """The desk with the fresh state, the reason why nothing was done, and what had been typed."""
    return show(visit, line=refused(refusal), status=refusal.status)


def after(visit: Visit, *, done: str, of: int | None = None, was: str = "") -> HttpResponse:
    """The answer to something done: the desk with a line about it, or the way there for a plain form."""
    if from_htmx(visit.request):
        return show(visit, line=line_about(visit.topic.pk, done=done, of=of, was=was))
    more = {"done": done, "of": str(of or ""), "was": was, "view": visit.place.view}
    address = visit.place.url_with(**{name: value for name, value in more.items() if value})
    return HttpResponseRedirect(address, status=303)


def on_to_the_next(visit: Visit) -> Visit:
    """After a decision: among the waiting ones the oldest that is not taken; on other shelves it stays."""
    if visit.place.shelf != queries.WAITING:
        return visit
    following = queries.next_waiting(
        visit.topic.pk, reader=visit.actor.user_id, at=visit.at, search=visit.place.search
    )
    return replace(visit, place=visit.place.at_item(following))


def line_about(topic_id: int, *, done: str, of: int | None, was: str = "") -> Line | None:
    """The line about something that was done: to a suggestion, or to the topic where `of` is None."""
    if of is None:
        return done_to_topic(done)
    brief = queries.brief(topic_id, of)
    return done_to(done, brief, topic_id=topic_id, was=was) if brief is not None else None


@dataclass(frozen=True, slots=True)
class Tab:
    """A shelf as a tab: what it shows, how many, and the query that leads there with the opened item kept."""

    name: str
    label: str
    count: int
    query: str


def _tabs(place: Place, counts: dict[str, int]) -> tuple[Tab, ...]:
    labels = {
        "waiting": _("Waiting"),
        "published": _("Published"),
        "returned": _("Returned"),
        "away": _("Hidden or declined"),
        "all": _("All"),
    }
    item = {"item": str(place.item)} if place.item is not None else {}
    return tuple(
        Tab(name, label, counts[name], urlencode({"shelf": name, "q": place.search, "view": "queue"} | item))
        for name, label in labels.items()
    )


def _regions(visit: Visit) -> dict[str, Any]:
    topic, actor, place, at = visit.topic, visit.actor, visit.place, visit.at
    item = queries.item(topic, place.item, actor=actor, at=at) if place.item is not None else None
    queue = queries.queue(
        topic.pk,
        reader=actor.user_id,
        at=at,
        shelf=place.shelf,
        search=place.search,
        limit=place.limit,
    )
    return {
        "topic": topic,
        "is_public": rules.may_see(None, topic, at) is None,
        "place": place,
        "at": at,
        "queue": queue,
        "shelves": _tabs(place, queue.counts),
        "more_query": urlencode(place.kept | {"limit": str(place.limit + queries.PAGE), "view": "queue"}),
        "item": item,
        "missing": place.item is not None and item is None,
        "controls": controls(topic, actor=actor, at=at),
        "reasons": tuple(zip(PICKS, topic.deliberation.channel.reasons, strict=False)),
    }


def _claim(visit: Visit) -> None:
    opened = visit.place.item
    for suggestion_id in queries.held(visit.topic.pk, reader=visit.actor.user_id) - {opened}:
        release_claim(suggestion_id=suggestion_id, by=visit.actor)
    if opened is not None and visit.topic.suggestions.filter(pk=opened).exists():
        claim_suggestion(suggestion_id=opened, by=visit.actor, at=visit.at)


def _addressed(visit: Visit, response: HttpResponse) -> HttpResponse:
    patch_vary_headers(response, ["HX-Request"])
    response["Cache-Control"] = "no-store"
    if from_htmx(visit.request):
        response["HX-Replace-Url"] = visit.place.url
    return response
