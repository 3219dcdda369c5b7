"""Who has a standing vote in a topic: read from one voter to the next along the index of (topic, voter).

What it takes grows with the people who have voted and not with their votes, of which each may have cast hundreds.
COUNT(DISTINCT) would read them all, every few seconds.
"""

from __future__ import annotations

from django.db import connection

_PEOPLE = """
    WITH RECURSIVE person (id) AS (
        SELECT MIN(voter_id) FROM consultations_vote WHERE topic_id = %(topic)s AND choice IS NOT NULL
        UNION ALL
        SELECT (
            SELECT voter_id FROM consultations_vote
            WHERE topic_id = %(topic)s AND voter_id > person.id AND choice IS NOT NULL
            ORDER BY voter_id LIMIT 1
        )
        FROM person WHERE person.id IS NOT NULL
    )
"""
_COUNTED = _PEOPLE + "SELECT COUNT(id) FROM person"  # noqa: S608  # two constants
_NAMED = _PEOPLE + "SELECT id FROM person WHERE id IS NOT NULL"  # noqa: S608


def count_voters(topic_id: int) -> int:
    """How many people."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, {"topic": topic_id})
        (count,) = cursor.fetchone()
    return int(count)


def voters_in(topic_id: int) -> set[int]:
    """Their ids."""
    with connection.cursor() as cursor:
        cursor.execute(_NAMED, {"topic": topic_id})
        return {user_id for (user_id,) in cursor.fetchall()}
