"""Who keeps the books of a body: its events, outcomes, reports, and its members' records. Pure, like `rules`.

A body is passed as its lineage: the ids from the root down to it.
"""

from __future__ import annotations

from collections.abc import Iterable

from jianyan.accounts.enums import Role
from jianyan.accounts.roles import Actor

from .errors import NotAllowed, NotSignedIn, Refused

READERS = (Role.SECRETARY, Role.CHAIR, Role.AUDITOR)


def may_keep(actor: Actor | None, lineage: Iterable[int]) -> Refused | None:
    """Secretaries of the body or of one above it enter, correct and import."""
    return _holding(actor, lineage, (Role.SECRETARY,))


def may_sign_for(actor: Actor | None, lineage: Iterable[int]) -> Refused | None:
    """Secretaries and chairs of the body or of one above it read a report before it is signed, and sign it."""
    return _holding(actor, lineage, (Role.SECRETARY, Role.CHAIR))


def may_read_books(actor: Actor | None, lineage: Iterable[int]) -> Refused | None:
    """Those who keep them, chairs, and auditors."""
    return _holding(actor, lineage, READERS)


def keeps_anywhere(actor: Actor) -> bool:
    """Whether the person keeps the books of any body."""
    return bool(actor.grants.get(Role.SECRETARY))


def reads_anywhere(actor: Actor) -> bool:
    """Whether the person may read the books of any body."""
    return any(actor.grants.get(role) for role in READERS)


def _holding(actor: Actor | None, lineage: Iterable[int], roles: Iterable[Role]) -> Refused | None:
    if actor is None:
        return NotSignedIn()
    ids = tuple(lineage)
    return None if any(actor.holds(role, ids) for role in roles) else NotAllowed()
