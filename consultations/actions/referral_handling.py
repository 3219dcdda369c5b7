"""What a body does with what was referred to it before it answers: accept it, or send it back as wrongly addressed."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from ..models import Referral
from ..referral_states import Person


@transaction.atomic
def accept_referral(*, referral_id: int, by: Person, at: dt.datetime | None = None) -> Referral:
    """Take it in hand, for the leading body."""
    raise NotImplementedError


@transaction.atomic
def send_back_referral(
    *, referral_id: int, reason: str, by: Person, at: dt.datetime | None = None
) -> Referral:
    """Say that it belongs elsewhere, and why. Raises AcceptanceOver after the channel's days, BadForm without a reason."""
    raise NotImplementedError
