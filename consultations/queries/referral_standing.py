"""All that decides about the next step of a referral, in one value for `referral_states`."""

from __future__ import annotations

from ..models import Referral
from ..referral_states import Standing


def standing_of(referral: Referral) -> Standing:
    """How it stands. The referral comes with `deliberation__host` and `deliberation__channel`; four queries."""
    raise NotImplementedError
