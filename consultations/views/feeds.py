"""Atom feeds of what is public: deliberations as they are announced, and what came of them."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from ..pace import Limit, require_pace_of_address
from ..queries.feeds import Entry, new_deliberations, new_outcomes
from .open_data import site_of

READING = Limit("feed", per_user=60, per_address=600)
FRESH = 300
"""Seconds for which a cache may keep a feed."""

_FEEDS = {
    "deliberations": (_("New deliberations"), new_deliberations, "consultations:home"),
    "outcomes": (_("What came of suggestions"), new_outcomes, "consultations:follow-up"),
}


@require_safe
def feed(request: HttpRequest, name: str) -> HttpResponse:
    """One of the two, newest first, in the language of the request."""
    require_pace_of_address(request, READING)
    title, entries_of, page = _FEEDS[name]
    entries = entries_of(timezone.now())
    site = site_of(request)
    own = site + reverse(f"consultations:feed-{name}")
    atom = Atom1Feed(
        title=f"{title} · {gettext('Jianyan')}",
        link=site + reverse(page),
        description="",
        language=get_language(),
        feed_url=own,
        feed_guid=own,
    )
    for entry in entries:
        _add(atom, entry, site)
    answer = HttpResponse(atom.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
    answer["Access-Control-Allow-Origin"] = "*"
    if entries:
        answer["ETag"] = f'"{name}-{get_language()}-{_stamp(entries)}"'
    patch_cache_control(answer, public=True, max_age=FRESH)
    return get_conditional_response(request, etag=answer.get("ETag"), response=answer) or answer


def _stamp(entries: tuple[Entry, ...]) -> str:
    latest = max(entry.updated for entry in entries)
    return f"{len(entries)}-{latest.astimezone(dt.UTC):%Y%m%d%H%M%S%f}"


def _add(atom: Atom1Feed, entry: Entry, site: str) -> None:
    where = site + entry.path
    atom.add_item(
        title=entry.title,
        link=where,
        description=entry.text,
        # Stays the same whatever the page is called later.
        unique_id=where,
        pubdate=entry.published,
        updateddate=entry.updated,
        author_name=entry.by,
        categories=(entry.category,),
    )


urlpatterns: list[URLPattern] = [
    path(f"feeds/{name}.atom", feed, {"name": name}, name=f"feed-{name}") for name in _FEEDS
]
