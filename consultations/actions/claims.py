"""Who has a suggestion open at the desk. A courtesy between moderators, not a step of the topic: not journalled."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from jianyan.accounts.roles import Actor

from .. import rules
from ..models import Claim
from .locking import lock_topic_of

LASTS = dt.timedelta(seconds=60)


@transaction.atomic
def claim_suggestion(*, suggestion_id: int, by: Actor, at: dt.datetime | None = None) -> Claim | None:
    """Take it for 60 seconds, or renew one's own claim. None while another moderator has it."""
    topic, suggestion = lock_topic_of(suggestion_id)
    at = at or timezone.now()
    rules.require(rules.may_moderate(by, topic))
    claim = Claim.objects.filter(suggestion=suggestion).first()
    if claim is not None and claim.moderator_id != by.user_id and claim.until > at:
        return None
    claim, _ = Claim.objects.update_or_create(
        suggestion=suggestion, defaults={"moderator_id": by.user_id, "until": at + LASTS}
    )
    return claim


def release_claim(*, suggestion_id: int, by: Actor) -> None:
    """Let others have it. Somebody else's claim is left alone."""
    Claim.objects.filter(suggestion_id=suggestion_id, moderator_id=by.user_id).delete()
