"""The statements of a batch of votes as PostgreSQL is told them: prepared once, sent with arrays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from jianyan.accounts.models import Body
from jianyan.prepared import array, execute, fetch

from ..enums import Step
from ..errors import UnknownTopic
from ..events import Tally
from ..journal import canonical, entry_digest
from ..models import Deliberation, Topic

_LOOKED_AT = {
    *("id", "deliberation_id", "ballot", "budget", "tallies"),
    *("announced_at", "opens_at", "voting_from", "closes_at", "paused_at", "frozen_at", "marked"),
    *("revision", "head", "hash_algorithm", "secret"),
}
# In the model's order, as `from_db` wants them.
_TOPIC = [field.attname for field in Topic._meta.concrete_fields if field.attname in _LOOKED_AT]  # noqa: SLF001
# Until the transaction ends, rows are looked up by index, whatever the planner thinks. A plan that is kept from when a
# table was nearly empty would read the whole of it for every vote, until PostgreSQL notices how much it has grown.
_LOCK = f"""
    SELECT {", ".join(f"topic.{column}" for column in _TOPIC)}, host.id, host.path,
        set_config('enable_seqscan', 'off', true)
    FROM consultations_topic AS topic
    JOIN consultations_deliberation AS deliberation ON deliberation.id = topic.deliberation_id
    JOIN accounts_body AS host ON host.id = deliberation.host_id
    WHERE topic.id = %s::bigint
    FOR NO KEY UPDATE OF topic
"""  # noqa: S608  # nothing but the names above
# Of a suggestion, also for SQLite: the last two say whether it is part of a merged group, and whether others signed it.
SUBJECT = """
    suggestion.id, suggestion.author_id, suggestion.status,
    suggestion.support, suggestion.neutral, suggestion.oppose,
    suggestion.merged_into_id IS NOT NULL OR EXISTS (
        SELECT 1 FROM consultations_suggestion AS merged WHERE merged.merged_into_id = suggestion.id
    ),
    EXISTS (
        SELECT 1 FROM consultations_cosigner AS signed
        WHERE signed.suggestion_id = suggestion.id AND signed.state = 'agreed'
    )
"""
_SUGGESTIONS = f"""
    SELECT {SUBJECT} FROM consultations_suggestion AS suggestion
    WHERE suggestion.id = ANY(%s::bigint[]) AND suggestion.topic_id = %s::bigint
"""  # noqa: S608  # nothing but the names above
_EXCHANGE = """
    WITH wish AS (
        SELECT suggestion_id, voter_id, choice, (
            SELECT vote.choice FROM consultations_vote AS vote
            WHERE vote.suggestion_id = wished.suggestion_id AND vote.voter_id = wished.voter_id
        ) AS stood
        FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) AS wished (suggestion_id, voter_id, choice)
    ), written AS (
        INSERT INTO consultations_vote (topic_id, suggestion_id, voter_id, choice, cast_at, revision)
        SELECT %s::bigint, suggestion_id, voter_id, choice, %s::timestamptz, %s::bigint FROM wish
        WHERE choice IS DISTINCT FROM stood
        ON CONFLICT (suggestion_id, voter_id)
        DO UPDATE SET choice = excluded.choice, cast_at = excluded.cast_at, revision = excluded.revision
    )
    SELECT suggestion_id, voter_id, stood FROM wish WHERE choice IS DISTINCT FROM stood
"""
_COUNT = """
    WITH tallied AS (
        UPDATE consultations_suggestion AS suggestion
        SET support = tally.support, neutral = tally.neutral, oppose = tally.oppose
        FROM unnest(%s::bigint[], %s::integer[], %s::integer[], %s::integer[]) AS tally (id, support, neutral, oppose)
        WHERE suggestion.id = tally.id
    ), entered AS (
        INSERT INTO consultations_journalentry (topic_id, revision, at, kind, payload, hash)
        VALUES (%s::bigint, %s::bigint, %s::timestamptz, %s::text, %s::jsonb, %s::text)
    )
    UPDATE consultations_topic SET revision = %s::bigint, head = %s::text WHERE id = %s::bigint
"""


def lock_topic(topic_id: int) -> Topic:
    """As locking.lock_topic, with what the rules about votes look at; the rest is read when it is asked for."""
    rows = fetch(_LOCK, (topic_id,))
    if not rows:
        raise UnknownTopic
    *columns, host_id, path, _off = rows[0]
    topic = Topic.from_db("default", _TOPIC, columns)
    host = Body.from_db("default", ("id", "path"), (host_id, path))
    topic.deliberation = Deliberation.from_db("default", ("id", "host_id"), (topic.deliberation_id, host_id))
    topic.deliberation.host = host
    return topic


def suggestions_of(
    topic_id: int, ids: Collection[int]
) -> list[tuple[int, int, str, int, int, int, bool, bool]]:
    """(id, author, status, support, neutral, oppose, grouped, cosigned) of those of the topic's suggestions."""
    return fetch(_SUGGESTIONS, (array(ids), topic_id))


def exchange_votes(
    topic_id: int, wished: Mapping[tuple[int, int], str | None], *, at: dt.datetime, revision: int
) -> dict[tuple[int, int], str | None]:
    """As counting.exchange_votes."""
    columns = (
        array(suggestion for suggestion, _voter in wished),
        array(voter for _suggestion, voter in wished),
        array(wished.values()),
    )
    stood = {
        (suggestion, voter): choice
        for suggestion, voter, choice in fetch(_EXCHANGE, (*columns, topic_id, at, revision))
    }
    # In the order of the wishes, which is the order of the journal.
    return {key: stood[key] for key in wished if key in stood}


def write_count(
    topic: Topic, payload: Mapping[str, Any], tallies: Sequence[Tally], *, at: dt.datetime
) -> None:
    """As counting.write_count."""
    revision = topic.revision + 1
    content = canonical(payload)
    digest = entry_digest(topic.head, revision, at, Step.VOTES.value, content, algorithm=topic.hash_algorithm)
    columns = [array(column) for column in zip(*tallies, strict=True)]
    entry = (topic.pk, revision, at, Step.VOTES.value, content, digest)
    execute(_COUNT, (*columns, *entry, revision, digest, topic.pk))
    topic.revision = revision
    topic.head = digest
