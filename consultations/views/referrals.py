"""Referrals 交办: the secretaries' list, and each on a page of its own with the steps that its reader may take."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jianyan.accounts.roles import Actor, actor_of

from ..actions.referral_links import make_link, revoke_link, token_of
from ..enums import Move, ReferralState
from ..errors import NotAllowed, NotSignedIn, Refused
from ..forms.referrals import LinkForm
from ..models import ReferralLink
from ..queries.follow_up import OVERDUE, SUPERVISED
from ..queries.referral_page import ReferralPage, referral_page
from ..queries.referrals import reads_referrals, referral_list
from .desk_place import whole
from .follow_up import filters_of, query_of
from .referral_moves import VERBS, Attempt, attempt_of, form_of, offers_of, take
from .referring import urlpatterns as referring

ALL_STATES = (*ReferralState.values, OVERDUE, SUPERVISED)


@require_safe
def referrals(request: HttpRequest) -> HttpResponse:
    """The list of those whose bodies host what was referred. Filters as for the follow-up, and `deliberation`."""
    at = timezone.now()
    actor = actor_of(request.user, at=at)
    if actor is None:
        return redirect_to_login(request.get_full_path())
    if not reads_referrals(actor):
        raise NotAllowed
    deliberation = whole(request.GET.get("deliberation"))
    filters = filters_of(request, states=ALL_STATES, usual="due")
    page = referral_list(actor, at=at, filters=filters, deliberation=deliberation)
    context = {
        "page": page,
        "query": query_of(page.filters, usual="due", deliberation=deliberation),
        "unsorted": query_of(page.filters, usual="due", deliberation=deliberation, but="sort"),
        "unstated": query_of(page.filters, usual="due", deliberation=deliberation, but="state"),
    }
    return _private(render(request, "consultations/referral/list.html", context))


@require_safe
def referral(request: HttpRequest, referral_id: int) -> HttpResponse:
    """One referral, for everybody who may see it."""
    at = timezone.now()
    actor = actor_of(request.user, at=at)
    return _show(request, _page(referral_id, actor, at), at=at)


@require_POST
def move(request: HttpRequest, referral_id: int, verb: str) -> HttpResponse:
    """Take a step; whatever is refused, what was typed is there again. `back`=mine leads to one's own page."""
    at = timezone.now()
    actor = actor_of(request.user, at=at)
    step = VERBS.get(verb)
    if step is None:
        raise Http404
    if actor is None:
        raise NotSignedIn
    page = _page(referral_id, actor, at)
    form = form_of(page, step, at=at, request=request)
    if not form.is_valid():
        return _show(request, page, at=at, attempt=Attempt(step, form), status=422)
    try:
        said = take(page, step, form, by=actor, at=at)
    except Refused as refusal:
        again = _page(referral_id, actor, at)
        return _show(request, again, at=at, attempt=attempt_of(step, form, refusal), status=refusal.status)
    messages.success(request, said)
    if step is Move.RATE and request.POST.get("back") == "mine":
        return HttpResponseRedirect(reverse("consultations:mine"), status=303)
    return _back(referral_id)


@require_POST
def link(request: HttpRequest, referral_id: int) -> HttpResponse:
    """Make a signed link for one of the bodies."""
    at = timezone.now()
    actor = actor_of(request.user, at=at)
    if actor is None:
        raise NotSignedIn
    page = _page(referral_id, actor, at)
    form = _link_form(page, request)
    if not form.is_valid():
        return _show(request, page, at=at, link_form=form, status=422)
    fields = form.cleaned_data
    try:
        make_link(referral_id=referral_id, body_id=fields["body"], days=fields["days"], by=actor, at=at)
    except Refused as refusal:
        form.blame(refusal)
        return _show(request, page, at=at, link_form=form, status=refusal.status)
    messages.success(request, _("The link is made. Copy its address below, and send it to the body alone."))
    return _back(referral_id, "links")


@require_POST
def link_revoke(request: HttpRequest, referral_id: int, link_id: int) -> HttpResponse:
    """Let a signed link open nothing any more."""
    at = timezone.now()
    actor = actor_of(request.user, at=at)
    if actor is None:
        raise NotSignedIn
    if not ReferralLink.objects.filter(pk=link_id, referral=referral_id).exists():
        raise Http404
    revoke_link(link_id=link_id, by=actor, at=at)
    messages.success(request, _("The link opens nothing any more."))
    return _back(referral_id, "links")


def _page(referral_id: int, actor: Actor | None, at: dt.datetime) -> ReferralPage:
    page = referral_page(referral_id, actor, at=at)
    if page is None:
        raise Http404
    return page


def _link_form(page: ReferralPage, request: HttpRequest | None = None) -> LinkForm:
    bodies = [(body.body_id, body.name) for body in page.standing.bodies]
    return LinkForm(request.POST if request is not None else None, bodies=bodies, auto_id="link-%s")


def _show(
    request: HttpRequest,
    page: ReferralPage,
    *,
    at: dt.datetime,
    attempt: Attempt | None = None,
    link_form: LinkForm | None = None,
    status: int = 200,
) -> HttpResponse:
    offers = offers_of(page, at=at, attempt=attempt)
    addresses = [
        (one, request.build_absolute_uri(reverse("consultations:referral-by-link", args=[_token(one.key)])))
        for one in page.links
    ]
    context = {
        "page": page,
        "offers": offers,
        "address": reverse("consultations:referral", args=[page.row.id]),
        # Somebody else was quicker: what was typed for a step that is gone is still given back.
        "lost": attempt
        if attempt is not None and not any(one.form is attempt.form for one in offers)
        else None,
        "links": addresses,
        "link_form": link_form or _link_form(page),
        "at": at,
    }
    return _private(render(request, "consultations/referral/page.html", context, status=status))


def _token(key: str) -> str:
    return token_of(ReferralLink(key=key))


def _back(referral_id: int, place: str = "") -> HttpResponse:
    address = reverse("consultations:referral", args=[referral_id])
    return HttpResponseRedirect(f"{address}#{place}" if place else address, status=303)


def _private(answer: HttpResponse) -> HttpResponse:
    # It is another page for each reader, and going back must not offer a step that is taken.
    patch_cache_control(answer, private=True, no_store=True)
    return answer


urlpatterns: list[URLPattern] = [
    path("referrals/", referrals, name="referrals"),
    path("referrals/<int:referral_id>/", referral, name="referral"),
    path("referrals/<int:referral_id>/links", link, name="referral-links"),
    path("referrals/<int:referral_id>/links/<int:link_id>/revoke", link_revoke, name="referral-link-revoke"),
    path("referrals/<int:referral_id>/<slug:verb>", move, name="referral-move"),
    *referring,
]
