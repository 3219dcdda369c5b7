"""The search page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_safe

from jianyan.accounts.roles import actor_of

from ..actions.search_index import bring_up_to_date
from ..enums import Findable
from ..pace import Limit, require_pace
from ..queries.search import LONGEST_SEARCH, Wanted, search
from .desk_place import whole

FIRST_YEAR, LAST_YEAR = 1900, 9998
SEARCHING = Limit("search", per_user=60, per_address=3_000)


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """`q` is what is looked for; `kind`, `year`, `body` restrict it, `page` turns over."""
    require_pace(request, SEARCHING)
    at = timezone.now()
    fields = request.GET
    words = "".join(sign for sign in fields.get("q", "") if sign.isprintable()).strip()[:LONGEST_SEARCH]
    kind, year = fields.get("kind", ""), whole(fields.get("year"))
    wanted = Wanted(
        words=words,
        kind=kind if kind in Findable.values else "",
        year=year if year is not None and FIRST_YEAR <= year <= LAST_YEAR else None,
        body_id=whole(fields.get("body")),
        page=whole(fields.get("page")) or 1,
    )
    complete = bring_up_to_date() if words else True
    found = search(actor_of(request.user, at=at), wanted, at=at)
    return render(request, "consultations/search.html", {"page": found, "complete": complete})


urlpatterns: list[URLPattern] = [path("search/", page, name="search")]
