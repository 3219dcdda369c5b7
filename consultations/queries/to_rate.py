"""Answers that wait for what somebody says of them, as an author of what they are about."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from jianyan.accounts.roles import Actor

from ..enums import Cosigning, ReferralState
from ..models import ReferralBody, Reply, Satisfaction, Suggestion


@dataclass(frozen=True, slots=True)
class ToRate:
    """An answer that its author has not rated. `letter` is of its class."""

    referral_id: int
    item: str
    body: str
    letter: str
    text: str
    day: dt.date


def to_rate(actor: Actor) -> tuple[ToRate, ...]:
    """The answers that this person may rate and has not, the latest first: one query."""
    own = Suggestion.objects.filter(
        Q(author=actor.user_id) | Q(cosigners__member=actor.user_id, cosigners__state=Cosigning.AGREED)
    )
    leads = ReferralBody.objects.filter(referral=OuterRef("referral"), body=OuterRef("body"), leads=True)
    said = Satisfaction.objects.filter(reply=OuterRef("pk"), user=actor.user_id)
    replies = (
        Reply.objects.filter(
            Exists(leads),
            ~Exists(said),
            withdrawn_at=None,
            round=F("referral__round"),
            referral__state=ReferralState.ANSWERED,
            referral__in=own.values("referrals"),
        )
        .select_related("referral", "body", "grade")
        .order_by("-at", "-id")
    )
    return tuple(
        ToRate(
            referral_id=one.referral_id,
            item=one.referral.item,
            body=str(one.body),
            letter=one.grade.letter if one.grade is not None else "",
            text=one.text,
            day=timezone.localdate(one.at),
        )
        for one in replies
    )
