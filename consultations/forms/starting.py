"""What the forms of a preparation show at first: a channel's defaults, a copy, or what there is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from ..models import Channel, Deliberation, Topic
from ..models.channel import RuleSet
from ..queries.prepare import editable_topics, next_number, weeks_until_ahead

_RULES = (
    *("ideas", "length", "ballot", "budget", "tallies", "premoderated", "anonymous", "rotated"),
    *("consensus_share", "consensus_sectors"),
)


@dataclass(frozen=True, slots=True)
class Start:
    """Initial values of the deliberation's form and of each topic's; `opened` topics are past changing."""

    channel: Channel
    deliberation: dict[str, Any]
    topics: Sequence[dict[str, Any]]
    opened: tuple[Topic, ...] = ()


def blank_topic(channel: Channel) -> dict[str, Any]:
    """A topic without words, with the channel's rules."""
    return _rules(channel)


def fresh(channel: Channel, *, at: dt.datetime) -> Start:
    """A first deliberation of its kind."""
    number = next_number(channel.pk, timezone.localdate(at).year)
    return Start(channel, {"number": number}, [blank_topic(channel)])


def copy_of(deliberation: Deliberation, *, at: dt.datetime) -> Start:
    """The same again: words, rules, and times on the same weekday ahead; with the next number."""
    by = weeks_until_ahead(deliberation.starts_at, at)
    year = timezone.localdate(deliberation.starts_at + by).year
    own = _own(deliberation, by) | {"number": next_number(deliberation.channel_id, year)}
    topics = [_topic(topic, deliberation, by) for topic in deliberation.topics.all()]
    return Start(deliberation.channel, own, topics or [blank_topic(deliberation.channel)])


def present(deliberation: Deliberation, *, at: dt.datetime) -> Start:
    """The deliberation as it is, with those of its topics that have not opened."""
    topics = list(deliberation.topics.all())
    ahead = editable_topics(topics, at)
    still = dt.timedelta()
    return Start(
        deliberation.channel,
        _own(deliberation, still)
        | {"number": deliberation.number, "known": " ".join(str(topic.pk) for topic in topics)},
        [
            _topic(topic, deliberation, still) | {"topic_id": topic.pk, "seen": topic.revision}
            for topic in ahead
        ],
        tuple(topic for topic in topics if topic not in ahead),
    )


def _own(deliberation: Deliberation, by: dt.timedelta) -> dict[str, Any]:
    return {
        "title": deliberation.title,
        "host": deliberation.host_id,
        "starts_at": deliberation.starts_at + by,
        "ends_at": deliberation.ends_at + by,
        "mode": deliberation.mode,
        "place": deliberation.place,
        "visibility": deliberation.visibility,
        "linked": deliberation.linked,
    }


def _topic(topic: Topic, deliberation: Deliberation, by: dt.timedelta) -> dict[str, Any]:
    """Times that are the deliberation's own stay empty, so that they move when it is moved."""

    def other_than(instant: dt.datetime | None, usual: dt.datetime) -> dt.datetime | None:
        return instant + by if instant is not None and instant != usual else None

    return _rules(topic) | {
        "title": topic.title,
        "prompt": topic.prompt,
        "background": topic.background,
        "departments": "\n".join(topic.departments),
        "themes": "\n".join(theme.name for theme in topic.themes.all()),
        "opens_at": other_than(topic.opens_at, deliberation.starts_at),
        "closes_at": other_than(topic.closes_at, deliberation.ends_at),
        "posting_until": other_than(topic.posting_until, topic.closes_at),
        "voting_from": other_than(topic.voting_from, topic.opens_at),
    }


def _rules(of: RuleSet) -> dict[str, Any]:
    return {name: getattr(of, name) for name in _RULES}
