"""When the steps of a topic were taken."""

from __future__ import annotations

import datetime as dt

from ..models import JournalEntry, Topic


def last_step_at(topic: Topic) -> dt.datetime:
    """When the revision that the topic was loaded with was written; its opening where nothing has been."""
    entries = JournalEntry.objects.filter(topic_id=topic.pk, revision=topic.revision)
    at: dt.datetime | None = entries.values_list("at", flat=True).first()
    return at or topic.opens_at
