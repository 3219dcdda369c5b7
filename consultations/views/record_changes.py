"""What is changed about records: the rules of points, corrections, appeals with their answers, and the freezing of a year."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jianyan.accounts.models import Body, User
from jianyan.accounts.roles import Actor, actor_of

from .. import keeping, points, rules
from ..actions.point_rules import correct_points, decide_point_rules, withdraw_correction
from ..actions.record_appeals import LONGEST_ABOUT, answer_appeal, appeal
from ..actions.record_freezing import freeze_year, undo_freezing
from ..errors import NotSignedIn, Refused, UnknownRecord
from ..forms.records import AnswerForm, AppealForm, CorrectionForm, DecidingForm, RuleFormSet, initial_rows
from ..models import Appeal, PointRules
from ..queries.member_record import InForce, frozen_year, record_bodies, record_page, rules_in_force
from .desk_place import whole
from .records import (
    appeal_lines,
    body_for,
    category_names,
    private,
    require_year,
    show_own,
    show_record,
    signed_in,
)

PER_PAGE = 50


@require_POST
def my_appeal(request: HttpRequest, year: int) -> HttpResponse:
    """Say what is wrong in one's own record: `about`, `text`."""
    at = timezone.now()
    actor = signed_in(request, at)
    reader = User.objects.get(pk=actor.user_id)
    chosen = whole(request.POST.get("body"))
    body = next((one for one in record_bodies(reader, require_year(year)) if one.pk == chosen), None)
    if body is None:
        raise UnknownRecord
    lines = appeal_lines(record_page(body, reader, year, at=at))
    form = AppealForm(request.POST, lines=lines)
    if not form.is_valid():
        return show_own(request, reader, year, at=at, form=form, status=422)
    named = dict(line for _deed, of_deed in lines for line in of_deed)
    about = form.cleaned_data["about"]
    try:
        appeal(
            body_id=body.pk,
            year=year,
            about=f"{about} {named[about]}"[:LONGEST_ABOUT] if about else "",
            text=form.cleaned_data["text"],
            by=actor,
            at=at,
        )
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return show_own(request, reader, year, at=at, form=form, status=refusal.status)
    messages.success(request, _("Your appeal waits for the secretary; the answer will stand here."))
    return _to(reverse("consultations:my-record", args=[year]), body, "appeals")


@require_POST
def record_correct(request: HttpRequest, year: int, user_id: int) -> HttpResponse:
    """Add points by hand or take some: `amount`, `reason`."""
    at = timezone.now()
    actor = signed_in(request, at)
    body, _bodies = body_for(request, actor)
    form = CorrectionForm(request.POST)
    if not form.is_valid():
        rules.require(keeping.may_keep(actor, body.lineage))
        return show_record(request, actor, body, require_year(year), user_id, at=at, form=form, status=422)
    correct_points(body_id=body.pk, user_id=user_id, year=year, by=actor, at=at, **form.cleaned_data)
    messages.success(request, _("Corrected. The member sees the points and the reason."))
    return _to(reverse("consultations:record", args=[year, user_id]), body, "points")


@require_POST
def correction_withdraw(request: HttpRequest, correction_id: int) -> HttpResponse:
    """Take a correction back."""
    at = timezone.now()
    correction = withdraw_correction(correction_id=correction_id, by=signed_in(request, at), at=at)
    messages.success(request, _("The correction is taken back."))
    address = reverse("consultations:record", args=[correction.year, correction.user_id])
    return _to(address, correction.body, "points")


@require_http_methods(["GET", "HEAD", "POST"])
def point_rules(request: HttpRequest, year: int) -> HttpResponse:
    """The rules of the year. `standard`: begin with the standard set; `of`: with those of that year."""
    at = timezone.now()
    actor = actor_of(request.user, at=at)
    if actor is None:
        if request.method == "POST":
            raise NotSignedIn
        return redirect_to_login(request.get_full_path())
    body, _bodies = body_for(request, actor)
    in_force = rules_in_force(body, require_year(year))
    if request.method == "POST":
        rules.require(keeping.may_keep(actor, body.lineage))
        return _decide(request, actor, body, year, in_force, at=at)
    shown = in_force.rules
    if "standard" in request.GET:
        shown = points.standard_rules()
    elif (other := whole(request.GET.get("of"))) is not None:
        shown = rules_in_force(body, other).rules
    names = category_names()
    rows = RuleFormSet(initial=initial_rows(shown), form_kwargs={"categories": names}, prefix="rule")
    form = DecidingForm(initial={"on": in_force.on, "seen": in_force.version})
    return _show_rules(request, actor, body, year, in_force, rows=rows, form=form)


def _decide(
    request: HttpRequest, actor: Actor, body: Body, year: int, in_force: InForce, *, at: dt.datetime
) -> HttpResponse:
    rows = RuleFormSet(request.POST, form_kwargs={"categories": category_names()}, prefix="rule")
    form = DecidingForm(request.POST)
    status = 422
    if form.is_valid() and rows.is_valid():
        try:
            decide_point_rules(
                body_id=body.pk,
                year=year,
                on=form.cleaned_data["on"],
                rules_of_points=rows.rules,
                seen=form.cleaned_data["seen"],
                by=actor,
                at=at,
            )
        except Refused as refusal:
            form.add_error(None, refusal.message)
            status = refusal.status
        else:
            messages.success(request, _("The rules are set."))
            return _to(reverse("consultations:point-rules", args=[year]), body, "")
    return _show_rules(request, actor, body, year, in_force, rows=rows, form=form, status=status)


def _show_rules(
    request: HttpRequest,
    actor: Actor,
    body: Body,
    year: int,
    in_force: InForce,
    *,
    rows: Any,
    form: DecidingForm,
    status: int = 200,
) -> HttpResponse:
    frozen = frozen_year(body, year)
    context = {
        "body": body,
        "year": year,
        "in_force": in_force,
        "rows": rows,
        "form": form,
        "frozen": frozen,
        "may_decide": frozen is None and keeping.may_keep(actor, body.lineage) is None,
        "versions": PointRules.objects.filter(body=body, year=year).select_related("decided_by"),
        "categories": category_names(),
        "before": rules_in_force(body, year - 1).rules,
    }
    return private(render(request, "consultations/record/rules.html", context, status=status))


@require_safe
def appeals(request: HttpRequest, year: int) -> HttpResponse:
    """The appeals of the year, those that wait first."""
    at = timezone.now()
    actor = actor_of(request.user, at=at)
    if actor is None:
        return redirect_to_login(request.get_full_path())
    body, _bodies = body_for(request, actor)
    # Of the three words for states the one for open sorts last.
    rows = (
        Appeal.objects.filter(body=body, year=require_year(year))
        .select_related("user", "answered_by", "correction")
        .order_by("-state", "id")
    )
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"body": body, "year": year, "page": page}
    return private(render(request, "consultations/record/appeals.html", context))


@require_http_methods(["GET", "HEAD", "POST"])
def appeal_answer(request: HttpRequest, appeal_id: int) -> HttpResponse:
    """One appeal, and its answer: `accepted` yes or no, `answer`, `amount`."""
    at = timezone.now()
    actor = actor_of(request.user, at=at)
    if actor is None:
        if request.method == "POST":
            raise NotSignedIn
        return redirect_to_login(request.get_full_path())
    found = Appeal.objects.select_related("body", "user", "answered_by", "correction").filter(pk=appeal_id)
    one = found.first()
    if one is None:
        raise UnknownRecord
    rules.require(keeping.may_read_books(actor, one.body.lineage))
    form, status = AnswerForm(), 200
    if request.method == "POST":
        form, status = AnswerForm(request.POST), 422
        if form.is_valid():
            filled = form.cleaned_data
            try:
                answer_appeal(
                    appeal_id=one.pk,
                    accepted=filled["accepted"] == "yes",
                    answer=filled["answer"],
                    amount=filled["amount"],
                    by=actor,
                    at=at,
                )
            except Refused as refusal:
                form.add_error(None, refusal.message)
                status = refusal.status
            else:
                messages.success(request, _("Answered. The member reads it in their record."))
                return _to(reverse("consultations:record-appeals", args=[one.year]), one.body, "")
    answers = (
        one.state == "open"
        and one.user_id != actor.user_id
        and keeping.may_keep(actor, one.body.lineage) is None
    )
    context = {"appeal": one, "form": form, "answers": answers}
    return private(render(request, "consultations/record/appeal.html", context, status=status))


@require_POST
def record_freeze(request: HttpRequest, year: int) -> HttpResponse:
    """Freeze the year."""
    at = timezone.now()
    actor = signed_in(request, at)
    body, _bodies = body_for(request, actor)
    freeze_year(body_id=body.pk, year=require_year(year), by=actor, at=at)
    messages.success(request, _("The records of %(year)s are frozen.") % {"year": year})
    return _to(reverse("consultations:records", args=[year]), body, "")


@require_POST
def record_unfreeze(request: HttpRequest, freeze_id: int) -> HttpResponse:
    """Undo a freezing."""
    at = timezone.now()
    freeze = undo_freezing(freeze_id=freeze_id, by=signed_in(request, at), at=at)
    messages.success(request, _("The freezing is undone; the records are computed anew."))
    return _to(reverse("consultations:records", args=[freeze.year]), freeze.body, "")


def _to(address: str, body: Body, anchor: str) -> HttpResponse:
    return HttpResponseRedirect(f"{address}?body={body.pk}" + (f"#{anchor}" if anchor else ""), status=303)


urlpatterns: list[URLPattern] = [
    path("my/record/<int:year>/appeals", my_appeal, name="my-appeal"),
    path("records/<int:year>/points/", point_rules, name="point-rules"),
    path("records/<int:year>/appeals/", appeals, name="record-appeals"),
    path("records/<int:year>/freeze", record_freeze, name="record-freeze"),
    path("records/<int:year>/<int:user_id>/corrections", record_correct, name="record-correct"),
    path("records/corrections/<int:correction_id>/withdraw", correction_withdraw, name="correction-withdraw"),
    path("records/appeals/<int:appeal_id>/", appeal_answer, name="appeal-answer"),
    path("records/freezings/<int:freeze_id>/undo", record_unfreeze, name="record-unfreeze"),
]
