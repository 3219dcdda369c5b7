"""The topic's row is the unit of ordering. On SQLite an IMMEDIATE transaction is the lock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.utils import timezone

from ..errors import UnknownSuggestion, UnknownTopic
from ..models import Suggestion, Topic


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


def lock_topic_of(suggestion_id: int) -> tuple[Topic, Suggestion]:
    """The locked topic of a suggestion, and the suggestion as it is under that lock. Raises UnknownSuggestion."""
    topic_id = Suggestion.objects.filter(pk=suggestion_id).values_list("topic_id", flat=True).first()
    if topic_id is None:
        raise UnknownSuggestion
    topic = lock_topic(topic_id)
    suggestion = Suggestion.objects.get(pk=suggestion_id)
    suggestion.topic = topic
    return topic, suggestion


def turn_of(topic_id: int) -> dt.datetime:
    """Lock the topic until the transaction ends; the instant at which its lock was got. Raises UnknownTopic.

    Were an action of the instant at which somebody asked for it, votes that were committed while it waited for the lock
    would be of a later time than the end of the voting, or it would land behind the entry that closed the topic.
    """
    lock_topic(topic_id)
    return timezone.now()
