"""Several suggestions at once: one request, each decided by itself, each refusal told."""

from __future__ import annotations

from django.http import HttpResponse, QueryDict
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ..actions.decisions import Decision, Outcome, assign_theme_each, decide_each
from ..errors import BadForm
from ..queries import desk as queries
from .desk_lines import Line, done_to_each, themed_each
from .desk_merging import of_number, show_merge
from .desk_page import on_to_the_next, refuse, show
from .desk_place import joined, picked, whole
from .desk_visit import Visit, desk_view


@require_POST
@desk_view(refuse)
def desk_several(visit: Visit) -> HttpResponse:
    """Do the same to each `pick` (“id:edition”).

    The field that is named like a decision holds the ready reason, `theme` the id of a theme or nothing, and `merge`
    asks for the preview of putting them into the one whose number is `into`. `back` (“id:theme”, repeated) puts each
    under the theme that it had.
    """
    fields = visit.request.POST
    seen, back = picked(fields, "pick"), picked(fields, "back")
    if "merge" in fields:
        into = of_number(visit, fields.get("into", ""))
        return show_merge(visit, [one for one in seen if one != into], into)
    if back:
        return _put(visit, {one: whole(theme) for one, theme in back.items()})
    if not seen:
        raise BadForm(detail=_("no suggestion is marked"))
    if "theme" in fields:
        theme = fields["theme"]
        # 0 is no theme's id: what is neither empty nor a number is an unknown theme.
        return _put(visit, dict.fromkeys(seen, (whole(theme) or 0) if theme else None))
    decision = _decision(fields)
    outcomes = decide_each(
        decision,
        topic_id=visit.topic.pk,
        seen=seen,
        by=visit.actor,
        reason=joined(fields[decision], fields.get(f"{decision}-words", "")),
    )
    editions = queries.editions(visit.topic.pk, seen)
    return _said(
        visit, outcomes, done_to_each(decision, outcomes, topic_id=visit.topic.pk, editions=editions)
    )


def _decision(fields: QueryDict) -> Decision:
    for decision in Decision:
        if decision in fields:
            return decision
    raise BadForm(detail=_("what is to be decided"))


def _put(visit: Visit, themes: dict[int, int | None]) -> HttpResponse:
    before = dict(visit.topic.suggestions.filter(pk__in=themes).values_list("id", "theme_id"))
    outcomes = assign_theme_each(topic_id=visit.topic.pk, themes=themes, by=visit.actor)
    return _said(visit, outcomes, themed_each(outcomes, topic_id=visit.topic.pk, before=before))


def _said(visit: Visit, outcomes: tuple[Outcome, ...], line: Line) -> HttpResponse:
    opened = next((one for one in outcomes if one.suggestion_id == visit.place.item), None)
    if opened is not None and opened.refusal is None:
        visit = on_to_the_next(visit)
    status = 200 if any(one.refusal is None for one in outcomes) else 409
    return show(visit, line=line, status=status, around=opened is None)


urlpatterns: list[URLPattern] = [
    path("desk/<int:topic_id>/several", desk_several, name="desk-several"),
]
