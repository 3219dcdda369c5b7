"""Referring 交办, and what the office that referred does about it afterwards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jianyan.accounts.roles import Actor

from ..enums import Move
from ..errors import BadDue, NotAllowed
from ..models import Referral
from ..referral_states import extended_due, moves_open_to, plus_months
from .handling_bodies import chosen_bodies
from .referral_opening import accept_note, accept_reason, open_referral, set_bodies


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
    part in it any more are revoked. Raises LeadMissing, BodyTwice, UnknownBody, NotAHandler, BadDue.
    """
    opened = open_referral(referral_id, Move.READDRESS, by=by, at=at)
    referral, today = opened.referral, opened.on
    note = accept_note(note, what=_("the note"))
    bodies = chosen_bodies(lead_id, cohandling_ids, today)
    if due is not None and due < today:
        raise BadDue
    if due is None and referral.due < today:
        due = plus_months(today, referral.deliberation.channel.referral_months)
    if due is not None:
        referral.due = referral.first_due = due
    set_bodies(referral, bodies)
    gone = referral.links.filter(revoked_at=None).exclude(body__in=[pk for pk, _leads in bodies])
    gone.update(revoked_at=opened.at)
    opened.step(Move.READDRESS, note=note)
    return referral


@transaction.atomic
def extend_referral(*, referral_id: int, reason: str, by: Actor, at: dt.datetime | None = None) -> Referral:
    """Put the due date off by the channel's months, once. Raises NoExtension, BadDue, BadForm without a reason."""
    opened = open_referral(referral_id, Move.EXTEND, by=by, at=at)
    reason = accept_reason(reason, what=_("the reason"))
    opened.referral.due = extended_due(opened.standing)
    opened.step(Move.EXTEND, note=reason)
    return opened.referral


@transaction.atomic
def withdraw_referral(*, referral_id: int, reason: str, by: Actor, at: dt.datetime | None = None) -> Referral:
    """Take it back before it is answered. Raises BadForm without a reason."""
    opened = open_referral(referral_id, Move.WITHDRAW, by=by, at=at)
    opened.step(Move.WITHDRAW, note=accept_reason(reason, what=_("the reason")))
    return opened.referral


@transaction.atomic
def close_referral(*, referral_id: int, note: str = "", by: Actor, at: dt.datetime | None = None) -> Referral:
    """Close what is answered, where its authors have no account or say nothing; an author closes it by a rating alone."""
    opened = open_referral(referral_id, Move.CLOSE, by=by, at=at)
    if Move.CLOSE not in moves_open_to(by, opened.standing, on=timezone.localdate(opened.at)):
        raise NotAllowed
    opened.referral.closed_at = opened.at
    opened.step(Move.CLOSE, note=accept_note(note, what=_("the note")))
    return opened.referral


@transaction.atomic
def supervise_referral(
    *, referral_id: int, note: str = "", by: Actor, at: dt.datetime | None = None
) -> Referral:
    """Put it under oversight 督办, for everybody to see."""
    opened = open_referral(referral_id, Move.SUPERVISE, by=by, at=at)
    opened.referral.supervised_at = opened.at
    opened.step(Move.SUPERVISE, note=accept_note(note, what=_("the note")))
    return opened.referral


@transaction.atomic
def release_referral(
    *, referral_id: int, note: str = "", by: Actor, at: dt.datetime | None = None
) -> Referral:
    """End the oversight."""
    opened = open_referral(referral_id, Move.RELEASE, by=by, at=at)
    opened.referral.supervised_at = None
    opened.step(Move.RELEASE, note=accept_note(note, what=_("the note")))
    return opened.referral
