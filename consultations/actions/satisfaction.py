"""What the authors say of an answer: 满意, 基本满意 or 不满意."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from jianyan.accounts.roles import Actor

from ..models import Satisfaction


@transaction.atomic
def rate_reply(
    *, reply_id: int, degree: str, comment: str = "", by: Actor, at: dt.datetime | None = None
) -> Satisfaction:
    """Rate the answer that stands; another rating of the same author takes the place of the first.

    The first author who is not satisfied reopens the referral, once; the last one who is satisfied closes it.
    Raises UnknownReply, UnknownChoice, BadForm, and what the rules refuse.
    """
    raise NotImplementedError
