"""What a file would do, row by row, and which names in it nobody has."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from .known import KnownEvent
from .rows import EventRow, Fault, OutcomeRow, SubmissionRow


class Verdict(StrEnum):
    """What becomes of a row that can be taken. `WITHDRAWN`: it was taken out by hand, and stays so."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Change:
    """What a row changes of what is known; words for the reader."""

    column: str
    was: str
    becomes: str


@dataclass(frozen=True, slots=True)
class EventDecision:
    """About an event. Host and channel are named in the row; an id is None where nobody is called so yet."""

    source: str
    verdict: Verdict
    row: EventRow
    channel_id: int | None
    host_id: int | None
    changes: tuple[Change, ...] = ()
    known: KnownEvent | None = None


@dataclass(frozen=True, slots=True)
class OutcomeDecision:
    """About an outcome; `event` is the source of its event."""

    source: str
    verdict: Verdict
    event: str
    row: OutcomeRow
    changes: tuple[Change, ...] = ()
    known_id: int | None = None


@dataclass(frozen=True, slots=True)
class SubmissionDecision:
    """About a proposal."""

    source: str
    verdict: Verdict
    row: SubmissionRow
    sponsor_id: int | None
    members: tuple[int, ...]
    changes: tuple[Change, ...] = ()
    known_id: int | None = None


Decision: TypeAlias = EventDecision | OutcomeDecision | SubmissionDecision


@dataclass(frozen=True, slots=True)
class Unknown:
    """A name that nobody has, and of how many rows; `likely` is the kind of body that it probably names, or empty."""

    name: str
    rows: int
    likely: str = ""


@dataclass(frozen=True, slots=True)
class NewChannel:
    """A channel that is not there, of how many rows, and what all of these count as (short names)."""

    name: str
    rows: int
    counts_as: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a file would do. `gone` are ids of outcomes that their event's row no longer has."""

    events: tuple[EventDecision, ...]
    outcomes: tuple[OutcomeDecision, ...]
    submissions: tuple[SubmissionDecision, ...]
    gone: tuple[int, ...]
    faults: tuple[Fault, ...]
    bodies: tuple[Unknown, ...]
    channels: tuple[NewChannel, ...]
    examples: int
    ignored: tuple[str, ...]

    @property
    def digest(self) -> str:
        """The same for two plans that do the same: SHA-256, hexadecimal."""
        return hashlib.sha256(repr(self).encode()).hexdigest()

    def count(self, decisions: Iterable[Decision]) -> dict[str, int]:
        """How many of each verdict; every verdict is there."""
        counted = Counter(one.verdict.value for one in decisions)
        return {verdict.value: counted[verdict.value] for verdict in Verdict}

    @property
    def writes(self) -> int:
        """How many rows would be written."""
        every: tuple[Decision, ...] = (*self.events, *self.outcomes, *self.submissions)
        return sum(one.verdict in (Verdict.NEW, Verdict.CHANGED) for one in every) + len(self.gone)
