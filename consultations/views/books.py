"""The way into the books: referrals, events, outcomes, proposals, reports and members' records."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_safe

from jianyan.accounts.roles import actor_of

from ..errors import NotAllowed
from ..keeping import keeps_anywhere, reads_anywhere
from ..queries.books import books


@login_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """For those who keep or read the books of any body. Raises NotAllowed for others."""
    at = timezone.now()
    actor = actor_of(request.user, at=at)
    if actor is None or not reads_anywhere(actor):
        raise NotAllowed
    context = {"books": books(actor, at=at), "keeps": keeps_anywhere(actor)}
    return render(request, "consultations/books.html", context)


urlpatterns: list[URLPattern] = [path("books/", page, name="books")]
