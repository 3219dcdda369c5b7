"""Giving out an attachment: to those who may have it, always as a download."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from jianyan.accounts.roles import actor_of

from ..actions.attachments import read_attachment
from ..models import Attachment
from ..queries.attachments import attachment_for
from .scans import SANDBOX


@require_safe
def attachment(request: HttpRequest, attachment_id: int) -> HttpResponse:
    """The file. For everybody else nothing is there, whether it is or not."""
    found = attachment_for(attachment_id, actor_of(request.user, at=timezone.now()))
    if found is None:
        raise Http404
    return given_out(found)


def given_out(found: Attachment) -> HttpResponse:
    """The file, to be kept by who may have it; a browser runs nothing in it."""
    answer = HttpResponse(read_attachment(found), content_type=found.media_type)
    disposition = content_disposition_header(as_attachment=True, filename=found.name)
    answer["Content-Disposition"] = disposition or "attachment"
    answer["Content-Security-Policy"] = SANDBOX
    answer["X-Content-Type-Options"] = "nosniff"
    patch_cache_control(answer, private=True, no_store=True)
    return answer


urlpatterns: list[URLPattern] = [
    path("attachments/<int:attachment_id>/", attachment, name="attachment"),
]
