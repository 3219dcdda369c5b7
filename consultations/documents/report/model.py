"""A report (履职答卷) as data: a frozen tree from which every format is a pure function to bytes.

Its figures were counted at one instant, `Figures.as_of`; passages name them, and no number in a report is typed.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeAlias

from msgspec import Meta

from ...enums import Measure, ReportPart, ReportStatus, Unit
from ..model import Count, Instant, Replaced

Schema = Literal["jianyan.report/1"]
SCHEMA: Schema = "jianyan.report/1"
Value: TypeAlias = int | Decimal
"""A count, or an amount in yuan; one without a fraction is an int."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Who reports on which days, both inclusive. `terms` are the terms (届) that fall into them, in their order.

    `edition` counts changes of a draft; `version` is 1, and one more with each correction of what was signed. `date`
    is the day of signing, of a draft that of the last change.
    """

    issuer: str
    since: dt.date
    until: dt.date
    terms: tuple[str, ...] = ()
    edition: Count
    version: Annotated[int, Meta(ge=1)] = 1
    replaces: Replaced | None = None
    date: dt.date
    signed_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What was counted, by which rule, and how it is printed.

    `since`: the year from which the rule holds, its version; `measure`, `category` (its short name, empty for all) and
    `parameters` are the rule itself, `counts` the same in words; `own`: whose rule it is, empty for a standard one.
    `printed` is rounded down to `step`, `exact` is not. `before` and `exact_before` are of the same days a year earlier.
    `of`: what the value is a share of, if it is.
    """

    slug: str
    name: str
    part: ReportPart
    measure: Measure
    category: str
    parameters: dict[str, Any]
    unit: Unit
    step: Annotated[int, Meta(ge=1)]
    since: int
    own: str = ""
    counts: str
    value: Value
    printed: str
    exact: str
    before: Value
    exact_before: str
    of: Count | None = None

    @property
    def change(self) -> Value:
        """Against the year before; negative where it is less."""
        if isinstance(self.value, int) and isinstance(self.before, int):
            return self.value - self.before
        return Decimal(self.value) - Decimal(self.before)

    @property
    def share(self) -> int | None:
        """Per cent of what it is a share of, rounded down; None where it is none, or there is nothing to share."""
        return int(self.value * 100 / self.of) if self.of else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A row of a breakdown: what it is of, and its numbers in the order of the measures."""

    name: str
    values: tuple[Count, Count]


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakdown:
    """The same events counted by month, channel, body or sector. `of` heads the names, `measures` the numbers."""

    kind: str
    caption: str
    of: str
    measures: tuple[str, str]
    rows: tuple[Share, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A row behind a figure: when, what, whose, in the course of which event, and how much of the figure it is."""

    date: dt.date | None
    what: str
    whose: str = ""
    event: str = ""
    number: Value
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """The rows behind a figure, as anybody may see them; `more` are not listed."""

    slug: str
    rows: tuple[Source, ...]
    more: Count = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Everything that was counted, at one instant. What a report says in numbers is in here."""

    as_of: Instant
    figures: tuple[Figure, ...]
    breakdowns: tuple[Breakdown, ...] = ()
    sources: tuple[Sources, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """The secretary's words under a heading of a part. `printed` is the text with its figures in place of their names."""

    part: ReportPart
    heading: str
    text: str
    printed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDocument:
    """The whole report. `figures_hash` is `sealing.digest_of` the figures; `seal` that of everything else once signed."""

    head: Head
    title: str
    status: ReportStatus
    passages: tuple[Passage, ...]
    figures: Figures
    figures_hash: str
    seal: str = ""
    schema: Schema = SCHEMA
