"""Writing the outcome of a batch of votes, in raw SQL, since here every microsecond is a vote.

On PostgreSQL that is four prepared statements, whatever the size of the batch; what SQLite does not have, it does row by
row, without leaving the process. docs/performance.md says what that saves.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from django.db import connection

from ..enums import Choice, Step
from ..events import Tally
from ..models import Topic
from . import postgresql
from .locking import lock_topic
from .recording import record

Key: TypeAlias = tuple[int, int]
"""(suggestion id, voter id)."""
Stands: TypeAlias = Mapping[Key, str | None]
"""None is a vote taken back, or none cast yet."""

_SUBJECTS = f"""
    SELECT {postgresql.SUBJECT}
    FROM json_each(%s) AS asked CROSS JOIN consultations_suggestion AS suggestion
    WHERE suggestion.id = asked.value AND suggestion.topic_id = %s
"""  # noqa: S608  # nothing but the names there
_STANDS = """
    SELECT vote.suggestion_id, vote.voter_id, vote.choice
    FROM json_each(%s) AS wish CROSS JOIN consultations_vote AS vote
    WHERE vote.suggestion_id = wish.value ->> 0 AND vote.voter_id = wish.value ->> 1
"""
UPSERT = """
    INSERT INTO consultations_vote (topic_id, suggestion_id, voter_id, choice, cast_at, revision)
    VALUES (%s, %s, %s, %s, %s, %s)
    ON CONFLICT (suggestion_id, voter_id)
    DO UPDATE SET choice = excluded.choice, cast_at = excluded.cast_at, revision = excluded.revision
"""
_TALLY = "UPDATE consultations_suggestion SET support = %s, neutral = %s, oppose = %s WHERE id = %s"


def lock_for_votes(topic_id: int) -> Topic:
    """The topic with deliberation and host, its row locked until the transaction ends. Raises UnknownTopic."""
    return postgresql.lock_topic(topic_id) if connection.vendor == "postgresql" else lock_topic(topic_id)


@dataclass(slots=True)
class Subject:
    """A suggestion as the rules and the count see it, under the topic's lock.

    `grouped`: it is part of a merged group; `cosigned`: others than its author have signed it.
    """

    author_id: int
    status: str
    tally: dict[str, int]
    grouped: bool
    cosigned: bool


def subjects_of(topic_id: int, ids: Collection[int]) -> dict[int, Subject]:
    """Those of the topic's suggestions, by id."""
    rows: Iterable[tuple[int, int, str, int, int, int, bool, bool]]
    if connection.vendor == "postgresql":
        rows = postgresql.suggestions_of(topic_id, ids)
    else:
        with connection.cursor() as cursor:
            cursor.execute(_SUBJECTS, [json.dumps(list(ids)), topic_id])
            rows = cursor.fetchall()
    return {
        pk: Subject(
            author_id,
            status,
            {Choice.SUPPORT: support, Choice.NEUTRAL: neutral, Choice.OPPOSE: oppose},
            bool(grouped),
            bool(cosigned),
        )
        for pk, author_id, status, support, neutral, oppose, grouped, cosigned in rows
    }


def exchange_votes(topic_id: int, wished: Stands, *, at: dt.datetime, revision: int) -> dict[Key, str | None]:
    """Store these stands, each in the one row of its suggestion and voter; the stands before, where they change.

    `revision`: of the entry that will journal them.
    """
    if connection.vendor == "postgresql":
        return postgresql.exchange_votes(topic_id, wished, at=at, revision=revision)
    with connection.cursor() as cursor:
        # The join is told its order: to look each pair up, never to read all votes of these voters.
        cursor.execute(_STANDS, [json.dumps(list(wished))])
        stood = {(suggestion, voter): choice for suggestion, voter, choice in cursor.fetchall()}
        before = {key: stood.get(key) for key, choice in wished.items() if stood.get(key) != choice}
        cast_at = connection.ops.adapt_datetimefield_value(at)
        cursor.executemany(
            UPSERT,
            [
                (topic_id, suggestion, voter, wished[suggestion, voter], cast_at, revision)
                for suggestion, voter in before
            ],
        )
    return before


def write_count(
    topic: Topic, votes: Sequence[Sequence[object]], tallies: Sequence[Tally], *, at: dt.datetime
) -> None:
    """Store absolute tallies and the journal entry that says how they came about, on a locked topic.

    `votes`: (suggestion id, pseudonym, choice) of each vote that changed.
    """
    payload = {"votes": votes, "tallies": [list(tally) for tally in tallies]}
    if connection.vendor == "postgresql":
        postgresql.write_count(topic, payload, tallies, at=at)
        return
    with connection.cursor() as cursor:
        cursor.executemany(
            _TALLY,
            [(support, neutral, oppose, suggestion) for suggestion, support, neutral, oppose in tallies],
        )
    record(topic, Step.VOTES, payload, at=at, actor=None)
