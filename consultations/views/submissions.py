"""Proposals and reports of public opinion: the list, the page of one, and what a secretary enters, corrects and moves on."""

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

from ..actions.submissions import (
    WAYS,
    edit_submission,
    file_submission,
    move_submission,
    move_submission_back,
    put_back_submission,
    withdraw_submission,
)
from ..enums import Sponsor, SubmissionKind, SubmissionState
from ..errors import Refused
from ..forms.covers import key
from ..forms.submissions import MoveForm, SubmissionForm, said_of, unsent
from ..keeping import keeps_anywhere, reads_anywhere
from ..models import Submission
from ..queries.coverable import Coverable, coverable
from ..queries.submissions import SubmissionFilters, submission_list, submission_page
from .desk_place import whole
from .entered import asked_for, changed, chosen, credit, kept, year_of
from .events import keeping


@require_safe
def submissions(request: HttpRequest) -> HttpResponse:
    """All that the reader may know of: `kind`, `state`, `sponsor`, `body`, `year`, `page`, `out` for what was taken out."""
    at = timezone.now()
    actor = actor_of(request.user, at=at)
    fields = request.GET
    reads = actor is not None and reads_anywhere(actor)
    filters = SubmissionFilters(
        kind=chosen(fields.get("kind"), SubmissionKind.values),
        state=chosen(fields.get("state"), SubmissionState.values),
        sponsor=chosen(fields.get("sponsor"), Sponsor.values),
        body=whole(fields.get("body")),
        year=year_of(fields.get("year")),
        taken_out=reads and fields.get("out") == "1",
        page=whole(fields.get("page")) or 1,
    )
    page = submission_list(actor, filters, at=at)
    context = {
        "page": page,
        "number": min(filters.page, page.pages),
        "states": SubmissionState.choices,
        "sponsors": Sponsor.choices,
        "keeps": actor is not None and keeps_anywhere(actor),
        "reads": reads,
    }
    return render(request, "consultations/submission/list.html", context)


@require_safe
def submission(request: HttpRequest, submission_id: int) -> HttpResponse:
    """One document; for whoever may not know of it, nothing is there."""
    return _page(request, submission_id)


@require_http_methods(["GET", "HEAD", "POST"])
@keeping
def submission_new(request: HttpRequest, actor: Actor, at: dt.datetime) -> HttpResponse:
    """Enter a document; `suggestion` (ids, several) says what it grows from, whose texts are there to begin with."""
    within = coverable(actor, at)
    if request.method != "POST":
        keys = [one for one in asked_for(request) if one.startswith("suggestion-")]
        begun = unsent(on=timezone.localdate(at)) | {"cover": keys}
        form = SubmissionForm(initial=begun, within=within)
        form.fields["text"].initial = "\n\n".join(one.covered.text for one in form.named if one.covered.text)
        credit(form, form.fields["body"])
        return _form(request, form)
    form = SubmissionForm(request.POST, within=within)
    if form.is_valid():
        sent_as = str(form.cleaned_data["sent_as"] or "")
        try:
            filed = file_submission(facts=form.facts(), sent_as=sent_as, by=actor, at=at)
        except Refused as refusal:
            form.blame(refusal)
            return _form(request, form, status=refusal.status)
        messages.success(request, _("It is entered. Whoever follows the suggestions in it hears of it."))
        return redirect("consultations:submission", filed.pk)
    return _form(request, form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@keeping
def submission_edit(request: HttpRequest, actor: Actor, at: dt.datetime, submission_id: int) -> HttpResponse:
    """Correct what it says, who puts it forward, and what it grew from."""
    found = _kept(submission_id, actor)
    within: Coverable = coverable(actor, at)
    if request.method != "POST":
        keys = [key("suggestion", pk) for pk in found.suggestions.values_list("pk", flat=True)]
        form = SubmissionForm(initial=said_of(found) | {"cover": keys}, within=within)
        return _form(request, form, found)
    form = SubmissionForm(request.POST, within=within)
    if form.is_valid():
        edition = form.cleaned_data["edition"] or 0
        try:
            edit_submission(submission_id=found.pk, facts=form.facts(), edition=edition, by=actor, at=at)
        except Refused as refusal:
            form.blame(refusal)
            return _form(request, form, found, status=refusal.status)
        messages.success(request, _("It is corrected."))
        return redirect("consultations:submission", found.pk)
    return _form(request, form, found, status=422)


@require_POST
@keeping
def submission_move(request: HttpRequest, actor: Actor, at: dt.datetime, submission_id: int) -> HttpResponse:
    """Its next step, with the day."""
    found = _kept(submission_id, actor)
    form = MoveForm(request.POST, present=found.state)
    if form.is_valid():
        try:
            move_submission(submission_id=found.pk, **form.cleaned_data, by=actor, at=at)
        except Refused as refusal:
            form.add_error("on", refusal.message)
            return _page(request, submission_id, moving=form, status=refusal.status)
        messages.success(request, _("Noted. Whoever follows the suggestions in it hears of it."))
        return redirect("consultations:submission", found.pk)
    return _page(request, submission_id, moving=form, status=422)


@require_POST
@keeping
def submission_back(request: HttpRequest, actor: Actor, at: dt.datetime, submission_id: int) -> HttpResponse:
    """Take its last step back."""
    found = _kept(submission_id, actor)
    done = _("The last step is taken back.")
    back = partial(move_submission_back, submission_id=submission_id, by=actor, at=at)
    return changed(request, found, back, done)


@require_POST
@keeping
def submission_withdraw(
    request: HttpRequest, actor: Actor, at: dt.datetime, submission_id: int
) -> HttpResponse:
    """Take it out; it can be put back."""
    done = _("It is taken out and counts no more. It can be put back.")
    found = _kept(submission_id, actor)
    withdraw = partial(withdraw_submission, submission_id=submission_id, by=actor, at=at)
    return changed(request, found, withdraw, done)


@require_POST
@keeping
def submission_put_back(
    request: HttpRequest, actor: Actor, at: dt.datetime, submission_id: int
) -> HttpResponse:
    """Have it count again."""
    found = _kept(submission_id, actor)
    put_back = partial(put_back_submission, submission_id=submission_id, by=actor, at=at)
    return changed(request, found, put_back, _("It counts again."))


def _page(
    request: HttpRequest, submission_id: int, *, moving: MoveForm | None = None, status: int = 200
) -> HttpResponse:
    at = timezone.now()
    page = submission_page(submission_id, actor_of(request.user, at=at), at=at)
    if page is None:
        raise Http404
    state = SubmissionState(page.submission.state)
    if moving is None and page.may_edit and WAYS[state] and page.submission.withdrawn_at is None:
        moving = MoveForm(initial={"on": timezone.localdate(at)}, present=state)
    context: dict[str, Any] = {"page": page, "moving": moving}
    return render(request, "consultations/submission/page.html", context, status=status)


def _form(
    request: HttpRequest, form: SubmissionForm, found: Submission | None = None, *, status: int = 200
) -> HttpResponse:
    context = {"form": form, "submission": found}
    answer = render(request, "consultations/submission/form.html", context, status=status)
    answer["Cache-Control"] = "no-store"
    return answer


def _kept(submission_id: int, actor: Actor) -> Submission:
    found = Submission.objects.select_related("body").filter(pk=submission_id).first()
    return kept(found, actor, lambda: submission_page(submission_id, actor, at=timezone.now()))


urlpatterns: list[URLPattern] = [
    path("submissions/", submissions, name="submissions"),
    path("submissions/new/", submission_new, name="submission-new"),
    path("submissions/<int:submission_id>/", submission, name="submission"),
    path("submissions/<int:submission_id>/edit/", submission_edit, name="submission-edit"),
    path("submissions/<int:submission_id>/move", submission_move, name="submission-move"),
    path("submissions/<int:submission_id>/back", submission_back, name="submission-back"),
    path("submissions/<int:submission_id>/withdraw", submission_withdraw, name="submission-withdraw"),
    path("submissions/<int:submission_id>/put-back", submission_put_back, name="submission-put-back"),
]
