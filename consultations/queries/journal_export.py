"""A topic's journal as JSON Lines, read in parts: however long it is, it is never in memory as a whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from ..errors import BrokenJournal, UnknownTopic
from ..journal import line
from ..models import JournalEntry, Topic

PER_PART = 500
"""Entries."""


def journal_lines(topic_id: int) -> Iterator[str]:
    """The journal as it stands, first entry first, each line without its line feed.

    Raises UnknownTopic, and BrokenJournal on the way.
    """
    topic = Topic.objects.filter(pk=topic_id).first()
    if topic is None:
        raise UnknownTopic
    return _lines(topic)


def _lines(topic: Topic) -> Iterator[str]:
    after: int | None = 0
    while after is not None:
        part, after = journal_part(topic, after=after)
        yield from part


def journal_part(topic: Topic, *, after: int) -> tuple[list[str], int | None]:
    """The next lines beyond that revision, up to the one the topic was loaded with; and where the part after begins.

    None for that: there is no more. One query. Raises BrokenJournal.
    """
    entries = (
        JournalEntry.objects.filter(topic_id=topic.pk, revision__gt=after, revision__lte=topic.revision)
        .order_by("revision")
        .values_list("revision", "at", "kind", "payload", "hash")
    )
    lines = []
    try:
        for revision, instant, kind, payload, digest in entries[:PER_PART]:
            at: dt.datetime | None = instant
            if at is None:
                raise BrokenJournal
            after = revision
            lines.append(line(revision, at, kind, payload, digest, algorithm=topic.hash_algorithm))
    except ValueError:
        # SQLite keeps a time as text, and somebody has written what is none.
        raise BrokenJournal from None
    return lines, after if len(lines) == PER_PART else None
