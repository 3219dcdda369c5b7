"""Checks of a topic that may be live: under its lock, while nothing is written that the one query sees and the other not.

Votes wait for as long as it takes: some tenths of a second for an hour's topic.
"""

from __future__ import annotations

from django.db import transaction

from ..queries.journal_check import Miscount, Verdict, check_journal, miscounts
from .locking import lock_topic


@transaction.atomic
def verify_journal(*, topic_id: int) -> Verdict:
    """Recompute the chain, count its votes anew, and compare with the tables. Raises UnknownTopic."""
    lock_topic(topic_id)
    return check_journal(topic_id)


@transaction.atomic
def compare_tallies(*, topic_id: int) -> tuple[Miscount, ...]:
    """Every suggestion whose tally differs from a count of its votes; changes nothing. Raises UnknownTopic."""
    lock_topic(topic_id)
    return miscounts(topic_id)
