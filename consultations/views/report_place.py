"""Which report an address is about: of which body, on which days, in which version. The year's, unless it says otherwise."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.urls import reverse

from jianyan.accounts.models import Body

from ..periods import YEARS, Period, of_year
from ..queries.reports import committee
from .desk_place import whole


@dataclass(frozen=True, slots=True)
class Place:
    """`version` is None for the newest that the reader may see. `usual`: the body is the one that need not be named."""

    body: Body
    period: Period
    usual: bool
    version: int | None = None

    def url(self, name: str, *args: object, **query: object) -> str:
        """The address of that name with everything that tells this report from the year's of the usual body."""
        fields: dict[str, object] = {}
        if not self.usual:
            fields["body"] = self.body.pk
        if not self.period.is_year:
            fields |= {"since": self.period.since.isoformat(), "until": self.period.until.isoformat()}
        fields |= query
        address = reverse(f"consultations:{name}", args=[self.period.year, *args])
        return f"{address}?{urlencode(fields)}" if fields else address


def place_of(body: Body, period: Period, usual: Body | None) -> Place:
    """Where the report of that body on that period is; `usual`: the body that need not be named."""
    return Place(body, period, usual=usual == body)


def asked(request: HttpRequest, year: int) -> Place:
    """What the address asks for. Raises Http404 for a body, period or version that there cannot be."""
    usual = committee()
    body = usual
    if "body" in request.GET:
        pk = whole(request.GET["body"])
        body = Body.objects.filter(pk=pk).first() if pk is not None else None
    if body is None or year not in YEARS:
        raise Http404
    version = whole(request.GET.get("version"))
    if version is None and "version" in request.GET:
        raise Http404
    return Place(body, _period(request, year), usual=body == usual, version=version)


def _period(request: HttpRequest, year: int) -> Period:
    """Both days, or the whole year."""
    since, until = request.GET.get("since"), request.GET.get("until")
    if since is None and until is None:
        return of_year(year)
    try:
        period = Period(dt.date.fromisoformat(since or ""), dt.date.fromisoformat(until or ""))
    except ValueError:
        raise Http404 from None
    if period.since.year not in YEARS or period.until.year not in YEARS:
        raise Http404
    return period
