"""When the steps of a topic were taken, and the one that closed it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import OuterRef, QuerySet, Subquery

from ..enums import Step
from ..models import JournalEntry, Topic


def last_step_at(topic: Topic) -> dt.datetime:
    """When the revision that the topic was loaded with was written; its opening where nothing has been."""
    entries = JournalEntry.objects.filter(topic_id=topic.pk, revision=topic.revision)
    at: dt.datetime | None = entries.values_list("at", flat=True).first()
    return at or topic.opens_at


def closing_entry(topic: Topic) -> tuple[int, str]:
    """(revision, hash) of the entry with which the topic closed: it covers every vote, and stays what it is.

    Where nobody has noticed the closing yet, the last entry, which is all there is.
    """
    found = _closings(topic.pk).values_list("revision", "hash").first()
    return found or (topic.revision, topic.head)


def closing_hashes(topic_ids: Iterable[int]) -> dict[int, str]:
    """Topic id → hash of the entry with which it closed; topics without one are left out."""
    closing = Subquery(_closings(OuterRef("pk")).values("hash")[:1])
    topics = Topic.objects.filter(pk__in=list(topic_ids)).annotate(closing=closing).exclude(closing=None)
    return dict(topics.values_list("pk", "closing"))


def _closings(topic: int | OuterRef) -> QuerySet[JournalEntry]:
    # Last first: what follows the closing is little.
    return JournalEntry.objects.filter(
        topic_id=topic, kind__in=(Step.CLOSED, Step.PHASE), payload__window="closed"
    ).order_by("-revision")
