"""The public journal of a topic: a page to read, and the whole of it to check by oneself."""

from __future__ import annotations

from collections.abc import AsyncIterator

from asgiref.sync import sync_to_async
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from .. import rules
from ..errors import NotClosed
from ..models import Topic
from ..queries.journal_export import journal_part
from ..queries.journal_page import journal_page
from .pages import topic_for


@require_safe
def journal(request: HttpRequest, topic_id: int) -> HttpResponse:
    """The topic's journal, newest first; `before` is a revision."""
    at = timezone.now()
    found = topic_for(request, topic_id, at)
    page = journal_page(found, at=at, before=_revision(request.GET.get("before", "")))
    context = {"page": page, "topic": found, "strings": strings()}
    return render(request, "consultations/journal.html", context)


def strings() -> dict[str, str]:
    """The sentences that the page's script says: {n} and the like are filled in by it."""
    return {
        "working": _("{n} of {all} entries verified"),
        "holds": _(
            "All {n} entries hold; head {head}. The {votes} standing votes add up to the tallies that this site "
            "shows for {ideas} suggestions."
        ),
        "native": _("The hashes were computed by your browser's own SHA-256."),
        "own": _(
            "The hashes were computed by this page's own code: for SM3, and for SHA-256 where a page has no https, "
            "browsers offer none."
        ),
        "missing": _("Entry {n} is missing."),
        "changed": _("Entry {n} has been changed: its hash does not fit its content."),
        "tallies": _("Entry {n} states tallies that are not the sum of the votes before it."),
        "head": _("The hash of entry {n} is not the head that this page shows."),
        "shown": _(
            "Suggestion no. {n}: the site shows another tally than the votes of the journal add up to."
        ),
        "unreadable": _("The journal could not be read to its end. Please try again."),
    }


@require_safe
def download(request: HttpRequest, topic_id: int) -> HttpResponseBase:
    """The journal as JSON Lines, from the entry after the revision `after`. Raises NotClosed while counts are hidden."""
    at = timezone.now()
    found = topic_for(request, topic_id, at)
    if not rules.tallies_shown(found, at):
        raise NotClosed
    after = _revision(request.GET.get("after", "")) or 0
    answer = StreamingHttpResponse(_parts(found, after), content_type="application/x-ndjson")
    answer["Content-Disposition"] = f'attachment; filename="journal-{found.pk}.jsonl"'
    # Not even with an ETag made of the head: whoever verifies wants what is there now, and believes no head.
    patch_cache_control(answer, private=True, no_store=True)
    return answer


async def _parts(topic: Topic, after: int | None) -> AsyncIterator[bytes]:
    while after is not None:
        lines, after = await sync_to_async(_part)(topic, after)
        yield "".join(f"{line}\n" for line in lines).encode()


def _part(topic: Topic, after: int) -> tuple[list[str], int | None]:
    part = journal_part(topic, after=after)
    # Back to the pool: somebody who reads slowly must not hold a connection meanwhile.
    close_old_connections()
    return part


def _revision(word: str) -> int | None:
    return int(word) if word.isascii() and word.isdigit() and len(word) < 19 else None


urlpatterns: list[URLPattern] = [
    path("topics/<int:topic_id>/journal/", journal, name="journal"),
    path("topics/<int:topic_id>/journal.jsonl", download, name="journal_download"),
]
