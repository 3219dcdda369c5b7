"""Giving out a scan: to those who work with it and to whose idea it is, as what we know it to be and nothing else."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jianyan.accounts.roles import actor_of

from .. import rules
from ..actions.scans import read_scan
from ..models import Suggestion
from ..recognition import JPEG, PDF, PNG

_ENDINGS = {PDF: "pdf", JPEG: "jpg", PNG: "png"}
SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"
"""Whatever a browser may take the file for, it runs nothing and loads nothing."""


@require_safe
def scan(request: HttpRequest, suggestion_id: int) -> HttpResponse:
    """The file. For everybody else nothing is there, whether it is or not. Pictures are shown, a PDF is downloaded."""
    found = (
        Suggestion.objects.select_related("scan", "topic__deliberation__host")
        .filter(pk=suggestion_id, scan__isnull=False)
        .first()
    )
    actor = actor_of(request.user, at=timezone.now())
    if found is None or not rules.may_see_scan(actor, found.topic, found):
        raise Http404
    media_type = found.scan.media_type
    name = _("Suggestion %(number)s") % {"number": found.number}
    disposition = content_disposition_header(media_type == PDF, f"{name}.{_ENDINGS[media_type]}")
    answer = HttpResponse(read_scan(found.scan), content_type=media_type)
    answer["Content-Disposition"] = disposition or "attachment"
    answer["Content-Security-Policy"] = SANDBOX
    answer["X-Content-Type-Options"] = "nosniff"
    patch_cache_control(answer, private=True, no_store=True)
    return answer


urlpatterns: list[URLPattern] = [
    path("suggestions/<int:suggestion_id>/scan", scan, name="scan"),
]
