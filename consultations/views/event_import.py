"""Import of events: a file is looked at, names that nobody has are settled, and then all of it is taken over."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jianyan.accounts.enums import BodyKind
from jianyan.accounts.models import Body
from jianyan.accounts.roles import Actor
from jianyan.accounts.roster.table import NotAList

from ..actions.event_import import import_events, look_at_events
from ..actions.event_names import CREATABLE, Choices, likely_choices
from ..errors import ListChanged, Refused
from ..forms.event_import import MOST_NAMES, ConfirmedForm, EventFileForm, sealed
from ..importing.plan import Decision, Plan, Verdict
from ..importing.rows import OutcomeRow
from ..importing.templates import csv_template, xlsx_template
from ..queries.events import bodies_below, books_of, channels_there
from .events import keeping

SHOWN = 100
"""Rows of a kind that a page lists; of more it says how many."""


@require_http_methods(["GET", "HEAD", "POST"])
@keeping
def event_import(request: HttpRequest, actor: Actor, at: dt.datetime) -> HttpResponse:
    """How it is done. With a `file` what it would do; with `sealed` and `seen` that is done."""
    if request.method != "POST":
        return _page(request, actor, EventFileForm(bodies=books_of(actor)))
    if "sealed" in request.POST:
        return _take_over(request, actor, at)
    form = EventFileForm(request.POST, request.FILES, bodies=books_of(actor))
    if not form.is_valid():
        return _page(request, actor, form, status=422)
    content, body = form.cleaned_data["file"], form.cleaned_data["body"]
    try:
        plan = look_at_events(content=content, body_id=body.pk, by=actor, at=at)
    except NotAList as refusal:
        form.add_error("file", str(refusal))
        return _page(request, actor, form, status=422)
    looked_at = LookedAt(body, content, plan, likely_choices(plan))
    return _page(request, actor, EventFileForm(bodies=books_of(actor)), looked_at)


@require_safe
@keeping
def event_template(_request: HttpRequest, _actor: Actor, _at: dt.datetime, suffix: str) -> HttpResponse:
    """A file to fill in: `suffix` csv or xlsx."""
    if suffix == "csv":
        answer = HttpResponse(csv_template(), content_type="text/csv; charset=utf-8")
    else:
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        answer = HttpResponse(xlsx_template(), content_type=kind)
    disposition = content_disposition_header(as_attachment=True, filename=f"活动登记.{suffix}")
    answer["Content-Disposition"] = disposition or "attachment"
    return answer


@dataclass(frozen=True, slots=True)
class LookedAt:
    """A file of a body, what it would do, and what is chosen for names that nobody has."""

    body: Body
    content: bytes
    plan: Plan
    choices: Choices


def _take_over(request: HttpRequest, actor: Actor, at: dt.datetime) -> HttpResponse:
    form = ConfirmedForm(request.POST, bodies=books_of(actor), user_id=actor.user_id)
    again = EventFileForm(bodies=books_of(actor))
    if not form.is_valid():
        return _page(request, actor, again, refused=_("Please choose the file again."), status=422)
    body, content = form.cleaned_data["body"], form.cleaned_data["sealed"]
    choices = form.choices()
    if (choices.bodies or choices.channels) and not form.cleaned_data["agreed"]:
        plan = look_at_events(content=content, body_id=body.pk, by=actor, at=at)
        refused = _("Please say that the new bodies and channels shall be made.")
        looked_at = LookedAt(body, content, plan, choices)
        return _page(request, actor, again, looked_at, refused=refused, status=422)
    try:
        plan = import_events(
            content=content,
            body_id=body.pk,
            choices=choices,
            seen=form.cleaned_data["seen"],
            by=actor,
            at=at,
        )
    except Refused as refusal:
        plan = look_at_events(content=content, body_id=body.pk, by=actor, at=at)
        chosen = likely_choices(plan) if isinstance(refusal, ListChanged) else choices
        looked_at = LookedAt(body, content, plan, chosen)
        return _page(request, actor, again, looked_at, refused=refusal.message, status=refusal.status)
    told = _("Imported: %(written)s rows written, %(left)s left out.")
    messages.success(request, told % {"written": plan.writes, "left": len(plan.faults)})
    return redirect("consultations:events")


def _page(
    request: HttpRequest,
    actor: Actor,
    form: EventFileForm,
    looked_at: LookedAt | None = None,
    *,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    context: dict[str, object] = {"form": form, "refused": refused, "looked_at": looked_at}
    if looked_at is not None:
        context |= _looked_at(looked_at, actor)
    answer = render(request, "consultations/event/import.html", context, status=status)
    patch_cache_control(answer, private=True, no_store=True)
    return answer


def _looked_at(looked_at: LookedAt, actor: Actor) -> dict[str, object]:
    plan, choices = looked_at.plan, looked_at.choices
    lists = (
        (_("Events held"), plan.events),
        (_("Outcomes"), plan.outcomes),
        (_("Proposals"), plan.submissions),
    )
    changed = [one for _name, every in lists for one in every if one.verdict is Verdict.CHANGED]
    return {
        "plan": plan,
        "counts": [(name, plan.count(every)) for name, every in lists if every],
        "faults": plan.faults[:SHOWN],
        "more_faults": max(0, len(plan.faults) - SHOWN),
        "changed": [(_title(one), one) for one in changed[:SHOWN]],
        "more_changed": max(0, len(changed) - SHOWN),
        "kinds": [(kind.value, kind.label) for kind in CREATABLE],
        "existing": bodies_below(looked_at.body),
        "existing_channels": channels_there(),
        "names": [(one, str(choices.bodies.get(one.name, ""))) for one in plan.bodies],
        "channels": [
            (one, "new" if (chosen := choices.channels.get(one.name)) is None else str(chosen))
            for one in plan.channels
        ],
        "likely": _likely(plan),
        "unlikely": any(not one.likely for one in plan.bodies),
        "sealed": sealed(looked_at.content, actor.user_id)
        if len(plan.bodies) + len(plan.channels) <= MOST_NAMES
        else "",
    }


def _likely(plan: Plan) -> list[tuple[str, int]]:
    """What would be made: kind and how many."""
    counted: dict[str, int] = {}
    for one in plan.bodies:
        if one.likely:
            label = str(BodyKind(one.likely).label)
            counted[label] = counted.get(label, 0) + 1
    return list(counted.items())


def _title(one: Decision) -> str:
    return one.row.words if isinstance(one.row, OutcomeRow) else one.row.title


urlpatterns: list[URLPattern] = [
    path("events/import/", event_import, name="event-import"),
    path("events/import/template.csv", event_template, {"suffix": "csv"}, name="event-template-csv"),
    path("events/import/template.xlsx", event_template, {"suffix": "xlsx"}, name="event-template-xlsx"),
]
