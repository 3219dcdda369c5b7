"""建言落实: the public pages of what was referred and what came of it, and the same as files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jianyan.accounts.roles import Actor, actor_of

from .. import rules
from ..documents.tables import FORMATS
from ..enums import ReferralState
from ..errors import NotSignedIn
from ..models import Deliberation
from ..pace import Limit, require_pace
from ..queries.follow_up import (
    NEWEST,
    OVERDUE,
    SORTS,
    STATES,
    SUPERVISED,
    Filters,
    all_rows,
    deliberation_followed,
    follow_up,
)
from ..queries.referral_table import table_of
from .desk_place import whole

EXPORTING = Limit("follow-up", per_user=20, per_address=60, window=60)
"""Each reads everything that the filters find."""


@require_safe
def overall(request: HttpRequest) -> HttpResponse:
    """Of everything that the reader may see. Fields: `q`, `state`, `body`, `theme`, `sort`, `page`."""
    return _show(request, None)


@require_safe
def of_deliberation(request: HttpRequest, deliberation_id: int) -> HttpResponse:
    """Of one deliberation, and what else came of it."""
    return _show(request, deliberation_id)


@require_safe
def export(request: HttpRequest, name: str) -> HttpResponse:
    """As a file of that format, with the filters of the page."""
    return _file(request, None, name)


@require_safe
def export_of_deliberation(request: HttpRequest, deliberation_id: int, name: str) -> HttpResponse:
    """The same of one deliberation."""
    return _file(request, deliberation_id, name)


def filters_of(request: HttpRequest, *, states: Collection[str] = STATES, usual: str = NEWEST) -> Filters:
    """What the address asks for; what it says wrongly counts as not said."""
    fields = request.GET
    state, sort = fields.get("state", ""), fields.get("sort", "")
    return Filters(
        search=_printable(fields.get("q", "")),
        state=state if state in states else "",
        body=whole(fields.get("body")),
        theme=_printable(fields.get("theme", "")),
        sort=sort if sort.removeprefix("-") in SORTS else usual,
        page=whole(fields.get("page")) or 1,
    )


def query_of(filters: Filters, *, usual: str = NEWEST, deliberation: int | None = None, but: str = "") -> str:
    """The filters as an address has them, but for the page and the field `but`; each ends with an ampersand."""
    fields: dict[str, Any] = {
        "q": filters.search,
        "state": filters.state,
        "body": filters.body,
        "theme": filters.theme,
        "sort": filters.sort if filters.sort != usual else "",
        "deliberation": deliberation,
    }
    told = {name: value for name, value in fields.items() if value and name != but}
    return urlencode(told) + "&" if told else ""


def _printable(text: str) -> str:
    # PostgreSQL takes no NUL, and nobody searches for what cannot be printed.
    return "".join(sign for sign in text if sign.isprintable()).strip()[:100]


def _show(request: HttpRequest, deliberation_id: int | None) -> HttpResponse:
    at = timezone.now()
    actor = actor_of(request.user, at=at)
    deliberation = _required(deliberation_id, actor, at) if deliberation_id is not None else None
    page = follow_up(actor, at=at, filters=filters_of(request), deliberation=deliberation)
    context: dict[str, Any] = {
        "page": page,
        "states": _state_names(),
        "query": query_of(page.filters),
        "unsorted": query_of(page.filters, but="sort"),
        "unstated": query_of(page.filters, but="state"),
        "may_refer": False,
    }
    if deliberation is not None and rules.may_summarise(actor, deliberation) is None:
        context |= {"may_refer": True, "topics": tuple(deliberation.topics.values_list("pk", "title"))}
    answer = render(request, "consultations/follow/page.html", context)
    patch_vary_headers(answer, ["Cookie"])
    return answer


def _state_names() -> tuple[tuple[str, str], ...]:
    named = {state.value: str(state.label) for state in ReferralState}
    named |= {OVERDUE: _("Overdue"), SUPERVISED: _("Under oversight")}
    return tuple((state, named[state]) for state in STATES)


def _file(request: HttpRequest, deliberation_id: int | None, name: str) -> HttpResponse:
    if name not in FORMATS:
        raise Http404
    require_pace(request, EXPORTING)
    at = timezone.now()
    actor = actor_of(request.user, at=at)
    deliberation = _required(deliberation_id, actor, at) if deliberation_id is not None else None
    rows = all_rows(actor, at=at, filters=filters_of(request), deliberation=deliberation)
    made = FORMATS[name]
    content = made.render(table_of(rows), timezone.localdate(at))
    answer = HttpResponse(content, content_type=made.media_type)
    title = _("follow-up-%(day)s") % {"day": timezone.localdate(at).isoformat()}
    disposition = content_disposition_header(as_attachment=True, filename=f"{title}{made.suffix}")
    answer["Content-Disposition"] = disposition or "attachment"
    patch_cache_control(answer, private=True, no_store=True)
    return answer


def _required(deliberation_id: int, actor: Actor | None, at: dt.datetime) -> Deliberation:
    found = deliberation_followed(deliberation_id, actor, at=at)
    if found is not None:
        return found
    if actor is None and Deliberation.objects.filter(pk=deliberation_id).exists():
        raise NotSignedIn
    raise Http404


urlpatterns: list[URLPattern] = [
    path("follow-up/", overall, name="follow-up"),
    path("follow-up/export/<slug:name>", export, name="follow-up-export"),
    path("deliberations/<int:deliberation_id>/follow-up/", of_deliberation, name="deliberation-follow-up"),
    path(
        "deliberations/<int:deliberation_id>/follow-up/export/<slug:name>",
        export_of_deliberation,
        name="deliberation-follow-up-export",
    ),
]
