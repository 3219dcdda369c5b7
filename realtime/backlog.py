"""The last counts of a topic, from memory: what a reader who is a little behind has missed, without the database."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from consultations.events import Tally

LENGTH = 512


@dataclass(frozen=True, slots=True)
class Step:
    """What changed between two revisions, when it was counts alone. Values are absolute."""

    since: int
    revision: int
    tallies: tuple[Tally, ...]


class Backlog:
    """Consecutive steps up to `head`. A step that does not follow leaves a gap, and the memory begins anew."""

    def __init__(self, head: int) -> None:
        self.head = head
        self._steps: deque[Step] = deque(maxlen=LENGTH)

    def follow(self, step: Step) -> bool:
        """Take a step that begins at or before `head`; False where it begins later, and nothing is taken."""
        if step.since > self.head:
            return False
        if step.revision > self.head:
            self._steps.append(step)
            self.head = step.revision
        return True

    def restart(self, head: int) -> None:
        """Forget the steps; the memory begins at `head`."""
        self._steps.clear()
        self.head = head

    def covers(self, since: int) -> bool:
        """Whether everything after that revision, up to `head`, is in memory."""
        first = self._steps[0].since if self._steps else self.head
        return since >= first

    def tallies(self, since: int) -> tuple[Tally, ...]:
        """The newest counts of what changed after that revision, by suggestion; ask only where it `covers`."""
        newest: dict[int, Tally] = {}
        for step in self._steps:
            if step.revision > since:
                newest.update((tally[0], tally) for tally in step.tallies)
        return tuple(newest[suggestion] for suggestion in sorted(newest))
