"""A topic's journal for everybody who may see the topic: entries by page, newest first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from ..enums import Choice
from ..journal import canonical
from ..models import JournalEntry, Suggestion, Topic

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """One step; nobody is named in it. `words` say it to people, `content` is what the hash covers."""

    revision: int
    at: dt.datetime
    kind: str
    kind_name: str
    words: tuple[str, ...]
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
    """One page of the journal: two queries."""
    rows = JournalEntry.objects.filter(topic=topic).order_by("-revision")
    if before is not None:
        rows = rows.filter(revision__lt=before)
    shown = list(rows[:PER_PAGE])
    voted_on = {vote[0] for row in shown for vote in row.payload.get("votes", ())}
    numbers = dict(Suggestion.objects.filter(topic=topic, pk__in=voted_on).values_list("pk", "number"))
    entries = tuple(
        Entry(
            row.revision,
            row.at,
            row.kind,
            str(row.get_kind_display()),
            _words(row.payload, numbers),
            canonical(row.payload),
            row.hash,
        )
        for row in shown
    )
    older = entries[-1].revision if entries and entries[-1].revision > 1 else None
    return JournalPage(topic.head, topic.revision, entries, older)


def _words(payload: Mapping[str, Any], numbers: Mapping[int, int]) -> tuple[str, ...]:
    supports = {tally[0]: tally[1] for tally in payload.get("tallies", ())}
    votes = tuple(
        _("No. %(number)s: %(stand)s; %(support)s in support now")
        % {
            "number": numbers.get(suggestion, "–"),
            "stand": Choice(choice).label if choice else _("vote taken back"),
            "support": supports.get(suggestion, "–"),
        }
        for suggestion, _voter, choice in payload.get("votes", ())
    )
    number = payload.get("number")
    about = (_("No. %(number)s") % {"number": number},) if number is not None else ()
    return (*votes, *about, *((payload["text"],) if payload.get("text") else ()))
