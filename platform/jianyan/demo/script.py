"""What happens in one topic, and when: pure. Performed through the real actions by `performance`."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from .casting import Part, likes
from .catalogue import Quality


@dataclass(frozen=True, slots=True)
class Arrives:
    """A member opens the topic's page."""

    at: dt.datetime
    member: int


@dataclass(frozen=True, slots=True)
class Posts:
    """A member posts an idea; `key` names it in what follows."""

    at: dt.datetime
    key: int
    part: Part


@dataclass(frozen=True, slots=True)
class Decides:
    """The moderator deals with an idea as its quality demands."""

    at: dt.datetime
    key: int
    quality: Quality


@dataclass(frozen=True, slots=True)
class Votes:
    """A member supports an idea, or takes that back."""

    at: dt.datetime
    key: int
    member: int
    support: bool


@dataclass(frozen=True, slots=True)
class Hides:
    """The moderator has noticed what should not have been published."""

    at: dt.datetime
    key: int


Event: TypeAlias = Arrives | Posts | Decides | Votes | Hides


@dataclass(frozen=True, slots=True)
class Hour:
    """The time that is told: from opening to closing, or to the present where the topic is still open."""

    opens: dt.datetime
    until: dt.datetime
    closed: bool

    def after(self, share: float) -> dt.datetime:
        """The instant when this share (0 to 1) of it has passed."""
        return self.opens + (self.until - self.opens) * share


# While a topic is open, these wait at the desk for whoever comes as a moderator.
LEFT_WAITING = frozenset({Quality.HARSH, Quality.PRIVATE_DATA})
# Good ones that were posted last and wait as well.
FRESH = 2
SECOND = dt.timedelta(seconds=1)


def write(parts: Sequence[Part], voters: Sequence[int], hour: Hour, dice: random.Random) -> list[Event]:
    """All events of the hour, in order of time; of two at the same instant, the earlier cause first."""
    events: list[Event] = []
    posts = list(_posts(parts, hour, dice))
    arrival = {member: hour.after(0.75 * dice.random() ** 1.6) for member in voters}
    for post in posts:
        arrival[post.part.author] = min(
            arrival.get(post.part.author, post.at), post.at - dice.randint(20, 90) * SECOND
        )
    waiting = {post.key for post in _left_waiting(posts, hour)}
    for post in posts:
        if post.key in waiting:
            continue
        decided = post.at + dice.randint(25, 150) * SECOND
        if not hour.closed and decided >= hour.until:
            continue
        events.append(Decides(decided, post.key, post.part.idea.quality))
        if post.part.idea.quality is Quality.GOOD:
            events += _votes(post, decided, arrival, hour, dice)
        elif post.part.idea.quality is Quality.PRIVATE_DATA:
            events.append(Hides(decided + dice.randint(60, 240) * SECOND, post.key))
    opened = (Arrives(max(at, hour.opens), member) for member, at in arrival.items())
    return sorted([*opened, *posts, *events], key=lambda event: event.at)


def _posts(parts: Sequence[Part], hour: Hour, dice: random.Random) -> Iterator[Posts]:
    """Many soon after the opening, fewer and fewer later; tricky ones anywhere, in an open topic lately."""
    for key, part in enumerate(parts):
        share = 0.03 + 0.8 * dice.betavariate(1.1, 1.9)
        if not hour.closed and part.idea.quality in LEFT_WAITING:
            share = dice.uniform(0.72, 0.85)
        yield Posts(hour.after(share), key, part)


def _left_waiting(posts: Sequence[Posts], hour: Hour) -> list[Posts]:
    if hour.closed:
        return []
    good = [post for post in posts if post.part.idea.quality is Quality.GOOD]
    fresh = sorted(good, key=lambda post: post.at)[-FRESH:]
    return fresh + [post for post in posts if post.part.idea.quality in LEFT_WAITING]


def _votes(
    post: Posts, published: dt.datetime, arrival: dict[int, dt.datetime], hour: Hour, dice: random.Random
) -> Iterator[Votes]:
    for member, arrived in arrival.items():
        if member == post.part.author or not likes(member, post.part.idea.text):
            continue
        at = max(arrived, published) + dice.expovariate(1 / 400) * SECOND + 3 * SECOND
        if at >= hour.until:
            continue
        yield Votes(at, post.key, member, support=True)
        back = at + dice.uniform(20, 240) * SECOND
        if dice.random() < 0.025 and back < hour.until:
            yield Votes(back, post.key, member, support=False)
