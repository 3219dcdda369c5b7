"""Handling one referral by a signed link, without an account: the same steps as a handler who is signed in, and no others."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from ..actions.referral_links import open_link
from ..errors import LinkExpired, LinkRevoked, RateLimited, Refused, UnknownLink
from ..models import Attachment
from ..pace import Limit, require_pace
from ..queries.referral_page import ReferralPage, referral_page
from ..referral_states import LinkHolder
from .attachments import given_out
from .referral_moves import VERBS, Attempt, attempt_of, form_of, offers_of, take

OPENING = Limit("referral-link", per_user=120, per_address=120, window=60)
CLOSED = (UnknownLink, LinkExpired, LinkRevoked, RateLimited)
"""Why a link opens nothing."""


@require_safe
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """The referral that the link is for."""
    at = timezone.now()
    try:
        holder = _enter(request, token, at)
    except CLOSED as refusal:
        return _closed(request, refusal)
    return _show(request, token, _page(holder, at), at=at)


@require_POST
def move_by_link(request: HttpRequest, token: str, verb: str) -> HttpResponse:
    """Take a step for the body of the link."""
    at = timezone.now()
    step = VERBS.get(verb)
    if step is None:
        raise Http404
    try:
        holder = _enter(request, token, at)
    except CLOSED as refusal:
        return _closed(request, refusal)
    page = _page(holder, at)
    form = form_of(page, step, at=at, request=request)
    if not form.is_valid():
        return _show(request, token, page, at=at, attempt=Attempt(step, form), status=422)
    try:
        said = take(page, step, form, by=holder, at=at)
    except (UnknownLink, LinkExpired, LinkRevoked) as refusal:
        return _closed(request, refusal)
    except Refused as refusal:
        attempt = attempt_of(step, form, refusal)
        return _show(request, token, _page(holder, at), at=at, attempt=attempt, status=refusal.status)
    messages.success(request, said)
    return HttpResponseRedirect(reverse("consultations:referral-by-link", args=[token]), status=303)


@require_safe
def file_by_link(request: HttpRequest, token: str, attachment_id: int) -> HttpResponse:
    """A file beside a reply of this referral, for the body of the link."""
    at = timezone.now()
    try:
        holder = _enter(request, token, at)
    except CLOSED as refusal:
        return _closed(request, refusal)
    _page(holder, at)
    found = Attachment.objects.filter(
        pk=attachment_id,
        reply__referral=holder.referral_id,
        reply__withdrawn_at=None,
        withdrawn_at=None,
    ).first()
    if found is None:
        raise Http404
    return given_out(found)


def _enter(request: HttpRequest, token: str, at: dt.datetime) -> LinkHolder:
    require_pace(request, OPENING)
    return open_link(token, at=at)


def _page(holder: LinkHolder, at: dt.datetime) -> ReferralPage:
    page = referral_page(holder.referral_id, holder, at=at)
    if page is None:
        # Referred to others since: the body has no part in it any more.
        raise Http404
    return page


def _show(
    request: HttpRequest,
    token: str,
    page: ReferralPage,
    *,
    at: dt.datetime,
    attempt: Attempt | None = None,
    status: int = 200,
) -> HttpResponse:
    offers = offers_of(page, at=at, attempt=attempt)
    context = {
        "page": page,
        "offers": offers,
        "address": reverse("consultations:referral-by-link", args=[token]),
        "lost": attempt
        if attempt is not None and not any(one.form is attempt.form for one in offers)
        else None,
        "by_link": True,
        "at": at,
    }
    return _hidden(render(request, "consultations/referral/page.html", context, status=status))


def _closed(request: HttpRequest, refusal: Refused) -> HttpResponse:
    context = {"refusal": refusal}
    return _hidden(render(request, "consultations/referral/link_closed.html", context, status=refusal.status))


def _hidden(answer: HttpResponse) -> HttpResponse:
    """Whoever has the address may act: nobody lists it, keeps it, or is told where a reader came from."""
    answer["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    answer["Cache-Control"] = "private, no-store"
    # Not `no-referrer`: browsers would then send forms without an origin, and those are refused.
    answer["Referrer-Policy"] = "same-origin"
    return answer


urlpatterns: list[URLPattern] = [
    path("r/<str:token>/", by_link, name="referral-by-link"),
    path("r/<str:token>/files/<int:attachment_id>", file_by_link, name="referral-by-link-file"),
    path("r/<str:token>/<slug:verb>", move_by_link, name="referral-by-link-move"),
]
