"""How a rehearsal went, from what the journal says: how long each idea waited, and what became of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from consultations.enums import Status, Step
from consultations.models import JournalEntry, Suggestion
from consultations.queries.journal_check import check_journal

from .plan import Remedy, Turn

LONGEST = 20.0
"""Seconds that an idea may wait."""
_DECIDED = (Step.PUBLISHED, Step.RETURNED, Step.DECLINED, Step.MERGED)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One idea. `waited`: seconds until it was first decided; None where it still waits. `into`: a text, or empty."""

    turn: Turn
    number: int | None
    waited: float | None
    status: str
    into: str
    right: bool


@dataclass(frozen=True, slots=True)
class Report:
    """All of them, in the order in which they came. `votes` were given meanwhile; `sound`: the journal holds."""

    outcomes: tuple[Outcome, ...]
    votes: int
    sound: bool

    @property
    def waits(self) -> list[float]:
        """Seconds, sorted, of those that were decided."""
        return sorted(one.waited for one in self.outcomes if one.waited is not None)

    @property
    def median(self) -> float:
        """Of the waits; 0 where there is none."""
        return median(self.waits) if self.waits else 0.0

    @property
    def longest(self) -> float:
        """Of the waits; infinite while something still waits."""
        if any(one.waited is None for one in self.outcomes):
            return float("inf")
        return self.waits[-1] if self.waits else 0.0

    @property
    def wrong(self) -> tuple[Outcome, ...]:
        """What became of them is not what is right."""
        return tuple(one for one in self.outcomes if not one.right)

    @property
    def passed(self) -> bool:
        """Nobody waited too long, everything was done right, and nothing was lost."""
        return self.longest < LONGEST and not self.wrong and self.sound

    def of(self, remedy: Remedy) -> Sequence[Outcome]:
        """Those for which that was the right thing, or one of the right ones."""
        return [one for one in self.outcomes if one.turn.right[0] is remedy]


def report_on(topic_id: int, turns: Iterable[Turn]) -> Report:
    """Read it all: four queries, and the journal once more to see that it holds."""
    rows = {row.text: row for row in Suggestion.objects.filter(topic_id=topic_id)}
    texts = {row.pk: row.text for row in rows.values()}
    waits = _waits(topic_id)
    turns = tuple(turns)
    by_position = {turn.position: turn.idea.text for turn in turns}
    outcomes = []
    for turn in turns:
        row = rows.get(turn.idea.text)
        status = str(row.status) if row is not None else ""
        into = texts.get(row.merged_into_id or 0, "") if row is not None else ""
        right = status in turn.right
        if status == Status.MERGED:
            right = turn.same_as is not None and into == by_position.get(turn.same_as)
        outcomes.append(
            Outcome(
                turn=turn,
                number=row.number if row is not None else None,
                waited=waits.get(row.pk) if row is not None else None,
                status=status,
                into=into,
                right=right,
            )
        )
    verdict = check_journal(topic_id)
    return Report(tuple(outcomes), verdict.votes, not verdict.faults)


def _waits(topic_id: int) -> dict[int, float]:
    posted: dict[int, dt.datetime] = {}
    waits: dict[int, float] = {}
    entries = JournalEntry.objects.filter(topic_id=topic_id, kind__in=(Step.POSTED, *_DECIDED))
    for kind, at, payload in entries.order_by("revision").values_list("kind", "at", "payload"):
        for pk in payload.get("moved", payload["suggestions"]):
            if kind == Step.POSTED:
                posted[pk] = at
            elif pk in posted:
                waits.setdefault(pk, (at - posted[pk]).total_seconds())
    return waits
