"""What a member's record of a year holds, row by row, and the sums of it. Plain: it is kept as it is when a year is frozen."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from ..enums import Deed, Mode, Part, Presence
from ..points import Done, Work


@dataclass(frozen=True, slots=True)
class Stay:
    """A membership that was in force in the year; `since` and `until` are inclusive, None where they are open."""

    body_id: int
    body: str
    kind: str
    term: str
    since: dt.date | None
    until: dt.date | None

    def holds_on(self, day: dt.date) -> bool:
        """Whether it was in force on that day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Attended:
    """An event that the member took part in or was on leave from. `sector`: where the member was then, 0 in none."""

    id: int
    title: str
    channel: str
    day: dt.date
    presence: str
    mode: str
    categories: tuple[str, ...]
    sector: int


@dataclass(frozen=True, slots=True)
class Idea:
    """A published suggestion of the member's own, or co-signed. `number` 0, `support` None: withheld from this reader."""

    id: int
    number: int
    topic_id: int
    topic: str
    day: dt.date
    status: str
    lead: bool
    support: int | None
    anonymous: bool
    sector: int


@dataclass(frozen=True, slots=True)
class Filed:
    """A proposal or report of public opinion that the member put forward, or that grew out of an idea of theirs.

    `grown`: ids of these ideas.
    """

    id: int
    kind: str
    number: str
    title: str
    day: dt.date
    state: str
    lead: bool
    sector: int
    grown: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """What an outcome came of: a `suggestion`, with the topic it is in, or a `submission`. `number` empty: withheld.

    `title`: of the topic or of the document. `grown`: ids of the member's ideas that a document grew out of.
    """

    kind: str
    id: int
    number: str
    title: str
    topic_id: int
    anonymous: bool
    grown: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Came:
    """An outcome of ideas or documents of the member's. `item`: outcomes of one kind with the same one count once."""

    id: int
    kind: str
    level: str
    day: dt.date
    words: str
    item: str
    lead: bool
    sources: tuple[Source, ...]
    sector: int

    @property
    def counted_as(self) -> tuple[str, str]:
        """The same for outcomes that are one."""
        return (self.kind, self.item or f"#{self.id}")


Row: TypeAlias = Attended | Idea | Filed | Came


@dataclass(frozen=True, slots=True)
class Given:
    """How many suggestions of one event the member supports."""

    event_id: int
    votes: int
    sector: int


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums of a record. `support`: received by published suggestions that the member leads."""

    present: int
    observed: int
    on_leave: int
    on_site: int
    ideas: int
    cosigned: int
    support: int
    given: int
    filed: int
    outcomes: int


@dataclass(frozen=True, slots=True)
class Rows:
    """Everything that one member did in one year, each list by day."""

    user_id: int
    name: str
    stays: tuple[Stay, ...] = ()
    attended: tuple[Attended, ...] = ()
    ideas: tuple[Idea, ...] = ()
    filed: tuple[Filed, ...] = ()
    outcomes: tuple[Came, ...] = ()
    given: tuple[Given, ...] = ()

    def totals(self, sector: int | None = None) -> Totals:
        """Of the whole year, or of what was done while the member was in that sector."""
        attended = [one for one in self.attended if sector in (None, one.sector)]
        ideas = [one for one in self.ideas if sector in (None, one.sector)]
        lead = [one for one in ideas if one.lead]
        return Totals(
            present=sum(one.presence == Presence.PRESENT for one in attended),
            observed=sum(one.presence == Presence.OBSERVER for one in attended),
            on_leave=sum(one.presence == Presence.ON_LEAVE for one in attended),
            on_site=sum(one.presence != Presence.ON_LEAVE and one.mode == Mode.OFFLINE for one in attended),
            ideas=len(lead),
            cosigned=len(ideas) - len(lead),
            support=sum(one.support or 0 for one in lead),
            given=sum(one.votes for one in self.given if sector in (None, one.sector)),
            filed=sum(sector in (None, one.sector) for one in self.filed),
            outcomes=len({one.counted_as for one in self.outcomes if sector in (None, one.sector)}),
        )

    @property
    def deeds(self) -> tuple[tuple[Done, Row], ...]:
        """What points are given for, with the row that says so."""
        return (
            *((_attended(one), one) for one in self.attended),
            *((_suggested(one), one) for one in self.ideas),
            *((_filed(one), one) for one in self.filed),
            *((_came(one), one) for one in _each_once(self.outcomes)),
        )

    def discreet(self) -> Rows:
        """For who may not look at the desk: which idea is whose in topics that name no authors stays untold."""
        return dataclasses.replace(
            self,
            ideas=tuple(_untold(one) for one in self.ideas),
            outcomes=tuple(_untold_sources(one) for one in self.outcomes),
        )


def untold(row: Row) -> Row:
    """The row as `Rows.discreet` has it."""
    match row:
        case Idea():
            return _untold(row)
        case Came():
            return _untold_sources(row)
        case _:
            return row


def _untold(one: Idea) -> Idea:
    return dataclasses.replace(one, id=0, number=0, support=None) if one.anonymous else one


def _untold_sources(one: Came) -> Came:
    sources = (
        dataclasses.replace(source, id=0, number="") if source.anonymous else source for source in one.sources
    )
    return dataclasses.replace(one, sources=tuple(sources))


def _part(*, lead: bool) -> Part:
    return Part.LEAD if lead else Part.COSIGNER


def _attended(one: Attended) -> Done:
    work: Work = ("event", one.id)
    return Done(Deed.ATTENDED.value, one.presence, one.day, one.id, (work,), of=frozenset(one.categories))


def _suggested(one: Idea) -> Done:
    return Done(Deed.SUGGESTED.value, _part(lead=one.lead).value, one.day, one.id, (("suggestion", one.id),))


def _filed(one: Filed) -> Done:
    part = _part(lead=one.lead).value
    works = _works("submission", one.id, one.grown)
    return Done(Deed.SUBMITTED.value, part, one.day, one.id, works, of=frozenset({one.kind}))


def _came(one: Came) -> Done:
    works = (work for source in one.sources for work in _works(source.kind, source.id, source.grown))
    return Done(
        Deed.OUTCOME.value,
        _part(lead=one.lead).value,
        one.day,
        one.id,
        tuple(dict.fromkeys(works)),
        of=frozenset({one.kind}),
        level=one.level,
    )


def _works(kind: str, pk: int, grown: tuple[int, ...]) -> tuple[Work, ...]:
    """A document that grew out of ideas is a step on their way, not a further work."""
    return tuple(("suggestion", idea) for idea in dict.fromkeys(grown)) or ((kind, pk),)


_LEVELS = ("town", "county", "city", "province", "nation")


def _each_once(outcomes: Iterable[Came]) -> list[Came]:
    """Of outcomes that are one, the one of the highest level; of these the one that came first."""
    best: dict[tuple[str, str], Came] = {}
    for one in outcomes:
        known = best.setdefault(one.counted_as, one)
        if (_LEVELS.index(one.level), one.lead) > (_LEVELS.index(known.level), known.lead):
            best[one.counted_as] = one
    return list(best.values())
