"""What a body does with what was referred to it before it answers: accept it, or send it back as wrongly addressed."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from ..enums import Move
from ..models import Referral
from ..referral_states import Person
from .referral_opening import accept_reason, acting_body, open_referral


@transaction.atomic
def accept_referral(*, referral_id: int, by: Person, at: dt.datetime | None = None) -> Referral:
    """Take it in hand, for the leading body."""
    opened = open_referral(referral_id, Move.ACCEPT, by=by, at=at)
    opened.referral.accepted_at = opened.at
    opened.step(Move.ACCEPT, body=acting_body(opened, leads=True))
    return opened.referral


@transaction.atomic
def send_back_referral(
    *, referral_id: int, reason: str, by: Person, at: dt.datetime | None = None
) -> Referral:
    """Say that it belongs elsewhere, and why. Raises AcceptanceOver after the channel's days, BadForm without a reason."""
    opened = open_referral(referral_id, Move.SEND_BACK, by=by, at=at)
    reason = accept_reason(reason, what=_("the reason"))
    opened.step(Move.SEND_BACK, body=acting_body(opened, leads=True), note=reason)
    return opened.referral
