"""Merging at the desk: what it would come to, doing it after that was seen, and taking it back."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ..actions.decisions import merge_seen
from ..actions.merging import unmerge_suggestion
from ..errors import AlreadyMerged, BadForm, NotMergeable, UnknownSuggestion
from ..queries import desk as queries
from .desk_lines import refused
from .desk_page import after, on_to_the_next, preview, refuse, show
from .desk_place import picked, whole
from .desk_visit import Visit, desk_view


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view(refuse)
def desk_merge(visit: Visit) -> HttpResponse:
    """Asked for: the preview of merging `of` (ids) into `into` (an id), or into the one whose `number` was typed.

    With `reverse` it is the typed one that goes into the only one of `of`. Sent: do it, with the editions that were
    shown (`of` and `into` are then “id:edition”).
    """
    if visit.request.method == "POST":
        return _merge(visit)
    fields = visit.request.GET
    of = [one for one in map(whole, fields.getlist("of")) if one is not None]
    if not of:
        return HttpResponseRedirect(visit.place.url)
    into = whole(fields.get("into")) or of_number(visit, fields.get("number", ""))
    if "reverse" in fields:
        of, into = [into], of[0]
    return show_merge(visit, of, into)


def show_merge(visit: Visit, of: list[int], into: int) -> HttpResponse:
    """The preview in place of the opened suggestion, or why it cannot be and the way to what stands in the way."""
    visit = replace(visit, place=replace(visit.place, view="item"))
    try:
        drawn = preview(visit, list(dict.fromkeys(of)), into)
    except (AlreadyMerged, NotMergeable) as refusal:
        return show(visit, line=replace(refused(refusal), again=into), status=refusal.status)
    return show(visit, preview=drawn)


def of_number(visit: Visit, text: str) -> int:
    """The id of the suggestion whose number was typed: 17, #17, １７. Raises BadForm, UnknownSuggestion."""
    number = whole(unicodedata.normalize("NFKC", text).strip().lstrip("#").strip())
    if number is None:
        raise BadForm(detail=_("the number of a suggestion, such as 17"))
    found = queries.id_of(visit.topic.pk, number)
    if found is None:
        raise UnknownSuggestion
    return found


@require_POST
@desk_view(refuse)
def desk_unmerge(visit: Visit) -> HttpResponse:
    """Take each of these (`of`, ids) out of the group it is in."""
    of = [one for one in map(whole, visit.request.POST.getlist("of")) if one is not None]
    if not of or visit.topic.suggestions.filter(pk__in=of).count() != len(set(of)):
        raise UnknownSuggestion
    for suggestion_id in dict.fromkeys(of):
        unmerge_suggestion(suggestion_id=suggestion_id, by=visit.actor)
    return after(visit, done="unmerge", of=of[0])


def _merge(visit: Visit) -> HttpResponse:
    fields = visit.request.POST
    seen, target = picked(fields, "of"), picked(fields, "into")
    if len(target) != 1:
        raise BadForm(detail=_("which suggestions are to be merged"))
    ((into, into_seen),) = target.items()
    merge_seen(topic_id=visit.topic.pk, seen=seen, into=into, into_seen=into_seen, by=visit.actor)
    if visit.place.item in seen:
        visit = on_to_the_next(visit)
    return after(visit, done="merge", of=next(iter(seen)), was="-".join(map(str, seen)))


urlpatterns: list[URLPattern] = [
    path("desk/<int:topic_id>/merge", desk_merge, name="desk-merge"),
    path("desk/<int:topic_id>/unmerge", desk_unmerge, name="desk-unmerge"),
]
