"""What comes in, when, and what is right for each, as the demonstration's data say it: pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from jianyan.demo.catalogue import Idea, Issue, Quality

FIRST = 2.0
"""Seconds from the start to the first idea."""


class Remedy(StrEnum):
    """What a moderator does with an idea. Values are statuses of suggestions."""

    PUBLISH = "published"
    RETURN = "returned"
    DECLINE = "declined"
    MERGE = "merged"


RIGHT: Mapping[Quality, tuple[Remedy, ...]] = {
    Quality.GOOD: (Remedy.PUBLISH,),
    Quality.TWO_IDEAS: (Remedy.RETURN,),
    Quality.PRIVATE_DATA: (Remedy.RETURN,),
    Quality.HARSH: (Remedy.RETURN, Remedy.DECLINE),
    Quality.OFF_TOPIC: (Remedy.DECLINE, Remedy.RETURN),
}
"""What is right for an idea of that quality, the usual way first."""


@dataclass(frozen=True, slots=True)
class Turn:
    """`position` from 1 in the issue; `seconds` after the start; `same_as`: the position of the one that says it too."""

    position: int
    seconds: float
    idea: Idea
    same_as: int | None

    @property
    def right(self) -> tuple[Remedy, ...]:
        """What may be done with it, the usual way first."""
        return (Remedy.MERGE,) if self.same_as is not None else RIGHT[self.idea.quality]


def plan(issue: Issue, *, per_minute: float, positions: tuple[int, ...] = ()) -> tuple[Turn, ...]:
    """The ideas of an issue in their order, evenly spaced; only those at `positions` where these are given."""
    chosen = [at for at in range(1, len(issue.ideas) + 1) if not positions or at in positions]
    return tuple(
        Turn(
            position=position,
            seconds=FIRST + place * 60 / per_minute,
            idea=issue.ideas[position - 1],
            same_as=issue.same_as.get(position),
        )
        for place, position in enumerate(chosen)
    )
