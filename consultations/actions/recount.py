"""Setting tallies right that are not what the votes add up to: after somebody wrote past the rules."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from ..enums import Step
from ..events import Tallied, emit
from ..models import Suggestion
from ..queries.journal_check import Miscount, corrected, miscounts
from .locking import lock_topic
from .recording import record


@transaction.atomic
def recount_topic(*, topic_id: int, at: dt.datetime) -> tuple[Miscount, ...]:
    """Correct the tallies and journal them as a step without votes; what was wrong. Raises UnknownTopic."""
    topic = lock_topic(topic_id)
    wrong = miscounts(topic_id)
    if wrong:
        rows = [
            Suggestion(pk=row.suggestion, support=support, neutral=neutral, oppose=oppose)
            for row in wrong
            for support, neutral, oppose in (row.counted,)
        ]
        Suggestion.objects.bulk_update(rows, ["support", "neutral", "oppose"])
        tallies = corrected(wrong)
        record(
            topic, Step.VOTES, {"votes": [], "tallies": [list(tally) for tally in tallies]}, at=at, actor=None
        )
        emit(Tallied(topic_id=topic_id, revision=topic.revision, tallies=tallies))
    return wrong
