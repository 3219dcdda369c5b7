"""Signed links, by which a body without accounts handles one referral until they expire or are revoked."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from jianyan.accounts.roles import Actor

from ..models import ReferralLink
from ..referral_states import LinkHolder

LONGEST_DAYS = 180


@transaction.atomic
def make_link(
    *, referral_id: int, body_id: int, days: int = 30, by: Actor, at: dt.datetime | None = None
) -> tuple[ReferralLink, str]:
    """A link for one of the referral's bodies, and its token, which is in no table. Raises UnknownBody, BadForm."""
    raise NotImplementedError


@transaction.atomic
def revoke_link(*, link_id: int, by: Actor, at: dt.datetime | None = None) -> ReferralLink:
    """Let it open nothing any more; twice is once. Raises UnknownLink."""
    raise NotImplementedError


def open_link(token: str, *, at: dt.datetime | None = None) -> LinkHolder:
    """Who comes with this token. Raises UnknownLink, LinkExpired, LinkRevoked."""
    raise NotImplementedError
