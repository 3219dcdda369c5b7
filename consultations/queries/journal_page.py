"""A topic's journal for everybody who may see the topic: entries by page, newest first."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from ..journal import canonical
from ..models import JournalEntry, Topic

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """One step; nobody is named in it."""

    revision: int
    at: dt.datetime
    kind: str
    kind_name: str
    content: str
    hash: str


@dataclass(frozen=True, slots=True)
class JournalPage:
    """Entries below `before` (or the newest), and where the next page begins (None: this was the last)."""

    head: str
    revision: int
    entries: tuple[Entry, ...]
    older: int | None


def journal_page(topic: Topic, *, before: int | None = None) -> JournalPage:
    """One page of the journal: one query."""
    rows = JournalEntry.objects.filter(topic=topic).order_by("-revision")
    if before is not None:
        rows = rows.filter(revision__lt=before)
    entries = tuple(
        Entry(row.revision, row.at, row.kind, str(row.get_kind_display()), canonical(row.payload), row.hash)
        for row in rows[:PER_PAGE]
    )
    older = entries[-1].revision if entries and entries[-1].revision > 1 else None
    return JournalPage(topic.head, topic.revision, entries, older)
