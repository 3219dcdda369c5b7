"""Outcomes: the public list, the page of one, and what a secretary enters, corrects and takes out."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jianyan.accounts.roles import Actor, actor_of

from ..actions.covering import covers_of
from ..actions.outcomes import edit_outcome, put_back_outcome, record_outcome, withdraw_outcome
from ..enums import Level, OutcomeKind
from ..errors import Refused
from ..forms.covers import KINDS, key
from ..forms.outcomes import OutcomeForm, said_of, unsent
from ..keeping import keeps_anywhere, reads_anywhere
from ..models import Outcome
from ..queries.coverable import Coverable, coverable, items_known
from ..queries.outcomes import OutcomeFilters, outcome_list, outcome_page
from .desk_place import whole
from .entered import asked_for, changed, chosen, credit, kept, year_of
from .events import keeping


@require_safe
def outcomes(request: HttpRequest) -> HttpResponse:
    """Everything that the reader may see: `kind`, `level`, `body`, `year`, `page`, and `out` for what was taken out."""
    at = timezone.now()
    actor = actor_of(request.user, at=at)
    fields = request.GET
    keeps = actor is not None and reads_anywhere(actor)
    filters = OutcomeFilters(
        kind=chosen(fields.get("kind"), OutcomeKind.values),
        level=chosen(fields.get("level"), Level.values),
        body=whole(fields.get("body")),
        year=year_of(fields.get("year")),
        taken_out=keeps and fields.get("out") == "1",
        page=whole(fields.get("page")) or 1,
    )
    page = outcome_list(actor, filters, at=at)
    context = {
        "page": page,
        "number": min(filters.page, page.pages),
        "levels": Level.choices,
        "keeps": actor is not None and keeps_anywhere(actor),
        "reads": keeps,
    }
    return render(request, "consultations/outcome/list.html", context)


@require_safe
def outcome(request: HttpRequest, outcome_id: int) -> HttpResponse:
    """One outcome; for whoever may not see it, nothing is there."""
    at = timezone.now()
    page = outcome_page(outcome_id, actor_of(request.user, at=at), at=at)
    if page is None:
        raise Http404
    return render(request, "consultations/outcome/page.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@keeping
def outcome_new(request: HttpRequest, actor: Actor, at: dt.datetime) -> HttpResponse:
    """Enter an outcome; `suggestion`, `referral`, `summary`, `event`, `submission` (ids, several) say what it is of."""
    within = coverable(actor, at)
    if request.method != "POST":
        form = OutcomeForm(initial=_begun(request, at), within=within)
        credit(form, form.fields["body"])
        return _form(request, form, within)
    form = OutcomeForm(request.POST, request.FILES, within=within)
    if form.is_valid():
        try:
            recorded = record_outcome(
                facts=form.facts(),
                covers=form.covers(),
                files=form.cleaned_data["attachments"],
                sent_as=str(form.cleaned_data["sent_as"] or ""),
                by=actor,
                at=at,
            )
        except Refused as refusal:
            form.blame(refusal)
            return _form(request, form, within, status=refusal.status)
        messages.success(request, _("The outcome is entered. Whoever follows what it is of hears of it."))
        return redirect("consultations:outcome", recorded.pk)
    return _form(request, form, within, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@keeping
def outcome_edit(request: HttpRequest, actor: Actor, at: dt.datetime, outcome_id: int) -> HttpResponse:
    """Correct an outcome: what it says, what it covers, its files."""
    found = _kept(outcome_id, actor)
    within = coverable(actor, at)
    attached = tuple(found.attachments.filter(withdrawn_at=None))
    if request.method != "POST":
        covers = covers_of(found)
        named = [
            key(kind, pk) for kind, (_name, ids) in zip(KINDS, covers.named(), strict=True) for pk in ids
        ]
        initial = said_of(found) | {"cover": named}
        form = OutcomeForm(initial=initial, within=within, attached=attached)
        return _form(request, form, within, found)
    form = OutcomeForm(request.POST, request.FILES, within=within, attached=attached)
    if form.is_valid():
        said = form.cleaned_data
        try:
            edit_outcome(
                outcome_id=found.pk,
                facts=form.facts(),
                covers=form.covers(),
                files=said["attachments"],
                without=[int(pk) for pk in said["without"]],
                edition=said["edition"] or 0,
                by=actor,
                at=at,
            )
        except Refused as refusal:
            form.blame(refusal)
            return _form(request, form, within, found, status=refusal.status)
        messages.success(request, _("The outcome is corrected."))
        return redirect("consultations:outcome", found.pk)
    return _form(request, form, within, found, status=422)


@require_POST
@keeping
def outcome_withdraw(request: HttpRequest, actor: Actor, at: dt.datetime, outcome_id: int) -> HttpResponse:
    """Take it out; it can be put back."""
    done = _("The outcome is taken out and counts no more. It can be put back.")
    found = _kept(outcome_id, actor)
    return changed(request, found, partial(withdraw_outcome, outcome_id=outcome_id, by=actor, at=at), done)


@require_POST
@keeping
def outcome_put_back(request: HttpRequest, actor: Actor, at: dt.datetime, outcome_id: int) -> HttpResponse:
    """Have it count again."""
    found = _kept(outcome_id, actor)
    done = _("The outcome counts again.")
    return changed(request, found, partial(put_back_outcome, outcome_id=outcome_id, by=actor, at=at), done)


def _begun(request: HttpRequest, at: dt.datetime) -> dict[str, Any]:
    begun = unsent(on=timezone.localdate(at)) | {"cover": asked_for(request)}
    return begun | {"kind": chosen(request.GET.get("kind"), OutcomeKind.values)}


def _form(
    request: HttpRequest,
    form: OutcomeForm,
    within: Coverable,
    found: Outcome | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {"form": form, "outcome": found, "items": items_known(within.bodies)}
    answer = render(request, "consultations/outcome/form.html", context, status=status)
    answer["Cache-Control"] = "no-store"
    return answer


def _kept(outcome_id: int, actor: Actor) -> Outcome:
    found = Outcome.objects.select_related("body").filter(pk=outcome_id).first()
    return kept(found, actor, lambda: outcome_page(outcome_id, actor, at=timezone.now()))


urlpatterns: list[URLPattern] = [
    path("outcomes/", outcomes, name="outcomes"),
    path("outcomes/new/", outcome_new, name="outcome-new"),
    path("outcomes/<int:outcome_id>/", outcome, name="outcome"),
    path("outcomes/<int:outcome_id>/edit/", outcome_edit, name="outcome-edit"),
    path("outcomes/<int:outcome_id>/withdraw", outcome_withdraw, name="outcome-withdraw"),
    path("outcomes/<int:outcome_id>/put-back", outcome_put_back, name="outcome-put-back"),
]
