"""The list of attendance as a file: taken away, corrected in a spreadsheet, looked at, and taken over."""

from __future__ import annotations

import csv
import datetime as dt
import io

import structlog
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jianyan.accounts.roles import Actor, actor_of

from .. import rules
from ..actions.attendance_list import correct_by_list
from ..documents.csv import inert
from ..errors import ListChanged, NotSignedIn, Refused
from ..forms.attendance import ListForm, LookedAtForm, rows_as_json
from ..models import Deliberation
from ..queries.attendance import list_for, listed_people
from ..queries.attendance_plan import ListColumn, Plan, Row, in_words, plan_of, rows_of
from ..queries.attending import people_of, usual_mode

log = structlog.get_logger(__name__)


@require_safe
def attendance_csv(request: HttpRequest, deliberation_id: int) -> HttpResponse:
    """The list as it stands, for those who may read it: UTF-8 with a byte order mark, and no cell is a formula."""
    at = timezone.now()
    actor = actor_of(request.user, at=at)
    if actor is None:
        return redirect_to_login(request.get_full_path())
    deliberation = _required(deliberation_id, actor)
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(column.value for column in ListColumn)
    for row in rows_of(listed_people(deliberation, at=at)):
        cells = (row.name, row.presence, row.mode, row.unit, row.order)
        writer.writerow(inert(cell or "") for cell in cells)
    answer = HttpResponse(b"\xef\xbb\xbf" + out.getvalue().encode(), content_type="text/csv; charset=utf-8")
    name = _("attendance-%(number)s.csv") % {"number": deliberation.pk}
    disposition = content_disposition_header(as_attachment=True, filename=name)
    answer["Content-Disposition"] = disposition or "attachment"
    patch_cache_control(answer, private=True, no_store=True)
    log.info("attendance taken away", deliberation_id=deliberation.pk, user_id=actor.user_id)
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def attendance_file(request: HttpRequest, deliberation_id: int) -> HttpResponse:
    """How to correct the list by a file. With a `file` what it would change; with `rows` and `seen` that is done."""
    at = timezone.now()
    actor = actor_of(request.user, at=at)
    if actor is None:
        if request.method == "POST":
            raise NotSignedIn
        return redirect_to_login(request.get_full_path())
    deliberation = _required(deliberation_id, actor)
    rules.require(rules.may_summarise(actor, deliberation))
    if request.method != "POST":
        return _show(request, deliberation, ListForm())
    if "rows" in request.POST:
        return _take_over(request, deliberation, actor, at)
    form = ListForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, deliberation, form, status=422)
    rows: list[Row] = form.cleaned_data["file"]
    return _show(request, deliberation, ListForm(), rows=rows, plan=_plan(deliberation, rows, at))


def _take_over(
    request: HttpRequest, deliberation: Deliberation, actor: Actor, at: dt.datetime
) -> HttpResponse:
    looked_at = LookedAtForm(request.POST)
    if not looked_at.is_valid():
        form = ListForm()
        return _show(request, deliberation, form, refused=_("Please choose the file again."), status=422)
    rows: list[Row] = looked_at.cleaned_data["rows"]
    seen: str = looked_at.cleaned_data["seen"]
    try:
        plan = correct_by_list(deliberation_id=deliberation.pk, rows=rows, seen=seen, by=actor, at=at)
    except ListChanged as refusal:
        now = _plan(deliberation, rows, at)
        return _show(
            request, deliberation, ListForm(), rows=rows, plan=now, refused=refusal.message, status=409
        )
    except Refused as refusal:
        return _show(request, deliberation, ListForm(), refused=refusal.message, status=refusal.status)
    messages.success(request, _("People corrected: %(count)s") % {"count": len(plan.changes)})
    return HttpResponseRedirect(reverse("consultations:attendance", args=[deliberation.pk]), status=303)


def _plan(deliberation: Deliberation, rows: list[Row], at: dt.datetime) -> Plan:
    return plan_of(rows, people_of(deliberation, at=at), usual=usual_mode(deliberation))


def _show(
    request: HttpRequest,
    deliberation: Deliberation,
    form: ListForm,
    *,
    rows: list[Row] | None = None,
    plan: Plan | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    frozen = deliberation.topics.filter(frozen_at__isnull=False).exists()
    context = {
        "deliberation": deliberation,
        "form": form,
        "columns": tuple(ListColumn),
        "frozen": frozen,
        "refused": refused,
        "plan": plan,
        "changes": [
            (change, in_words(change.was) if change.was is not None else "", in_words(change.becomes))
            for change in (plan.changes if plan is not None else ())
        ],
        "rows": rows_as_json(rows) if rows is not None and plan is not None and not plan.faults else "",
    }
    answer = render(request, "consultations/attendance_file.html", context, status=status)
    patch_cache_control(answer, private=True, no_store=True)
    return answer


def _required(deliberation_id: int, actor: Actor) -> Deliberation:
    deliberation = list_for(deliberation_id, actor)
    if deliberation is None:
        raise Http404
    return deliberation


urlpatterns: list[URLPattern] = [
    path("deliberations/<int:deliberation_id>/attendance/list.csv", attendance_csv, name="attendance-csv"),
    path("deliberations/<int:deliberation_id>/attendance/file", attendance_file, name="attendance-file"),
]
