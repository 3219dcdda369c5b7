"""A figure of a report: what it counts, and the very rows behind it, as a page and as a file."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from jianyan.accounts.roles import Actor, actor_of

from ..documents.content import from_content
from ..documents.report.model import Figures
from ..documents.tables import FORMATS
from ..errors import NotSignedIn
from ..keeping import may_read_books
from ..models import Report
from ..pace import Limit, require_pace
from ..queries.figure_rows import figure_page, figure_rows
from ..queries.figure_table import table_of
from ..queries.figures import Figure
from ..queries.reports import readable, versions_of
from .desk_place import whole
from .report_place import Place, asked

CSV = FORMATS["csv"]
EXPORTING = Limit("figure", per_user=20, per_address=60, window=60)
"""Each reads all rows."""


@require_safe
def figure(request: HttpRequest, year: int, slug: str) -> HttpResponse:
    """The rows, a `page` of them. Of which body on which days: as the address of the report has it."""
    at = timezone.now()
    place, actor = asked(request, year), actor_of(request.user, at=at)
    report = _readable(place, actor)
    page = figure_page(
        slug, place.body, place.period, actor=actor, at=at, page=whole(request.GET.get("page")) or 1
    )
    if page is None:
        raise Http404
    context = {
        "page": page,
        "report_url": place.url("report"),
        "export_url": place.url("figure-export", slug),
        "said": _said_otherwise(report, page.figure) if report is not None else "",
    }
    return _fresh(render(request, "consultations/figure/page.html", context))


@require_safe
def figure_export(request: HttpRequest, year: int, slug: str) -> HttpResponse:
    """All rows as CSV."""
    at = timezone.now()
    place, actor = asked(request, year), actor_of(request.user, at=at)
    _readable(place, actor)
    require_pace(request, EXPORTING)
    found = figure_rows(slug, place.body, place.period, actor=actor, at=at)
    if found is None:
        raise Http404
    counted, rows = found
    content = CSV.render(table_of(counted, rows), timezone.localdate(at))
    response = HttpResponse(content, content_type=CSV.media_type)
    name = f"{counted.name}-{place.body}-{place.period}{CSV.suffix}"
    disposition = content_disposition_header(as_attachment=True, filename=name)
    response["Content-Disposition"] = disposition or "attachment"
    return _fresh(response)


def _readable(place: Place, actor: Actor | None) -> Report | None:
    """The report that the figure stands in, if there is one that may be read; without it, for those who read the books.

    Raises NotSignedIn where signing in might help, and Http404.
    """
    report = readable(versions_of(place.body, place.period), actor, version=place.version)
    if report is None and may_read_books(actor, place.body.lineage) is not None:
        if actor is None:
            raise NotSignedIn
        raise Http404
    return report


def _said_otherwise(report: Report, figure: Figure) -> str:
    """What the report says where rows have come or gone since its figures were frozen; empty where they are the same."""
    if report.figures is None:
        return ""
    frozen = {one.slug: one for one in from_content(report.figures, Figures).figures}
    said = frozen.get(figure.slug)
    return said.exact if said is not None and said.value != figure.value else ""


def _fresh(response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, private=True, no_store=True)
    return response


urlpatterns: list[URLPattern] = [
    path("reports/<int:year>/figures/<slug:slug>/", figure, name="figure"),
    path("reports/<int:year>/figures/<slug:slug>/export/csv/", figure_export, name="figure-export"),
]
