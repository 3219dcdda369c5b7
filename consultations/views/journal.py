"""The public journal of a topic: a page to read, and the whole of it to check by oneself."""

from __future__ import annotations

from collections.abc import AsyncIterator

from asgiref.sync import sync_to_async
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from .. import rules
from ..errors import NotClosed
from ..journal import published
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
    return render(request, "consultations/journal.html", {"page": page, "topic": found})


@require_safe
def download(request: HttpRequest, topic_id: int) -> HttpResponseBase:
    """The journal as JSON Lines, from the entry after the revision `after`. Raises NotClosed while counts are hidden."""
    at = timezone.now()
    found = topic_for(request, topic_id, at)
    if not rules.tallies_shown(found, at):
        raise NotClosed
    etag = quote_etag(published(found.head, found.hash_algorithm))
    answer: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    if answer is None:
        after = _revision(request.GET.get("after", "")) or 0
        answer = StreamingHttpResponse(_parts(found, after), content_type="application/x-ndjson")
        answer["Content-Disposition"] = f'attachment; filename="journal-{found.pk}.jsonl"'
        answer["ETag"] = etag
    patch_cache_control(answer, private=True, no_cache=True)
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
