"""The summary: freeze and draft, read, edit, export. What the editor's forms do is in `summary_edits`."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jianyan.accounts.roles import actor_of

from .. import rules
from ..actions.drafting import draft_summary
from ..actions.exports import record_export
from ..actions.freezing import freeze_deliberation
from ..actions.summary_kinds import begin_summary
from ..documents import FORMATS
from ..documents.paper import paper
from ..enums import SummaryKind, SummaryStatus
from ..errors import BadForm, NotSignedIn, UnknownDeliberation
from ..queries.exports import EXPORTS, export_of, exports_of
from ..queries.summary_document import document_for
from ..queries.summary_signing import signing_of
from .summary_draw import show
from .summary_edits import urlpatterns as edits
from .summary_visit import Visit, read, to_sign_in, visiting


@require_POST
def freeze(request: HttpRequest, deliberation_id: int) -> HttpResponse:
    """Freeze the deliberation and draft its summary; on to the editor. A second time only leads there."""
    at = timezone.now()
    actor = actor_of(request.user, at=at)
    if actor is None:
        raise NotSignedIn
    try:
        summary = freeze_deliberation(deliberation_id=deliberation_id, by=actor, at=at)
    except UnknownDeliberation:
        raise Http404 from None
    if rules.may_edit_summary(actor, summary) is None:
        draft_summary(summary_id=summary.pk, by=actor, at=at)
        messages.success(request, _("The deliberation is frozen and the summary is drafted."))
    return HttpResponseRedirect(reverse("consultations:summary-edit", args=[summary.pk]), status=303)


@require_POST
def begin(request: HttpRequest, deliberation_id: int) -> HttpResponse:
    """Begin a further `kind` of summary, and go on to its editor; one that was begun is led to."""
    at = timezone.now()
    actor = actor_of(request.user, at=at)
    if actor is None:
        raise NotSignedIn
    kind = request.POST.get("kind")
    if kind not in SummaryKind.values:
        raise BadForm(detail=_("there is no such kind of summary"))
    try:
        begun = begin_summary(deliberation_id=deliberation_id, kind=SummaryKind(kind), by=actor, at=at)
    except UnknownDeliberation:
        raise Http404 from None
    return HttpResponseRedirect(reverse("consultations:summary-edit", args=[begun.pk]), status=303)


@require_safe
def summary(request: HttpRequest, summary_id: int) -> HttpResponse:
    """The summary as the document that it will be."""
    try:
        reading = read(request, summary_id)
    except NotSignedIn:
        return to_sign_in(request, summary_id)
    document = document_for(reading.summary)
    context = {
        "summary": reading.summary,
        "title": document.title,
        "paper": paper(document),
        "topics": document.snapshot.topics,
        "signing": signing_of(reading.summary, reading.actor),
        "may_edit": rules.may_edit_summary(reading.actor, reading.summary) is None,
        "may_refer": reading.summary.status == SummaryStatus.SIGNED
        and rules.may_summarise(reading.actor, reading.summary.deliberation) is None,
        "may_export": reading.summary.thawed_at is None,
        "formats": tuple(FORMATS),
        "in_wechat": "MicroMessenger" in request.headers.get("User-Agent", ""),
        "exports": exports_of(reading.summary, reading.actor),
    }
    response = render(request, "consultations/summary/preview.html", context)
    response["Cache-Control"] = "no-store"
    return response


@require_safe
@visiting
def summary_edit(visit: Visit) -> HttpResponse:
    """The editor."""
    return show(visit)


@require_safe
def summary_export(request: HttpRequest, summary_id: int, name: str) -> HttpResponse:
    """The document as a file of that format, or all of them in an archive. Whoever is signed in is noted."""
    try:
        reading = read(request, summary_id)
    except NotSignedIn:
        return to_sign_in(request, summary_id)
    if name not in EXPORTS:
        raise Http404
    exported = export_of(reading.summary, name)
    if reading.actor is not None and request.method == "GET":
        record_export(
            summary_id=summary_id, edition=exported.edition, name=name, by=reading.actor, at=reading.at
        )
    response = HttpResponse(exported.content, content_type=exported.media_type)
    disposition = content_disposition_header(as_attachment=True, filename=exported.name)
    response["Content-Disposition"] = disposition or "attachment"
    response["Cache-Control"] = "no-store"
    return response


urlpatterns: list[URLPattern] = [
    path("deliberations/<int:deliberation_id>/freeze/", freeze, name="freeze"),
    path("deliberations/<int:deliberation_id>/summaries/", begin, name="summary-begin"),
    path("summaries/<int:summary_id>/", summary, name="summary"),
    path("summaries/<int:summary_id>/edit/", summary_edit, name="summary-edit"),
    path("summaries/<int:summary_id>/export/<slug:name>/", summary_export, name="summary-export"),
    *edits,
]
