"""All that decides about the next step of a referral, in one value for `referral_states`."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q
from django.utils import timezone

from jianyan.accounts.models import User

from ..enums import Cosigning, Move, ReferralState
from ..models import Referral
from ..referral_states import Handling, LastStep, Standing

_ADDRESSING = (Move.ISSUE, Move.READDRESS)
_OF_THE_CLOCK = (Move.REMIND, Move.UNDO)


def standing_of(referral: Referral) -> Standing:
    """How it stands. The referral comes with `deliberation__host` and `deliberation__channel`; three queries."""
    channel = referral.deliberation.channel
    bodies = tuple(
        Handling(row.body_id, str(row.body), row.body.lineage, row.leads)
        for row in referral.bodies.select_related("body").order_by("-leads", "id")
    )
    taken = list(
        referral.steps.filter(undone_at=None)
        .exclude(move__in=_OF_THE_CLOCK)
        .order_by("id")
        .values_list("id", "move", "before", "body_id", "at")
    )
    addressed_at: dt.datetime = max(
        (at for _id, move, _before, _body, at in taken if move in _ADDRESSING), default=referral.issued_at
    )
    return Standing(
        referral_id=referral.pk,
        state=ReferralState(referral.state),
        round=referral.round,
        due=referral.due,
        first_due=referral.first_due,
        supervised=referral.supervised_at is not None,
        addressed_on=timezone.localdate(addressed_at),
        acceptance_days=channel.acceptance_days,
        extension_months=channel.extension_months,
        host=referral.deliberation.host.lineage,
        bodies=bodies,
        authors=authors_of(referral),
        last=_last(*taken[-1][:4]) if taken else None,
    )


def authors_of(referral: Referral) -> frozenset[int]:
    """Ids of those who have written or co-signed what it carries, and whose accounts are open; one query."""
    wrote = Q(suggestions__referrals=referral)
    signed = Q(cosigned__suggestion__referrals=referral, cosigned__state=Cosigning.AGREED)
    # Two subqueries rather than two joins, which would multiply each other.
    writers = User.objects.filter(wrote, is_active=True).order_by().values_list("pk", flat=True)
    signers = User.objects.filter(signed, is_active=True).order_by().values_list("pk", flat=True)
    return frozenset(writers.union(signers))


def _last(step_id: int, move: str, before: str, body_id: int | None) -> LastStep:
    return LastStep(step_id, Move(move), ReferralState(before) if before else None, body_id)
