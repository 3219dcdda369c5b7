"""Writing the outcome of a batch of votes: the only raw SQL of the project, since here every microsecond is a vote.

Both statements are understood by SQLite and PostgreSQL alike. Measured on 40 votes a batch over 50 suggestions:
through the ORM's `bulk_create` and `bulk_update` 0.50 CPU seconds per 1,000 votes, this way 0.23.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from django.db import connection

from ..events import Tally

Stands = Mapping[tuple[int, int], str | None]
"""(suggestion id, voter id) → choice; None is a vote taken back."""

_UPSERT = """
    INSERT INTO consultations_vote (topic_id, suggestion_id, voter_id, choice, cast_at)
    VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (suggestion_id, voter_id) DO UPDATE SET choice = excluded.choice, cast_at = excluded.cast_at
"""
_TALLY = "UPDATE consultations_suggestion SET support = %s, neutral = %s, oppose = %s WHERE id = %s"


def write_votes(topic_id: int, stands: Stands, *, at: dt.datetime) -> None:
    """Store these stands, each in the one row of its suggestion and voter."""
    cast_at = connection.ops.adapt_datetimefield_value(at)
    rows = [
        (topic_id, suggestion_id, voter_id, choice, cast_at)
        for (suggestion_id, voter_id), choice in stands.items()
    ]
    with connection.cursor() as cursor:
        cursor.executemany(_UPSERT, rows)


def write_tallies(tallies: Iterable[Tally]) -> None:
    """Store these absolute tallies."""
    rows = [(support, neutral, oppose, suggestion) for suggestion, support, neutral, oppose in tallies]
    with connection.cursor() as cursor:
        cursor.executemany(_TALLY, rows)
