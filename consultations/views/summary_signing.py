"""From draft to signature: submit, take back, comment, send back, sign, correct, undo the freezing."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jianyan.accounts.roles import Actor

from .. import rules
from ..actions.freezing import unfreeze_deliberation
from ..actions.signing import (
    comment_on_summary,
    correct_summary,
    return_summary,
    settle_comment,
    sign_summary,
    submit_summary,
    take_back_summary,
)
from ..errors import NotSignedIn, Refused
from ..models import Summary
from ..queries.summary_rows import load_summary
from .desk_place import whole
from .summary_visit import elsewhere, read, to_sign_in


def _take(request: HttpRequest, summary_id: int, step: Callable[[Actor], tuple[int, str]]) -> HttpResponse:
    """Do the step, which answers with the summary to show and a line; then show it, or why nothing was done."""
    try:
        actor = read(request, summary_id).actor
    except NotSignedIn:
        actor = None
    if actor is None:
        return to_sign_in(request, summary_id)
    shown = summary_id
    try:
        shown, line = step(actor)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, line)
    return elsewhere(request, _place(load_summary(shown), actor))


def _place(summary: Summary, actor: Actor) -> str:
    """The editor for whoever may edit, its comments for whoever reviews, otherwise the page on which it is read."""
    name = "summary"
    if rules.may_edit_summary(actor, summary) is None:
        name = "summary-edit"
    elif rules.may_review_summary(actor, summary) is None:
        name = "summary-review"
    return reverse(f"consultations:{name}", args=[summary.pk])


@require_POST
def submit(request: HttpRequest, summary_id: int) -> HttpResponse:
    """Hand the draft to another person to sign."""

    def step(actor: Actor) -> tuple[int, str]:
        submit_summary(summary_id=summary_id, by=actor)
        return summary_id, _("Submitted for signing.")

    return _take(request, summary_id, step)


@require_POST
def take_back(request: HttpRequest, summary_id: int) -> HttpResponse:
    """Make a draft of it again."""

    def step(actor: Actor) -> tuple[int, str]:
        take_back_summary(summary_id=summary_id, by=actor)
        return summary_id, _("Taken back: it is a draft again.")

    return _take(request, summary_id, step)


@require_POST
def send_back(request: HttpRequest, summary_id: int) -> HttpResponse:
    """Send it back with a comment (`text`)."""

    def step(actor: Actor) -> tuple[int, str]:
        return_summary(summary_id=summary_id, comment=request.POST.get("text", ""), by=actor)
        return summary_id, _("Sent back to the secretaries.")

    return _take(request, summary_id, step)


@require_POST
def comment(request: HttpRequest, summary_id: int) -> HttpResponse:
    """Remark something (`text`) on the whole, or on a `statement`."""

    def step(actor: Actor) -> tuple[int, str]:
        statement_id = whole(request.POST.get("statement"))
        text = request.POST.get("text", "")
        comment_on_summary(summary_id=summary_id, statement_id=statement_id, text=text, by=actor)
        return summary_id, _("The comment is kept.")

    return _take(request, summary_id, step)


@require_POST
def settle(request: HttpRequest, summary_id: int, comment_id: int) -> HttpResponse:
    """Say that what a comment asks for is done."""

    def step(actor: Actor) -> tuple[int, str]:
        settle_comment(summary_id=summary_id, comment_id=comment_id, by=actor)
        return summary_id, _("The comment is settled.")

    return _take(request, summary_id, step)


@require_POST
def sign(request: HttpRequest, summary_id: int) -> HttpResponse:
    """Sign it."""

    def step(actor: Actor) -> tuple[int, str]:
        summary = sign_summary(summary_id=summary_id, by=actor)
        return summary_id, _("Signed as %(number)s.") % {"number": summary.number_text}

    return _take(request, summary_id, step)


@require_POST
def correct(request: HttpRequest, summary_id: int) -> HttpResponse:
    """Begin a corrected version, and go on to it."""

    def step(actor: Actor) -> tuple[int, str]:
        further = correct_summary(summary_id=summary_id, by=actor)
        return further.pk, _(
            "A corrected version is begun. The signed one stays in force until it is signed."
        )

    return _take(request, summary_id, step)


@require_POST
def unfreeze(request: HttpRequest, summary_id: int) -> HttpResponse:
    """Undo the freezing."""

    def step(actor: Actor) -> tuple[int, str]:
        unfreeze_deliberation(summary_id=summary_id, by=actor)
        return summary_id, _(
            "The freezing is undone. The draft waits until the deliberation is frozen again."
        )

    return _take(request, summary_id, step)


_SUMMARY = "summaries/<int:summary_id>"

urlpatterns: list[URLPattern] = [
    path(f"{_SUMMARY}/submit", submit, name="summary-submit"),
    path(f"{_SUMMARY}/take-back", take_back, name="summary-take-back"),
    path(f"{_SUMMARY}/send-back", send_back, name="summary-send-back"),
    path(f"{_SUMMARY}/comments/", comment, name="summary-comment"),
    path(f"{_SUMMARY}/comments/<int:comment_id>/settle", settle, name="summary-settle"),
    path(f"{_SUMMARY}/sign", sign, name="summary-sign"),
    path(f"{_SUMMARY}/correct", correct, name="summary-correct"),
    path(f"{_SUMMARY}/unfreeze", unfreeze, name="summary-unfreeze"),
]
