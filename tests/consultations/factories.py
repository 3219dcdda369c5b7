"""Plain functions that make a channel, a deliberation and topics in any phase, and suggestions through the actions."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from consultations.actions.moderation import publish_suggestion
from consultations.actions.suggestions import post_suggestion
from consultations.models import Channel, Deliberation, Suggestion, Topic
from jianyan.accounts.models import User
from jianyan.accounts.roles import Actor, actor_of
from tests.jianyan.accounts.factories import County

NOON = dt.datetime(2026, 3, 5, 12, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)


def make_channel(name: str = "微建言·献一计", slug: str = "micro") -> Channel:
    """The channel of that slug, made when it is not there."""
    return Channel.objects.get_or_create(slug=slug, defaults={"name": name})[0]


def make_deliberation(county: County, title: str = "网络议政", **fields: Any) -> Deliberation:
    """A public online deliberation of the county's committee, from NOON for an hour."""
    fields = {"starts_at": NOON, "ends_at": NOON + HOUR, "host": county.committee, **fields}
    fields.setdefault("channel", make_channel())
    return Deliberation.objects.create(title=title, **fields)


def make_topic(
    county: County, title: str = "破解老城区停车难", *, opens_at: dt.datetime = NOON, **fields: Any
) -> Topic:
    """A topic announced a day before, open from `opens_at` (NOON) for an hour, rules as by default."""
    deliberation = fields.pop("deliberation", None) or make_deliberation(
        county, starts_at=opens_at, ends_at=fields.get("closes_at", opens_at + HOUR)
    )
    fields = {
        "announced_at": opens_at - 24 * HOUR,
        "closes_at": opens_at + HOUR,
        "prompt": "老城区白天缺车位、晚上抢车位。请您就一件事献一计。",
        **fields,
    }
    return Topic.objects.create(deliberation=deliberation, title=title, opens_at=opens_at, **fields)


def actor(user: User, at: dt.datetime = NOON) -> Actor:
    """The actor for that user; fails where there is none."""
    found = actor_of(user, at=at)
    assert found is not None
    return found


def make_suggestion(
    topic: Topic,
    author: User,
    text: str = "机关单位车位晚六点至早七点向周边居民错时开放。",
    *,
    publish_by: User | None = None,
    at: dt.datetime | None = None,
) -> Suggestion:
    """A suggestion posted a minute after opening, and published where a moderator is given."""
    at = at or topic.opens_at + MINUTE
    posted = post_suggestion(
        topic_id=topic.pk, by=actor(author, at), text=text, client_ref=str(uuid.uuid4()), at=at
    )
    if publish_by is not None:
        return publish_suggestion(suggestion_id=posted.suggestion.pk, by=actor(publish_by, at), at=at)
    return posted.suggestion
