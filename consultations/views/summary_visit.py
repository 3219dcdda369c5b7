"""A request about one summary: who, what, when; and what happens when something is refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from jianyan.accounts.roles import Actor, actor_of

from .. import rules
from ..errors import AlreadySigned, InReview, NotSignedIn, Refused, Thawed, UnknownSummary
from ..models import Summary
from ..queries.summary_rows import is_invited, load_summary
from .desk_place import from_htmx

Rest = ParamSpec("Rest")


@dataclass(frozen=True, slots=True)
class Reading:
    """Somebody who may read the summary, signed in or not."""

    request: HttpRequest
    summary: Summary
    actor: Actor | None
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Visit:
    """A secretary at work on the summary; everything in the request was asked at the one instant `at`."""

    request: HttpRequest
    summary: Summary
    actor: Actor
    at: dt.datetime

    @property
    def url(self) -> str:
        """The address of the editor."""
        return reverse("consultations:summary-edit", args=[self.summary.pk])


def read(request: HttpRequest, summary_id: int) -> Reading:
    """Raises Http404 for those who may not even see the deliberation, NotSignedIn or NotAllowed for others."""
    at = timezone.now()
    actor = actor_of(request.user, at=at)
    summary = _load(summary_id)
    invited = is_invited(actor, summary.deliberation)
    verdict = rules.may_see_summary(actor, summary, announced=True, invited=invited)
    if verdict is not None:
        hidden = rules.may_see_deliberation(actor, summary.deliberation, announced=True, invited=invited)
        raise _verdict(actor, verdict, hidden=hidden is not None)
    return Reading(request, summary, actor, at)


def enter(request: HttpRequest, summary_id: int) -> Visit:
    """As `read`, for a secretary of the host. There is no editor of what is signed, under review, or no longer frozen.

    Raises AlreadySigned, InReview, Thawed.
    """
    reading = read(request, summary_id)
    verdict = rules.may_edit_summary(reading.actor, reading.summary)
    if verdict is not None or reading.actor is None:
        raise verdict or NotSignedIn()
    return Visit(request, reading.summary, reading.actor, reading.at)


def _load(summary_id: int) -> Summary:
    try:
        return load_summary(summary_id)
    except UnknownSummary:
        raise Http404 from None


def _verdict(actor: Actor | None, verdict: Refused, *, hidden: bool) -> Exception:
    # Whoever is not signed in may be told to: signing in says nothing about what is there.
    if actor is None:
        return NotSignedIn()
    return Http404() if hidden else verdict


def visiting(
    answer: Callable[Concatenate[Visit, Rest], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Make a view of what a secretary's visit leads to; others sign in first, or are refused."""

    @wraps(answer)
    def view(request: HttpRequest, summary_id: int, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        try:
            visit = enter(request, summary_id)
        except NotSignedIn:
            return to_sign_in(request, summary_id)
        except (AlreadySigned, InReview, Thawed) as refusal:
            messages.error(request, refusal.message)
            name = "summary-review" if isinstance(refusal, InReview) else "summary"
            return elsewhere(request, reverse(f"consultations:{name}", args=[summary_id]))
        return answer(visit, *args, **kwargs)

    return view


def refusing(
    refuse: Callable[Concatenate[Visit, Refused, Rest], HttpResponse],
) -> Callable[
    [Callable[Concatenate[Visit, Rest], HttpResponse]], Callable[Concatenate[Visit, Rest], HttpResponse]
]:
    """What the domain refuses is answered by `refuse`, which gets the same arguments."""

    def decorate(
        answer: Callable[Concatenate[Visit, Rest], HttpResponse],
    ) -> Callable[Concatenate[Visit, Rest], HttpResponse]:
        @wraps(answer)
        def answered(visit: Visit, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
            try:
                return answer(visit, *args, **kwargs)
            except Refused as refusal:
                return refuse(visit, refusal, *args, **kwargs)

        return answered

    return decorate


def to_sign_in(request: HttpRequest, summary_id: int) -> HttpResponse:
    """Sign in and come back: to the page asked for, or after a form to the editor."""
    back = reverse("consultations:summary-edit", args=[summary_id])
    answer = redirect_to_login(request.get_full_path() if request.method == "GET" else back)
    return elsewhere(request, answer.url)


def elsewhere(request: HttpRequest, url: str) -> HttpResponse:
    """A redirect, or what makes htmx load that page as a whole."""
    if from_htmx(request):
        return HttpResponse(headers={"HX-Redirect": url})
    return HttpResponseRedirect(url, status=303 if request.method == "POST" else 302)
