"""Who is here: distinct people per topic. A member counts once over tabs and processes, each anonymous socket once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from time import monotonic

REMEMBERED = 15.0
"""Seconds for which what another process has said counts; it says so again every five."""


@dataclass(slots=True)
class Present:
    """The sockets of one topic in this process: how many each member has, and how many are nobody's."""

    members: Counter[int] = field(default_factory=Counter)
    anonymous: int = 0


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What another process has said of one topic."""

    members: frozenset[int]
    anonymous: int
    until: float


class Presence:
    """All topics of this process, and what the others have said."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._here: dict[int, Present] = {}
        self._elsewhere: dict[int, dict[str, Elsewhere]] = {}

    def enter(self, topic_id: int, user_id: int | None) -> None:
        """A socket has come; `user_id` None: nobody has signed in on it."""
        present = self._here.setdefault(topic_id, Present())
        if user_id is None:
            present.anonymous += 1
        else:
            present.members[user_id] += 1

    def leave(self, topic_id: int, user_id: int | None) -> None:
        """A socket that had entered has gone."""
        present = self._here[topic_id]
        if user_id is None:
            present.anonymous -= 1
        elif present.members[user_id] > 1:
            present.members[user_id] -= 1
        else:
            del present.members[user_id]
        if not present.members and not present.anonymous:
            del self._here[topic_id]

    def hear_all(self, process: str, told: Iterable[tuple[int, Iterable[int], int]]) -> None:
        """What another process says of all its topics; it replaces what that process said before."""
        until = self._clock() + REMEMBERED
        said = {topic_id: Elsewhere(frozenset(members), count, until) for topic_id, members, count in told}
        for topic_id in list(self._elsewhere):
            if topic_id not in said:
                self._elsewhere[topic_id].pop(process, None)
        for topic_id, elsewhere in said.items():
            self._elsewhere.setdefault(topic_id, {})[process] = elsewhere

    def told(self) -> list[tuple[int, list[int], int]]:
        """(topic, members, anonymous sockets) of this process, for the others."""
        return [
            (topic_id, sorted(present.members), present.anonymous) for topic_id, present in self._here.items()
        ]

    def here(self, topic_id: int) -> int:
        """How many people are on the topic, in all processes. May be asked from any thread."""
        members: set[int] = set()
        anonymous = 0
        present = self._here.get(topic_id)
        if present is not None:
            members.update(present.members)
            anonymous += present.anonymous
        for said in self._still_valid(topic_id):
            members.update(said.members)
            anonymous += said.anonymous
        return len(members) + anonymous

    def is_elsewhere(self, topic_id: int, user_id: int) -> bool:
        """Whether another process has said that this member is on the topic there."""
        return any(user_id in said.members for said in self._still_valid(topic_id))

    def _still_valid(self, topic_id: int) -> list[Elsewhere]:
        elsewhere = self._elsewhere.get(topic_id)
        if elsewhere is None:
            return []
        now = self._clock()
        for process in [process for process, said in elsewhere.items() if said.until <= now]:
            elsewhere.pop(process, None)
        if not elsewhere:
            self._elsewhere.pop(topic_id, None)
        return list(elsewhere.values())
