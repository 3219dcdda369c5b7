"""Who says what, and who likes it: the same every time, so that the members stay themselves from one run to the next.

Members are user ids here. Nothing in this module asks the database.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from .catalogue import Idea, Issue, Quality

CROWD = 40
# So many ideas of a large live topic, and half of a small one, are kept for the forty while visitors watch.
HELD_BACK = 21
# Where the one idea stands, among those held back, that a moderator will have to return.
TRICKY_TURN = 4


@dataclass(frozen=True, slots=True)
class Part:
    """An idea and the member who has it."""

    author: int
    idea: Idea


@dataclass(frozen=True, slots=True)
class Cast:
    """The members by sector, in the roster's order, and whom visitors may be."""

    members: Mapping[str, Sequence[int]]
    visitors: frozenset[int]

    @property
    def crowd(self) -> tuple[int, ...]:
        """The forty who take part live: one of each sector, then a second one of the largest sectors; no visitors."""
        places = dict.fromkeys(self.members, 1)
        largest = sorted(self.members, key=lambda sector: -len(self.members[sector]))
        for sector in largest[: CROWD - len(places)]:
            places[sector] += 1
        return tuple(
            member
            for sector, members in self.members.items()
            for member in self._shuffled(sector, members)[: places[sector]]
        )

    def everybody(self) -> tuple[int, ...]:
        """All members."""
        return tuple(member for members in self.members.values() for member in members)

    def _shuffled(self, sector: str, members: Sequence[int]) -> list[int]:
        others = [member for member in members if member not in self.visitors]
        _dice(sector).shuffle(others)
        return others

    def finished(self, issue: Issue) -> list[Part]:
        """Every idea of an issue with its author; visitors have spoken wherever somebody of their sector has."""
        return self._assign(_shuffled_ideas(issue), issue.slug, first=self.visitors, never=frozenset())

    def speakers(self, issue: Issue) -> list[Part]:
        """What the forty have to say of an issue, in the order of their turns."""
        others = frozenset(self.everybody()) - frozenset(self.crowd)
        return self._assign(_good_ones_first(issue), issue.slug, first=(), never=others)

    def live(self, issue: Issue) -> tuple[list[Part], list[Part]]:
        """(what was said before visitors come, what the forty say while they watch). Visitors say nothing of it."""
        by_crowd = self.speakers(issue)
        spoken = {part.idea.text for part in by_crowd}
        by_others = self._assign(
            [idea for idea in _good_ones_first(issue) if idea.text not in spoken],
            issue.slug,
            first=(),
            never=self.visitors.union(self.crowd),
        )
        held = min(HELD_BACK, len(issue.ideas) // 2)
        return by_others + by_crowd[held:], by_crowd[:held]

    def _assign(
        self, ideas: Sequence[Idea], slug: str, *, first: Collection[int], never: Collection[int]
    ) -> list[Part]:
        """Give each idea to a member of its sector, one idea each; what finds nobody is left out."""
        free: dict[str, list[int]] = {}
        for sector, members in self.members.items():
            candidates = [member for member in members if member not in never]
            _dice(f"{slug} {sector}").shuffle(candidates)
            free[sector] = sorted(candidates, key=lambda member: member not in first)
        return [Part(free[idea.sector].pop(0), idea) for idea in ideas if free.get(idea.sector)]


def appeal(text: str) -> float:
    """How much of everybody likes an idea: most a little, few very much; 0.07 to 0.65."""
    return 0.07 + 0.58 * chance("appeal", text) ** 2


def likes(member: int, text: str) -> bool:
    """Whether a member is for an idea; each is warmer or cooler towards all of them."""
    warmth = 0.55 + 0.9 * chance("warmth", str(member))
    return chance(str(member), text) < appeal(text) * warmth


def _shuffled_ideas(issue: Issue) -> list[Idea]:
    ideas = list(issue.ideas)
    _dice(issue.slug).shuffle(ideas)
    return ideas


def _good_ones_first(issue: Issue) -> list[Idea]:
    """Good ideas, among the first of them one that holds two, and what nobody should publish at the end."""
    ideas = _shuffled_ideas(issue)
    good = [idea for idea in ideas if idea.quality is Quality.GOOD]
    tricky = [idea for idea in ideas if idea.quality is not Quality.GOOD]
    returned = next(idea for idea in tricky if idea.quality is Quality.TWO_IDEAS)
    tricky.remove(returned)
    return [*good[:TRICKY_TURN], returned, *good[TRICKY_TURN:], *tricky]


def _dice(seed: str) -> random.Random:
    return random.Random(seed)  # noqa: S311 - a play to be repeated, not a secret


def chance(*words: str) -> float:
    """A number from 0 up to 1 that is always the same for these words, on every machine."""
    digest = hashlib.blake2b("\x1f".join(words).encode(), digest_size=8).digest()
    return int.from_bytes(digest) / (1 << 64)
