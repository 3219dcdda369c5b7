"""Drawing the desk: the whole page, or for htmx the regions of it that may have changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from .. import rules
from ..actions.claims import claim_suggestion, release_claim
from ..enums import Status
from ..errors import BadForm, Refused, TakenByAnother, UnknownSuggestion
from ..queries import desk as queries
from ..queries.controls import PICKS, controls
from ..queries.groups import MergePreview, Part, preview_merge
from ..queries.marking import Segment, segments
from ..queries.turnout import turnout
from ..similarity import shared
from .desk_lines import Line, done_to, numbers, refused
from .desk_place import Place, from_htmx
from .desk_visit import Visit
from .steering_lines import count_of, done_to_topics


def show(
    visit: Visit,
    *,
    line: Line | None = None,
    status: int = 200,
    preview: Preview | None = None,
    around: bool = False,
) -> HttpResponse:
    """The desk at that place. Opening a suggestion claims it, a courtesy that lapses by itself, so a GET may.

    `preview`: of a merge, in place of the opened suggestion. `around`: the opened one was not touched and stays.
    """
    _claim(visit)
    name = "desk"
    if from_htmx(visit.request):
        # The opened suggestion is left alone by what is done at the controls: a reason may be half written there.
        name = "steering" if visit.place.view == "controls" else "around" if around else "regions"
    context = _regions(visit)
    if name in ("desk", "regions"):
        context |= _opened(visit)
    if name in ("desk", "steering"):
        context |= _turnout(visit)
    context |= {"line": line, "drafts": visit.request.POST, "preview": preview}
    return _addressed(visit, render(visit.request, f"consultations/desk/{name}.html", context, status=status))


def pulse(visit: Visit) -> HttpResponse:
    """Everything around the opened suggestion, which stays as it is, and its present edition."""
    context = _regions(visit) | _turnout(visit)
    return _addressed(visit, render(visit.request, "consultations/desk/pulse.html", context))


def look(visit: Visit) -> HttpResponse:
    """The opened suggestion alone, as it is now; nothing is claimed."""
    return render(
        visit.request, "consultations/desk/item.html", _regions(visit) | _opened(visit) | {"oob": True}
    )


def refuse(visit: Visit, refusal: Refused) -> HttpResponse:
    """The desk with the fresh state, the reason why nothing was done, and what had been typed."""
    # What refused it may have happened while this request waited for the topic.
    visit.topic.refresh_from_db()
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
        return done_to_topics(done, count_of(was))
    brief = queries.brief(topic_id, of)
    return done_to(done, brief, topic_id=topic_id, was=was) if brief is not None else None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a merge would come to, with the editions that are shown: who confirms has seen exactly these.

    `apart`: the supports of each before, added up; `count`: how many suggestions these are, groups counting as one.
    """

    merge: MergePreview
    merging: tuple[PreviewPart, ...]
    into: PreviewPart
    numbers: str
    apart: int
    count: int


@dataclass(frozen=True, slots=True)
class PreviewPart:
    """One of them, `marked` where it shares characters with the other side. `seen`: its id and edition."""

    part: Part
    marked: tuple[Segment, ...]
    status_name: str
    seen: str


def preview(visit: Visit, suggestion_ids: Sequence[int], into: int) -> Preview:
    """What merging these into that one would come to.

    Raises UnknownSuggestion, what refuses the merge, and TakenByAnother where a colleague has one of them open; the
    opened one is this moderator's, or they have said “anyway”.
    """
    if not suggestion_ids:
        raise BadForm(detail=_("which suggestions are to be merged"))
    editions = queries.editions(visit.topic.pk, (*suggestion_ids, into))
    # The editions first: a text that changes between the two is refused when it is confirmed.
    merge = preview_merge(visit.topic, suggestion_ids, into, visit.actor)
    if merge is None or not editions.keys() >= {*suggestion_ids, into}:
        raise UnknownSuggestion
    if merge.refusal is not None:
        raise merge.refusal
    others = set(suggestion_ids) - {visit.place.item}
    taken = queries.taken(visit.topic.pk, others, reader=visit.actor.user_id, at=visit.at)
    if taken:
        number, name = next(iter(taken.items()))
        raise TakenByAnother(number=number, name=name)
    joining = [part for part in merge.parts if part.id in suggestion_ids]
    return Preview(
        merge=merge,
        merging=tuple(_part(part, merge.into, editions) for part in joining),
        into=_part(merge.into, joining[0], editions),
        numbers=numbers([part.number for part in joining]),
        apart=merge.into.tally[0] + sum(part.tally[0] for part in joining),
        count=len(joining) + 1,
    )


def _part(part: Part, other: Part, editions: Mapping[int, str]) -> PreviewPart:
    return PreviewPart(
        part=part,
        marked=segments(part.text, shared=shared(part.text, other.text)),
        status_name=str(Status(part.status).label),
        seen=f"{part.id}:{editions[part.id]}",
    )


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
        "flagged": _("Flagged"),
        "published": _("Published"),
        "returned": _("Returned"),
        "away": _("Hidden or declined"),
        "all": _("All"),
    }
    item = {"item": str(place.item)} if place.item is not None else {}
    return tuple(
        Tab(name, label, counts[name], urlencode({"shelf": name, "q": place.search, "view": "queue"} | item))
        for name, label in labels.items()
        if name != queries.FLAGGED or counts[name] or place.shelf == name
    )


def _regions(visit: Visit) -> dict[str, Any]:
    topic, actor, place, at = visit.topic, visit.actor, visit.place, visit.at
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
        "glimpse": _glimpse(visit),
        "controls": controls(topic, actor=actor, at=at),
        "reasons": tuple(zip(PICKS, topic.deliberation.channel.reasons, strict=False)),
    }


def _turnout(visit: Visit) -> dict[str, Any]:
    """Who has come: not in the answer to a decision, which does not change it and is waited for."""
    return {"turnout": turnout(visit.topic, at=visit.at)}


def _opened(visit: Visit) -> dict[str, Any]:
    opened = visit.place.item
    item = queries.item(visit.topic, opened, actor=visit.actor, at=visit.at) if opened is not None else None
    return {"item": item, "missing": opened is not None and item is None}


def _glimpse(visit: Visit) -> queries.Glimpse | None:
    opened = visit.place.item
    if opened is None:
        return None
    return queries.glimpse(visit.topic.pk, opened, reader=visit.actor.user_id, at=visit.at)


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
