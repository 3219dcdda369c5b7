"""The snapshot as plain content, and the hash that names it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from typing import Any

from ..journal import canonical
from .content import from_content, to_content
from .model import FrozenSuggestion, ListedSuggestion, Snapshot
from .printable import printable


def text_hash(text: str) -> str:
    """Hexadecimal SHA-256 of a suggestion's words in UTF-8, as they are printed."""
    return hashlib.sha256(printable(text).encode()).hexdigest()


def frozen_suggestion(suggestion: ListedSuggestion) -> FrozenSuggestion:
    """What the snapshot keeps of a row of the appendix.

    Of a withheld text it keeps no hash: a short one could be found by trying. The journal has it sealed.
    """
    return FrozenSuggestion(
        id=suggestion.id,
        number=suggestion.number,
        author=suggestion.author,
        sector=suggestion.sector,
        status=suggestion.status,
        text_hash=text_hash(suggestion.text) if suggestion.text else "",
        merged_into=suggestion.merged_into,
        support=suggestion.tally.support,
        neutral=suggestion.tally.neutral,
        oppose=suggestion.tally.oppose,
    )


def snapshot_content(snapshot: Snapshot) -> dict[str, Any]:
    """The snapshot as dicts, lists, strings and numbers, fit for a JSON field; instants in UTC."""
    in_utc = dataclasses.replace(
        snapshot,
        topics=tuple(
            dataclasses.replace(topic, closed_at=topic.closed_at.astimezone(dt.UTC))
            for topic in snapshot.topics
        ),
    )
    content: dict[str, Any] = to_content(in_utc)
    return content


def read_snapshot(content: object) -> Snapshot:
    """The snapshot that `snapshot_content` made this content of. Raises msgspec.ValidationError for another shape."""
    return from_content(content, Snapshot)


def snapshot_digest(snapshot: Snapshot) -> str:
    """Hexadecimal SHA-256 of the canonical JSON (sorted keys, no blanks, UTF-8) of `snapshot_content`.

    It covers all there is: revisions, journal heads, closing times, number, author, sector, status, words,
    merging and tally of every suggestion, and the attendance in its order.
    """
    return hashlib.sha256(canonical(snapshot_content(snapshot)).encode()).hexdigest()
