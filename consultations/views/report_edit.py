"""The editor of a report: the secretary writes round the figures, never the figures."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from jianyan.accounts.roles import Actor, actor_of

from .. import reporting
from ..actions.reports import (
    edit_report,
    move_passage,
    remove_passage,
    restore_version,
    use_standard_text,
)
from ..documents.report import labels
from ..errors import ChangedMeanwhile, NotSignedIn, Refused, ReportInReview, ReportSigned
from ..forms.reports import PassageForm, ReportForms, sent, shown
from ..models import Report
from ..queries.report_figures import counted, forms_for
from ..queries.report_page import ShownPassage, kept_versions, parts_of, signing_of
from ..queries.reports import versions_of
from .desk_place import whole
from .report_place import Place, asked
from .reports import take

_PLACES = {"up": -1, "down": 1}


@dataclass(frozen=True, slots=True)
class Visit:
    """A secretary at work on the newest version, at one instant."""

    request: HttpRequest
    place: Place
    report: Report
    actor: Actor
    at: dt.datetime

    @property
    def url(self) -> str:
        """The address of the editor."""
        return self.place.url("report-edit")


@require_http_methods(["GET", "HEAD", "POST"])
def report_edit(request: HttpRequest, year: int) -> HttpResponse:
    """The words of all passages in one form; its buttons save it, and then move, take out or add what they say (`do`)."""
    place, at = asked(request, year), timezone.now()
    actor = actor_of(request.user, at=at)
    if actor is None:
        raise NotSignedIn
    reports = versions_of(place.body, place.period)
    if not reports:
        raise Http404
    verdict = reporting.may_edit(actor, reports[0])
    if isinstance(verdict, ReportSigned | ReportInReview):
        messages.error(request, verdict.message)
        return HttpResponseRedirect(place.url("report"), status=303 if request.method == "POST" else 302)
    if verdict is not None:
        raise verdict
    visit = Visit(request, place, reports[0], actor, at)
    return _save(visit) if request.method == "POST" else _show(visit, status=200)


def _save(visit: Visit) -> HttpResponse:
    data = visit.request.POST
    forms = sent(data, visit.report, visit.report.passages.all(), forms_for(visit.report))
    if not forms.are_valid():
        return _show(visit, forms, status=422)
    try:
        edit_report(
            report_id=visit.report.pk,
            title=forms.title.cleaned_data["title"] if forms.title.is_bound else visit.report.title,
            seen_title=forms.title.cleaned_data["seen"] if forms.title.is_bound else visit.report.title,
            wordings=forms.wordings(),
            added=forms.added(),
            by=visit.actor,
            at=visit.at,
        )
        anchor = _do(visit, data.get("do", ""))
    except Refused as refusal:
        return _show(visit, forms, refusal=refusal, status=refusal.status)
    messages.success(visit.request, _("Saved."))
    return HttpResponseRedirect(visit.url + anchor, status=303)


def _do(visit: Visit, what: str) -> str:
    """Move or take out a passage, whose number stands behind the verb; the anchor at which to go on."""
    verb, _colon, number = what.partition(":")
    passage_id = whole(number)
    if passage_id is None:
        return ""
    report_id, by, at = visit.report.pk, visit.actor, visit.at
    if verb in _PLACES:
        move_passage(report_id=report_id, passage_id=passage_id, places=_PLACES[verb], by=by, at=at)
        return f"#passage-{passage_id}"
    if verb == "remove":
        remove_passage(report_id=report_id, passage_id=passage_id, by=by, at=at)
    return ""


def _show(
    visit: Visit, forms: ReportForms | None = None, *, refusal: Refused | None = None, status: int
) -> HttpResponse:
    """The editor; with what was typed where it could not be saved."""
    report = visit.report if refusal is None else versions_of(visit.place.body, visit.place.period)[0]
    rows = list(report.passages.all())
    figures = counted(report.body, visit.place.period, at=visit.at).figures
    if forms is None:
        forms = shown(report, rows, forms_for(report))
    elif refusal is not None:
        forms = sent(visit.request.POST, report, rows, forms.known)
    meanwhile = isinstance(refusal, ChangedMeanwhile)
    parts = [
        {
            "name": labels.PART[part.part],
            "short": labels.SHORT_PART[part.part],
            "part": part,
            "passages": [
                _passage(passage, forms.passages[passage.row.pk], meanwhile=meanwhile)
                for passage in part.passages
            ],
            "new": forms.new[part.part],
        }
        for part in parts_of(rows, figures)
    ]
    context = {
        "report": report,
        "place": visit.place,
        "forms": forms,
        "parts": parts,
        "refusal": refusal,
        "wrong": forms.wrong,
        "signing": signing_of(report, visit.actor, replaced=False),
        "versions": kept_versions(report),
        "urls": {
            "report": visit.place.url("report"),
            "edit": visit.url,
            "submit": visit.place.url("report-submit"),
            "standard": visit.place.url("report-standard"),
            "restore": visit.place.url("report-restore"),
        },
    }
    response = render(visit.request, "consultations/report/edit.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _passage(passage: ShownPassage, form: PassageForm, *, meanwhile: bool) -> dict[str, object]:
    """`changed`: somebody else has written something else meanwhile, which is shown beside what was typed."""
    seen = form["edition"].value()
    changed = meanwhile and form.is_bound and str(seen) != str(passage.row.edition) and form.is_reworded()
    return {
        "shown": passage,
        "form": form,
        "edition": passage.row.edition if changed else seen,
        "changed": changed,
    }


@require_POST
def standard(request: HttpRequest, year: int) -> HttpResponse:
    """The standard text again, as long as nothing has changed since `edition`."""

    def step(report: Report, by: Actor, at: dt.datetime) -> str:
        edition = whole(request.POST.get("edition")) or 0
        use_standard_text(report_id=report.pk, edition=edition, by=by, at=at)
        return _("The standard text stands again. What stood before is kept as a version.")

    return take(request, year, step)


@require_POST
def restore(request: HttpRequest, year: int) -> HttpResponse:
    """The words of an earlier `of` version again, as long as nothing has changed since `edition`."""

    def step(report: Report, by: Actor, at: dt.datetime) -> str:
        restore_version(
            report_id=report.pk,
            version_id=whole(request.POST.get("of")) or 0,
            edition=whole(request.POST.get("edition")) or 0,
            by=by,
            at=at,
        )
        return _("The version is restored. What stood before is kept as a version.")

    return take(request, year, step)


urlpatterns: list[URLPattern] = [
    path("reports/<int:year>/edit/", report_edit, name="report-edit"),
    path("reports/<int:year>/standard", standard, name="report-standard"),
    path("reports/<int:year>/restore", restore, name="report-restore"),
]
