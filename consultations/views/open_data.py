"""Open data: a page that explains it, the files, and their schema. The same bytes for everybody, whoever asks."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import close_old_connections
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ..documents.csv import inert
from ..errors import BadForm
from ..pace import Limit, require_pace_of_address
from ..periods import Period
from ..queries.open_data import DATASETS, VERSION, Dataset, schema
from ..queries.open_rows import Row, Value

TAKING = Limit("open", per_user=60, per_address=600)
FRESH = 300
"""Seconds for which a cache may keep a file."""
BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Taken:
    """What a file holds, and the site on which its pages are."""

    dataset: Dataset
    site: str
    at: dt.datetime
    period: Period | None


def site_of(request: HttpRequest) -> str:
    """The site's address without a slash at the end: the one that is set, or the one that was asked."""
    site: str = settings.SITE_URL
    return site or request.build_absolute_uri("/").rstrip("/")


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """What there is, and how to take it."""
    return render(
        request, "consultations/open_data.html", {"datasets": DATASETS.values(), "version": VERSION}
    )


@require_safe
def describe(request: HttpRequest) -> HttpResponseBase:
    """The schema of all files."""
    require_pace_of_address(request, TAKING)
    return _open(JsonResponse(schema(), json_dumps_params={"ensure_ascii": False, "indent": 1}))


@require_safe
def download(request: HttpRequest, name: str, form: str) -> HttpResponseBase:
    """One dataset as csv or json; `since` and `until` are days. Raises BadForm for what is none."""
    require_pace_of_address(request, TAKING)
    dataset = DATASETS.get(name)
    if dataset is None:
        raise Http404
    period = _period(request)
    at = timezone.now()
    # Minutes pass into it: what the clock alone changes (a topic that closes) shows in the next one.
    told = f"{VERSION} {form} {period} {dataset.state(at, period)} {int(at.timestamp()) // FRESH}"
    etag = f'"{hashlib.sha256(told.encode()).hexdigest()[:32]}"'
    same = get_conditional_response(request, etag=etag)
    if same is not None:
        return _open(same)
    taken = Taken(dataset, site_of(request), at, period)
    if form == "csv":
        answer = StreamingHttpResponse(_csv(taken), content_type="text/csv; charset=utf-8")
    else:
        answer = StreamingHttpResponse(_json(taken), content_type="application/json")
    answer["ETag"] = etag
    answer["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return _open(answer)


def _open(answer: HttpResponseBase) -> HttpResponseBase:
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    patch_cache_control(answer, public=True, max_age=FRESH)
    return answer


def _period(request: HttpRequest) -> Period | None:
    days = [_day(request.GET.get(name, "")) for name in ("since", "until")]
    if days == [None, None]:
        return None
    since, until = days[0] or dt.date(1900, 1, 1), days[1] or dt.date(9998, 12, 31)
    if until < since:
        raise BadForm(detail=_("the period ends before it begins"))
    return Period(since, until)


def _day(text: str) -> dt.date | None:
    if not text:
        return None
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or not 1900 <= day.year <= 9998:
        raise BadForm(detail=_("days are written like 2025-12-31"))
    return day


async def _csv(taken: Taken) -> AsyncIterator[str]:
    yield BYTE_ORDER_MARK + _lines([tuple(column.name for column in taken.dataset.columns)])
    async for rows in _parts(taken):
        yield _lines(rows)


def _lines(rows: list[Row]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: Value) -> str | int | float:
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return ""
    return inert(value) if isinstance(value, str) else value


async def _json(taken: Taken) -> AsyncIterator[str]:
    names = [column.name for column in taken.dataset.columns]
    yield f'{{"schema": "{VERSION}", "dataset": "{taken.dataset.name}", "rows": ['
    between = "\n"
    async for rows in _parts(taken):
        for row in rows:
            yield between + json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False)
            between = ",\n"
    yield "\n]}\n"


async def _parts(taken: Taken) -> AsyncIterator[list[Row]]:
    after: int | None = 0
    while after is not None:
        rows, after = await sync_to_async(_part)(taken, after)
        yield rows


def _part(taken: Taken, after: int) -> tuple[list[Row], int | None]:
    rows, following = taken.dataset.part(taken.at, taken.period, after)
    # Back to the pool: somebody who reads slowly must not hold a connection meanwhile.
    close_old_connections()
    pages = [index for index, column in enumerate(taken.dataset.columns) if column.type == "uri"]
    return [_with_site(row, pages, taken.site) for row in rows], following


def _with_site(row: Row, pages: list[int], site: str) -> Row:
    return tuple(f"{site}{value}" if index in pages else value for index, value in enumerate(row))


urlpatterns: list[URLPattern] = [
    path("open/", page, name="open-data"),
    path("open/v1/schema.json", describe, name="open-schema"),
    path("open/v1/<slug:name>.csv", download, {"form": "csv"}, name="open-csv"),
    path("open/v1/<slug:name>.json", download, {"form": "json"}, name="open-json"),
]
