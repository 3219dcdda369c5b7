"""The versions of a summary: which there are, how two differ, and back to one."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from .. import rules
from ..actions.summary_versions import restore_version
from ..errors import NotSignedIn, Refused
from ..queries.summary_changes import NOW, comparison_of, versions_of
from .desk_place import whole
from .summary_fields import number
from .summary_visit import Reading, Visit, elsewhere, read, refusing, to_sign_in, visiting


def _chosen(request: HttpRequest, field: str) -> int | None:
    """The version that a field of the address names: `now` is what stands."""
    typed = request.GET.get(field)
    return NOW if typed == "now" else whole(typed)


def _require_staff(reading: Reading) -> None:
    """Drafts of what is signed are its secretaries' alone, and in review the chairs'."""
    verdict = rules.may_summarise(reading.actor, reading.summary.deliberation)
    if verdict is not None and rules.may_review_summary(reading.actor, reading.summary) is not None:
        raise verdict


@require_safe
def summary_versions(request: HttpRequest, summary_id: int) -> HttpResponse:
    """All versions; where `from` and `to` name two of them, how they differ."""
    try:
        reading = read(request, summary_id)
        _require_staff(reading)
    except NotSignedIn:
        return to_sign_in(request, summary_id)
    before, after = _chosen(request, "from"), _chosen(request, "to")
    comparison = None
    if before is not None and after is not None:
        comparison = comparison_of(reading.summary, before, after)
        if comparison is None:
            raise Http404
    context = {
        "summary": reading.summary,
        "versions": versions_of(reading.summary),
        "comparison": comparison,
        "may_edit": rules.may_edit_summary(reading.actor, reading.summary) is None,
    }
    response = render(request, "consultations/summary/versions.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _back(visit: Visit, anchor: str = "") -> HttpResponse:
    url = reverse("consultations:summary-versions", args=[visit.summary.pk])
    return elsewhere(visit.request, url + anchor)


def _refuse_restore(visit: Visit, refusal: Refused, version_id: int) -> HttpResponse:
    messages.error(visit.request, refusal.message)
    return _back(visit, f"#version-{version_id}")


@require_POST
@visiting
@refusing(_refuse_restore)
def summary_restore(visit: Visit, version_id: int) -> HttpResponse:
    """Make that version what stands, as long as nothing has changed since `edition`."""
    restore_version(
        summary_id=visit.summary.pk,
        version_id=version_id,
        edition=number(visit, "edition"),
        by=visit.actor,
        at=visit.at,
    )
    messages.success(visit.request, _("The version is restored. What stood before is kept as a version."))
    return _back(visit)


_SUMMARY = "summaries/<int:summary_id>"

urlpatterns: list[URLPattern] = [
    path(f"{_SUMMARY}/versions/", summary_versions, name="summary-versions"),
    path(f"{_SUMMARY}/versions/<int:version_id>/restore", summary_restore, name="summary-restore"),
]
