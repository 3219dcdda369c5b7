"""The steps of a referral: which leads from which state to which, who may take it, and who may undo it. Pure.

A referral is passed as its `Standing`, which `queries.referral_standing` reads.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from jianyan.accounts.enums import Role
from jianyan.accounts.roles import Actor

from .enums import Move, ReferralState, Satisfied
from .errors import (
    AcceptanceOver,
    BadDue,
    NoExtension,
    NotAllowed,
    NotNow,
    NotSignedIn,
    NotUndoable,
    Refused,
)


class Party(Enum):
    """As what somebody has to do with a referral."""

    SECRETARY = "secretary"
    """Of the host of the deliberation or of a body above it."""
    CHAIR = "chair"
    LEAD = "lead"
    """Acts for the leading body, by a role or a signed link."""
    HELPER = "helper"
    """Acts for a co-handling body."""
    AUTHOR = "author"
    """Has written or co-signed one of the suggestions."""
    CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class Way:
    """A row of the table: where a step leads, who takes it, and who may undo it; nobody: it stands."""

    after: ReferralState
    who: frozenset[Party]
    undone_by: frozenset[Party] = frozenset()


def _way(after: ReferralState, *who: Party, undone_by: tuple[Party, ...] = ()) -> Way:
    return Way(after, frozenset(who), frozenset(undone_by))


_S = ReferralState
_OFFICE = (Party.SECRETARY,)
_OVERSIGHT = (Party.SECRETARY, Party.CHAIR)
_LEAD = (Party.LEAD, Party.SECRETARY)

TABLE: Mapping[tuple[ReferralState | None, Move], Way] = {
    (None, Move.ISSUE): _way(_S.ISSUED, *_OFFICE),
    (_S.ISSUED, Move.ACCEPT): _way(_S.ACCEPTED, Party.LEAD, undone_by=_LEAD),
    (_S.ISSUED, Move.SEND_BACK): _way(_S.RETURNED, Party.LEAD, undone_by=_LEAD),
    (_S.ISSUED, Move.READDRESS): _way(_S.ISSUED, *_OFFICE, undone_by=_OFFICE),
    (_S.ISSUED, Move.EXTEND): _way(_S.ISSUED, *_OFFICE, undone_by=_OFFICE),
    (_S.ISSUED, Move.WITHDRAW): _way(_S.WITHDRAWN, *_OFFICE, undone_by=_OFFICE),
    (_S.ISSUED, Move.SUPERVISE): _way(_S.ISSUED, *_OVERSIGHT, undone_by=_OVERSIGHT),
    (_S.ISSUED, Move.RELEASE): _way(_S.ISSUED, *_OVERSIGHT, undone_by=_OVERSIGHT),
    (_S.ISSUED, Move.REMIND): _way(_S.ISSUED, Party.CLOCK),
    (_S.RETURNED, Move.READDRESS): _way(_S.ISSUED, *_OFFICE, undone_by=_OFFICE),
    (_S.RETURNED, Move.WITHDRAW): _way(_S.WITHDRAWN, *_OFFICE, undone_by=_OFFICE),
    (_S.ACCEPTED, Move.EXTEND): _way(_S.ACCEPTED, *_OFFICE, undone_by=_OFFICE),
    (_S.ACCEPTED, Move.CONTRIBUTE): _way(_S.ACCEPTED, Party.HELPER, undone_by=(Party.HELPER,)),
    (_S.ACCEPTED, Move.ANSWER): _way(_S.ANSWERED, Party.LEAD, undone_by=_LEAD),
    (_S.ACCEPTED, Move.WITHDRAW): _way(_S.WITHDRAWN, *_OFFICE, undone_by=_OFFICE),
    (_S.ACCEPTED, Move.SUPERVISE): _way(_S.ACCEPTED, *_OVERSIGHT, undone_by=_OVERSIGHT),
    (_S.ACCEPTED, Move.RELEASE): _way(_S.ACCEPTED, *_OVERSIGHT, undone_by=_OVERSIGHT),
    (_S.ACCEPTED, Move.REMIND): _way(_S.ACCEPTED, Party.CLOCK),
    # What an author has said stands: it is another rating that changes it, and nobody else's undoing.
    (_S.ANSWERED, Move.RATE): _way(_S.ANSWERED, Party.AUTHOR),
    (_S.ANSWERED, Move.REOPEN): _way(_S.ACCEPTED, Party.AUTHOR),
    (_S.ANSWERED, Move.CLOSE): _way(_S.CLOSED, Party.SECRETARY, Party.AUTHOR, undone_by=_OFFICE),
    (_S.ANSWERED, Move.SUPERVISE): _way(_S.ANSWERED, *_OVERSIGHT, undone_by=_OVERSIGHT),
    (_S.ANSWERED, Move.RELEASE): _way(_S.ANSWERED, *_OVERSIGHT, undone_by=_OVERSIGHT),
    # Closing it early does not take the author's word away.
    (_S.CLOSED, Move.RATE): _way(_S.CLOSED, Party.AUTHOR),
    (_S.CLOSED, Move.REOPEN): _way(_S.ACCEPTED, Party.AUTHOR),
}
"""(state, step) → what it leads to. What is not here is not possible. UNDO leads back to where the step came from."""

OPEN = (ReferralState.ISSUED, ReferralState.ACCEPTED)
"""Somebody still has to answer: these can be overdue, and are reminded of."""


@dataclass(frozen=True, slots=True)
class LinkHolder:
    """Somebody who acts for a body by a signed link, without an account; `referral_links.open_link` says who."""

    link_id: int
    referral_id: int
    body_id: int


Person: TypeAlias = Actor | LinkHolder


@dataclass(frozen=True, slots=True)
class Handling:
    """A body that handles a referral. `lineage`: ids from the root down to it."""

    body_id: int
    name: str
    lineage: tuple[int, ...]
    leads: bool


@dataclass(frozen=True, slots=True)
class LastStep:
    """The last step that somebody took and that was not undone; what the clock did does not count."""

    id: int
    move: Move
    before: ReferralState | None
    body_id: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """All that decides about the next step. `host`: lineage of the host; `addressed_on`: since when these bodies have it.

    `authors`: ids of those who have written or co-signed what it carries, and whose accounts are open.
    """

    referral_id: int
    state: ReferralState
    round: int
    due: dt.date
    first_due: dt.date
    supervised: bool
    addressed_on: dt.date
    acceptance_days: int
    extension_months: int
    host: tuple[int, ...]
    bodies: tuple[Handling, ...]
    authors: frozenset[int]
    last: LastStep | None

    @property
    def lead(self) -> Handling:
        """The leading body."""
        return next(body for body in self.bodies if body.leads)

    @property
    def acceptance_until(self) -> dt.date:
        """The last day on which it may be sent back as wrongly addressed."""
        return self.addressed_on + dt.timedelta(days=self.acceptance_days)

    @property
    def extended(self) -> bool:
        """Whether the due date was put off already, which is possible once."""
        return self.due > self.first_due

    def days_late(self, on: dt.date) -> int:
        """Whole days after the due date; 0 until then."""
        return max(0, (on - self.due).days)


def next_state(state: ReferralState | None, move: Move) -> ReferralState:
    """Where the step leads. Raises NotNow."""
    way = TABLE.get((state, move))
    if way is None:
        raise NotNow(state=ReferralState(state).label if state is not None else "–")
    return way.after


def bodies_of(by: Person | None, standing: Standing) -> tuple[Handling, ...]:
    """The bodies of the referral for which this person may act, the leading one first."""
    match by:
        case None:
            return ()
        case LinkHolder():
            held = [
                body
                for body in standing.bodies
                if by.referral_id == standing.referral_id and body.body_id == by.body_id
            ]
        case Actor():
            held = [body for body in standing.bodies if by.holds(Role.HANDLER, body.lineage)]
    return tuple(sorted(held, key=lambda body: not body.leads))


def parties_of(by: Person | None, standing: Standing) -> frozenset[Party]:
    """As what this person has to do with the referral; as nothing, perhaps."""
    found = {Party.LEAD if body.leads else Party.HELPER for body in bodies_of(by, standing)}
    if isinstance(by, Actor):
        if by.holds(Role.SECRETARY, standing.host):
            found.add(Party.SECRETARY)
        if by.holds(Role.CHAIR, standing.host):
            found.add(Party.CHAIR)
        if by.user_id in standing.authors:
            found.add(Party.AUTHOR)
    return frozenset(found)


def may_move(by: Person | None, standing: Standing, move: Move, *, on: dt.date) -> Refused | None:
    """Whether this person may take that step on that day; None where they may. UNDO is of the last step."""
    if by is None:
        return NotSignedIn()
    parties = parties_of(by, standing)
    if move is Move.UNDO:
        return _may_undo(by, standing, parties)
    ways = {state: way for (state, one), way in TABLE.items() if one is move}
    if not any(parties & way.who for way in ways.values()):
        return NotAllowed()
    if standing.state not in ways:
        return NotNow(state=standing.state.label)
    return _stands_against(standing, move, on)


def moves_open_to(by: Person | None, standing: Standing, *, on: dt.date) -> tuple[Move, ...]:
    """The steps that this person may choose from on that day, in the order of `Move`.

    Authors are offered RATE alone: `move_of_rating` says what that comes to.
    """
    offered = [move for move in Move if may_move(by, standing, move, on=on) is None]
    if Party.SECRETARY not in parties_of(by, standing):
        offered = [move for move in offered if move is not Move.CLOSE]
    return tuple(move for move in offered if move is not Move.REOPEN)


def undoable(state: ReferralState | None, move: Move) -> bool:
    """Whether the step, taken in that state, can be undone by anybody."""
    way = TABLE.get((state, move))
    return way is not None and bool(way.undone_by)


def move_of_rating(degree: Satisfied, standing: Standing, *, last_word: bool) -> Move:
    """What a rating comes to, RATE, REOPEN or CLOSE: the first unsatisfied author reopens it, the last satisfied closes it.

    `last_word`: all the other authors are satisfied with this reply already.
    """
    if degree is Satisfied.NO:
        return Move.REOPEN if standing.round == 1 else Move.RATE
    if last_word and standing.state is ReferralState.ANSWERED:
        return Move.CLOSE
    return Move.RATE


def extended_due(standing: Standing) -> dt.date:
    """What the due date becomes when it is put off."""
    return plus_months(standing.first_due, standing.extension_months)


def reopened_due(standing: Standing, on: dt.date) -> dt.date:
    """What the due date becomes when it is reopened: whoever has to answer again has time for it."""
    return max(standing.due, plus_months(on, max(1, standing.extension_months)))


def plus_months(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or the last of that month where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _may_undo(by: Person, standing: Standing, parties: frozenset[Party]) -> Refused | None:
    last = standing.last
    if last is None or not undoable(last.before, last.move):
        return NotUndoable() if parties - {Party.AUTHOR} else NotAllowed()
    undone_by = TABLE[last.before, last.move].undone_by & parties
    own = any(body.body_id == last.body_id for body in bodies_of(by, standing))
    # One co-handling body does not take back what another one has said.
    return None if undone_by - {Party.HELPER} or (undone_by and own) else NotAllowed()


def _stands_against(standing: Standing, move: Move, on: dt.date) -> Refused | None:
    match move:
        case Move.SEND_BACK if on > standing.acceptance_until:
            return AcceptanceOver(days=standing.acceptance_days)
        case Move.EXTEND if standing.extended or standing.extension_months == 0:
            return NoExtension()
        case Move.EXTEND if extended_due(standing) < on:
            return BadDue()
        case Move.SUPERVISE if standing.supervised:
            return NotNow(state=standing.state.label)
        case Move.RELEASE if not standing.supervised:
            return NotNow(state=standing.state.label)
        case _:
            return None
