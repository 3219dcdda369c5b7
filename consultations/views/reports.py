"""The annual reports 履职答卷: the list, each as a page and as files, and from draft to signature."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jianyan.accounts.roles import Actor, actor_of

from .. import reporting
from ..actions.report_signing import (
    correct_report,
    return_report,
    sign_report,
    submit_report,
    take_back_report,
)
from ..actions.reports import begin_report
from ..documents.report import FORMATS
from ..documents.report.paper import paper
from ..errors import NotSignedIn, Refused, UnknownReport
from ..forms.reports import PeriodForm
from ..models import Report
from ..queries.report_export import WITH_ROWS, export_of, exported, unwritten
from ..queries.report_page import ReportPage, report_page
from ..queries.reports import committee, report_list, versions_of
from .desk_place import whole
from .report_place import Place, asked, place_of


@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """The list, and for those who write or sign reports the way to that of any body on any days."""
    at = timezone.now()
    usual = committee()
    page = report_list(actor_of(request.user, at=at), page=whole(request.GET.get("page")) or 1)
    form = None
    if page.bodies:
        form = PeriodForm(request.GET if "since" in request.GET else None, bodies=page.bodies, at=at)
        if form.is_bound and form.is_valid():
            return HttpResponseRedirect(place_of(form.body, form.period, usual).url("report"))
    context = {
        "page": page,
        "lines": [
            (line, place_of(line.report.body, line.period, usual).url("report")) for line in page.lines
        ],
        "form": form,
    }
    status = 422 if form is not None and form.errors else 200
    return _fresh(render(request, "consultations/report/list.html", context, status=status))


@require_safe
def report(request: HttpRequest, year: int) -> HttpResponse:
    """The report as the document that it is: signed for everybody, before that as a draft for those who work on it."""
    place = asked(request, year)
    page = page_at(request, place)
    # Of a version that is not the newest, figures are held against what it says.
    version = {} if place.version is None else {"version": place.version}
    context = {
        "page": page,
        "paper": paper(page.document, address=lambda slug: place.url("figure", slug, **version)),
        "formats": tuple(FORMATS),
        "urls": _urls(place, page),
        "others": [(one, place.url("report", version=one.version)) for one in page.others],
        "in_wechat": "MicroMessenger" in request.headers.get("User-Agent", ""),
    }
    return _fresh(render(request, "consultations/report/report.html", context))


@require_safe
def report_export(request: HttpRequest, year: int, name: str) -> HttpResponse:
    """The document as a file of that format."""
    if name not in FORMATS:
        raise Http404
    place, at = asked(request, year), timezone.now()
    page = page_at(request, place)
    signed = page.report is not None and page.report.content is not None
    if not signed and name not in WITH_ROWS:
        # What was counted for the page will do.
        file = export_of(page.document, name)
    elif page.report is None:
        file = unwritten(page.body, page.period, name, at=at)
    else:
        file = exported(page.report, name, at=at)
    response = HttpResponse(file.content, content_type=file.media_type)
    disposition = content_disposition_header(as_attachment=True, filename=file.name)
    response["Content-Disposition"] = disposition or "attachment"
    return _fresh(response)


def page_at(request: HttpRequest, place: Place) -> ReportPage:
    """What the visitor finds there. Raises Http404 where that is nothing, and NotSignedIn."""
    at = timezone.now()
    actor = actor_of(request.user, at=at)
    try:
        return report_page(place.body, place.period, actor, version=place.version, at=at)
    except UnknownReport:
        raise Http404 from None


def _urls(place: Place, page: ReportPage) -> dict[str, str]:
    """Where the page's links and forms lead."""
    names = ("begin", "edit", "submit", "take-back", "send-back", "sign", "correct")
    version = {} if page.report is None else {"version": page.report.version}
    urls = {name.replace("-", "_"): place.url(f"report-{name}") for name in names}
    urls |= {f"export_{name}": place.url("report-export", name, **version) for name in FORMATS}
    if page.replaced_by is not None:
        urls["replaced_by"] = place.url("report", version=page.replaced_by.version)
    return urls


# --- from draft to signature --------------------------------------------------------------------------------

Step = Callable[[Report, Actor, dt.datetime], str]


def take(request: HttpRequest, year: int, step: Step) -> HttpResponse:
    """Do the step with the newest version, which answers with a line; then show it, or why nothing was done."""
    place, at = asked(request, year), timezone.now()
    actor = actor_of(request.user, at=at)
    if actor is None:
        raise NotSignedIn
    reports = versions_of(place.body, place.period)
    if not reports:
        raise Http404
    try:
        line = step(reports[0], actor, at)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, line)
    return shown(place, actor)


def shown(place: Place, actor: Actor) -> HttpResponse:
    """The editor for whoever may edit, otherwise the page on which the report is read."""
    newest = versions_of(place.body, place.period)[:1]
    editing = newest and reporting.may_edit(actor, newest[0]) is None
    return HttpResponseRedirect(place.url("report-edit" if editing else "report"), status=303)


@require_POST
def begin(request: HttpRequest, year: int) -> HttpResponse:
    """A draft with the standard text, and on to its editor."""
    place, at = asked(request, year), timezone.now()
    actor = actor_of(request.user, at=at)
    if actor is None:
        raise NotSignedIn
    begin_report(body_id=place.body.pk, period=place.period, by=actor, at=at)
    messages.success(request, _("The report is begun with the standard text. Figures are those of now."))
    return shown(place, actor)


@require_POST
def submit(request: HttpRequest, year: int) -> HttpResponse:
    """Freeze the figures and hand it to another person to sign, as seen at `edition`."""

    def step(report: Report, by: Actor, at: dt.datetime) -> str:
        edition = whole(request.POST.get("edition")) or 0
        submit_report(report_id=report.pk, edition=edition, by=by, at=at)
        return _("Submitted for signing. The figures are frozen.")

    return take(request, year, step)


@require_POST
def take_back(request: HttpRequest, year: int) -> HttpResponse:
    """Make a draft of it again."""

    def step(report: Report, by: Actor, at: dt.datetime) -> str:
        take_back_report(report_id=report.pk, by=by, at=at)
        return _("Taken back: it is a draft again, and its figures are those of now.")

    return take(request, year, step)


@require_POST
def send_back(request: HttpRequest, year: int) -> HttpResponse:
    """Send it back with a reason (`text`)."""

    def step(report: Report, by: Actor, at: dt.datetime) -> str:
        return_report(report_id=report.pk, reason=request.POST.get("text", ""), by=by, at=at)
        return _("Sent back to the secretaries.")

    return take(request, year, step)


@require_POST
def sign(request: HttpRequest, year: int) -> HttpResponse:
    """Sign it."""

    def step(report: Report, by: Actor, at: dt.datetime) -> str:
        sign_report(report_id=report.pk, by=by, at=at)
        return _("Signed. Everybody can read it now.")

    return take(request, year, step)


@require_POST
def correct(request: HttpRequest, year: int) -> HttpResponse:
    """Begin a corrected version, and go on to it."""

    def step(report: Report, by: Actor, at: dt.datetime) -> str:
        correct_report(report_id=report.pk, by=by, at=at)
        return _("A corrected version is begun. The signed one stays in force until it is signed.")

    return take(request, year, step)


def _fresh(response: HttpResponse) -> HttpResponse:
    """Whoever goes back in the browser is not shown the figures of an hour ago."""
    response["Cache-Control"] = "no-store"
    return response


_REPORT = "reports/<int:year>"

urlpatterns: list[URLPattern] = [
    path("reports/", reports, name="reports"),
    path(f"{_REPORT}/", report, name="report"),
    path(f"{_REPORT}/export/<slug:name>/", report_export, name="report-export"),
    path(f"{_REPORT}/begin", begin, name="report-begin"),
    path(f"{_REPORT}/submit", submit, name="report-submit"),
    path(f"{_REPORT}/take-back", take_back, name="report-take-back"),
    path(f"{_REPORT}/send-back", send_back, name="report-send-back"),
    path(f"{_REPORT}/sign", sign, name="report-sign"),
    path(f"{_REPORT}/correct", correct, name="report-correct"),
]
