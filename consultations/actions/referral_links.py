"""Signed links, by which a body without accounts handles one referral until they expire or are revoked.

A token is the link's key, signed: neither can be guessed, and a key that somebody reads in the database opens nothing.
"""

from __future__ import annotations

import datetime as dt

from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jianyan.accounts.roles import Actor

from .. import rules
from ..enums import ReferralState
from ..errors import BadForm, LinkRevoked, NotNow, UnknownBody, UnknownLink, UnknownReferral
from ..models import Referral, ReferralLink
from ..referral_states import LinkHolder
from .referral_opening import require_open_link

LONGEST_DAYS = 180
HANDLED = (ReferralState.ISSUED, ReferralState.ACCEPTED, ReferralState.ANSWERED)
"""While a referral is in these, there is something that a body may do or undo."""


@transaction.atomic
def make_link(
    *, referral_id: int, body_id: int, days: int = 30, by: Actor, at: dt.datetime | None = None
) -> tuple[ReferralLink, str]:
    """A link for one of the referral's bodies, and its token, which is in no table.

    Raises UnknownReferral, UnknownBody, NotNow, BadForm, and what the rules refuse.
    """
    at = at or timezone.now()
    referral = _locked(referral_id, by)
    if not referral.bodies.filter(body=body_id).exists():
        raise UnknownBody
    if referral.state not in HANDLED:
        raise NotNow(state=referral.get_state_display())
    if not 1 <= days <= LONGEST_DAYS:
        raise BadForm(detail=_("a link opens for 1 to %(most)s days") % {"most": LONGEST_DAYS})
    link = ReferralLink.objects.create(
        referral=referral,
        body_id=body_id,
        made_at=at,
        made_by_id=by.user_id,
        expires_at=at + dt.timedelta(days=days),
    )
    return link, token_of(link)


@transaction.atomic
def revoke_link(*, link_id: int, by: Actor, at: dt.datetime | None = None) -> ReferralLink:
    """Let it open nothing any more; twice is once. Raises UnknownLink, and what the rules refuse."""
    link = ReferralLink.objects.filter(pk=link_id).first()
    if link is None:
        raise UnknownLink
    _locked(link.referral_id, by)
    link.refresh_from_db()
    if link.revoked_at is None:
        link.revoked_at = at or timezone.now()
        link.save(update_fields=["revoked_at"])
    return link


def token_of(link: ReferralLink) -> str:
    """What stands in the address of a link."""
    return _signer().sign(link.key)


def open_link(token: str, *, at: dt.datetime | None = None) -> LinkHolder:
    """Who comes with this token. Raises UnknownLink, LinkExpired, LinkRevoked."""
    try:
        key = _signer().unsign(token)
    except BadSignature:
        raise UnknownLink from None
    link = ReferralLink.objects.filter(key=key).first()
    if link is None:
        raise UnknownLink
    require_open_link(link, at or timezone.now())
    if not link.referral.bodies.filter(body=link.body_id).exists():
        raise LinkRevoked
    return LinkHolder(link_id=link.pk, referral_id=link.referral_id, body_id=link.body_id)


def _locked(referral_id: int, by: Actor) -> Referral:
    referral = (
        Referral.objects.select_for_update(of=("self",))
        .select_related("deliberation__host")
        .filter(pk=referral_id)
        .first()
    )
    if referral is None:
        raise UnknownReferral
    rules.require(rules.may_summarise(by, referral.deliberation))
    return referral


def _signer() -> Signer:
    # A full stop needs no escaping in an address, and is in neither key nor signature.
    return Signer(sep=".", salt="jianyan.referral_link")
