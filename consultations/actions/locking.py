"""The topic's row is the unit of ordering. On SQLite an IMMEDIATE transaction is the lock."""

from __future__ import annotations

from collections.abc import Iterable

from ..errors import UnknownSuggestion, UnknownTopic
from ..models import Deliberation, Suggestion, Topic


def lock_topic(topic_id: int) -> Topic:
    """The topic with deliberation and host, its row locked until the transaction ends. Raises UnknownTopic."""
    topic = (
        Topic.objects.select_for_update(of=("self",))
        .select_related("deliberation__host", "deliberation__channel")
        .filter(pk=topic_id)
        .first()
    )
    if topic is None:
        raise UnknownTopic
    return topic


def lock_topics(topic_ids: Iterable[int]) -> list[Topic]:
    """Several topics, always in the order of their ids, so that two actions never wait for each other."""
    return [lock_topic(topic_id) for topic_id in sorted(set(topic_ids))]


def lock_together(topic_id: int) -> tuple[Topic, list[Topic], bool]:
    """The topic, the other topics of its deliberation, and whether their clocks run together; all under their locks.

    Raises UnknownTopic.
    """
    deliberation_id = Topic.objects.filter(pk=topic_id).values_list("deliberation_id", flat=True).first()
    if deliberation_id is None:
        raise UnknownTopic
    ids = Topic.objects.filter(deliberation_id=deliberation_id).values_list("pk", flat=True)
    topics = {topic.pk: topic for topic in lock_topics(ids)}
    # What came with a topic may be from before the wait for its lock.
    linked = Deliberation.objects.values_list("linked", flat=True).get(pk=deliberation_id)
    return topics.pop(topic_id), list(topics.values()), linked


def lock_topic_of(suggestion_id: int) -> tuple[Topic, Suggestion]:
    """The locked topic of a suggestion, and the suggestion as it is under that lock. Raises UnknownSuggestion."""
    topic_id = Suggestion.objects.filter(pk=suggestion_id).values_list("topic_id", flat=True).first()
    if topic_id is None:
        raise UnknownSuggestion
    topic = lock_topic(topic_id)
    suggestion = Suggestion.objects.get(pk=suggestion_id)
    suggestion.topic = topic
    return topic, suggestion
