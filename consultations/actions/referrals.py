"""Referring 交办, and what the office that referred does about it afterwards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from jianyan.accounts.roles import Actor

from ..models import Referral
from ..referral_states import Person


@transaction.atomic
def refer(
    *,
    deliberation_id: int,
    summary_id: int | None = None,
    assignment_id: int | None = None,
    suggestion_ids: Sequence[int] = (),
    item: str = "",
    lead_id: int | None,
    cohandling_ids: Sequence[int] = (),
    due: dt.date | None = None,
    by: Actor,
    at: dt.datetime | None = None,
) -> Referral:
    """Hand a line of a signed summary, or published suggestions, to a leading and to co-handling bodies.

    From an assignment: its words where `item` is empty, and the suggestions that its statement rests on. `due` None: as
    the channel's rule says. Raises UnknownDeliberation, UnknownSummary, NotSigned, UnknownPassage, NothingToRefer,
    AlreadyReferred, LeadMissing, BodyTwice, UnknownBody, NotAHandler, BadDue, BadForm, and what the rules refuse.
    """
    raise NotImplementedError


@transaction.atomic
def readdress_referral(
    *,
    referral_id: int,
    lead_id: int | None,
    cohandling_ids: Sequence[int] = (),
    due: dt.date | None = None,
    note: str = "",
    by: Actor,
    at: dt.datetime | None = None,
) -> Referral:
    """Refer it to other bodies, who have the channel's days anew in which to send it back.

    `due` None: it stays, or is set anew by the channel's rule where it has passed. Signed links of bodies that have no
    part in it any more are revoked. Raises as `refer` does.
    """
    raise NotImplementedError


@transaction.atomic
def extend_referral(*, referral_id: int, reason: str, by: Actor, at: dt.datetime | None = None) -> Referral:
    """Put the due date off by the channel's months, once. Raises NoExtension, BadDue, BadForm without a reason."""
    raise NotImplementedError


@transaction.atomic
def withdraw_referral(*, referral_id: int, reason: str, by: Actor, at: dt.datetime | None = None) -> Referral:
    """Take it back before it is answered. Raises BadForm without a reason."""
    raise NotImplementedError


@transaction.atomic
def close_referral(*, referral_id: int, note: str = "", by: Actor, at: dt.datetime | None = None) -> Referral:
    """Close what is answered, where its authors have no account or say nothing."""
    raise NotImplementedError


@transaction.atomic
def supervise_referral(
    *, referral_id: int, note: str = "", by: Actor, at: dt.datetime | None = None
) -> Referral:
    """Put it under oversight 督办, for everybody to see."""
    raise NotImplementedError


@transaction.atomic
def release_referral(
    *, referral_id: int, note: str = "", by: Actor, at: dt.datetime | None = None
) -> Referral:
    """End the oversight."""
    raise NotImplementedError


@transaction.atomic
def undo_last_step(
    *, referral_id: int, note: str = "", by: Person, at: dt.datetime | None = None
) -> Referral:
    """Put it back to what it was before the last step, which stays on the record as undone. Raises NotUndoable."""
    raise NotImplementedError
