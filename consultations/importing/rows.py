"""What was understood of a file: events, outcomes and submissions with their values, and what was not."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row is not taken: where it stands (a line, or the number of the thing in a JSON file), and a sentence.

    `column` is empty where the row as a whole is meant.
    """

    where: str
    column: str
    text: str


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """What came of an event. `key` tells it from others of that event; `date` None: the day of the event."""

    where: str
    key: str
    event: str
    kind: str
    level: str
    words: str
    item: str = ""
    amount: Decimal | None = None
    amount_of: str = ""
    date: dt.date | None = None
    document: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event. `number` is what the file calls it, or empty; None: the file does not say, what is known stays.

    `outcomes` None: the file has them in another list, or not at all.
    """

    where: str
    number: str
    date: dt.date
    channel: str
    title: str
    host: str
    mode: str
    co_hosts: tuple[str, ...] | None = None
    place: str | None = None
    counts_as: tuple[str, ...] | None = None
    attendance: int | None = None
    statements: int | None = None
    accepted: int | None = None
    resolved: int | None = None
    note: str | None = None
    outcomes: tuple[OutcomeRow, ...] | None = None


@dataclass(frozen=True, slots=True)
class SubmissionRow:
    """One proposal. `names`: who put it forward, where these are members."""

    where: str
    number: str
    sponsor_kind: str
    title: str
    sponsor: str
    filed: dt.date
    state: str
    names: tuple[str, ...] = ()


@dataclass(slots=True)
class Rows:
    """A whole file. `examples` are rows of our own template; `ignored` headings that no list has."""

    events: list[EventRow] = field(default_factory=list)
    outcomes: list[OutcomeRow] = field(default_factory=list)
    submissions: list[SubmissionRow] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    examples: int = 0
    ignored: tuple[str, ...] = ()
