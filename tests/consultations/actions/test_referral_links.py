"""Signed links: they open one referral for one body, for a while, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from consultations.actions.referral_handling import accept_referral, send_back_referral
from consultations.actions.referral_links import LONGEST_DAYS, make_link, open_link, revoke_link
from consultations.actions.referrals import close_referral, readdress_referral, withdraw_referral
from consultations.actions.undoing import undo_last_step
from consultations.enums import ReferralState
from consultations.errors import (
    BadForm,
    LinkExpired,
    LinkRevoked,
    NotAllowed,
    NotNow,
    UnknownBody,
    UnknownLink,
    UnknownReferral,
)
from consultations.models import JournalEntry, Notification, ReferralLink, ReferralStep
from tests.consultations.referral_scene import DAY, REFERRED, Referring, make_referring


@pytest.fixture
def scene(db: None) -> Referring:
    return make_referring()


def test_a_body_without_accounts_handles_it_by_a_link(scene: Referring) -> None:
    referral = scene.refer()
    link, token = make_link(referral_id=referral.pk, body_id=scene.transport.pk, by=scene.by, at=REFERRED)
    assert (link.expires_at, link.made_by, link.used_at) == (
        REFERRED + 30 * DAY,
        scene.drafted.finished.secretary,
        None,
    )
    holder = open_link(token, at=REFERRED + DAY)
    assert (holder.link_id, holder.referral_id, holder.body_id) == (link.pk, referral.pk, scene.transport.pk)
    accept_referral(referral_id=referral.pk, by=holder, at=REFERRED + DAY)
    replied = scene.answer(referral, by=holder)
    assert (replied.reply.by, replied.reply.link, replied.reply.body) == (None, link, scene.transport)
    step = ReferralStep.objects.latest("id")
    assert (step.by, step.link, step.body) == (None, link, scene.transport)
    entry = JournalEntry.objects.filter(kind="referred").latest("id")
    assert (entry.actor, entry.payload["by"]) == (None, "handler")
    link.refresh_from_db()
    assert link.used_at == REFERRED + 2 * DAY
    # Their colleagues with accounts hear of what was not their own doing.
    undo_last_step(referral_id=referral.pk, by=holder, at=REFERRED + 3 * DAY)
    assert Notification.objects.filter(kind="to_handle", user=scene.handler).count() == 2


def test_a_link_opens_nothing_but_its_referral_for_its_body(scene: Referring) -> None:
    referral = scene.refer()
    other = scene.refer(suggestion_ids=[scene.suggestion(1).pk], item="研究")
    _link, token = make_link(referral_id=referral.pk, body_id=scene.police.pk, by=scene.by, at=REFERRED)
    holder = open_link(token, at=REFERRED)
    with pytest.raises(NotAllowed):
        accept_referral(referral_id=referral.pk, by=holder, at=REFERRED)
    with pytest.raises(UnknownLink):
        accept_referral(referral_id=other.pk, by=holder, at=REFERRED)


def test_whoever_changes_the_token_or_makes_one_up_finds_nothing(scene: Referring) -> None:
    referral = scene.refer()
    link, token = make_link(referral_id=referral.pk, body_id=scene.police.pk, by=scene.by, at=REFERRED)
    key, _dot, signature = token.partition(".")
    assert key == link.key
    for wrong in ("", key, f"{key}.", f"{'0' * 32}.{signature}", token[:-1], f"{token}0", "一号.二号"):
        with pytest.raises(UnknownLink):
            open_link(wrong, at=REFERRED)
    ReferralLink.objects.all().delete()
    with pytest.raises(UnknownLink):
        open_link(token, at=REFERRED)


def test_a_link_expires_on_the_instant_and_is_revoked_once(scene: Referring) -> None:
    referral = scene.refer()
    wishes: dict[str, Any] = {
        "referral_id": referral.pk,
        "body_id": scene.transport.pk,
        "by": scene.by,
        "at": REFERRED,
    }
    link, token = make_link(**wishes, days=1)
    holder = open_link(token, at=link.expires_at - DAY / 100)
    with pytest.raises(LinkExpired):
        open_link(token, at=link.expires_at)
    with pytest.raises(LinkExpired):
        accept_referral(referral_id=referral.pk, by=holder, at=link.expires_at)
    with pytest.raises(NotAllowed):
        revoke_link(link_id=link.pk, by=scene.acting, at=REFERRED)
    for hours in (1, 2):
        revoke_link(link_id=link.pk, by=scene.by, at=REFERRED + hours * DAY / 24)
    link.refresh_from_db()
    assert link.revoked_at == REFERRED + DAY / 24
    with pytest.raises(LinkRevoked):
        open_link(token, at=REFERRED)
    with pytest.raises(LinkRevoked):
        accept_referral(referral_id=referral.pk, by=holder, at=REFERRED)
    assert ReferralStep.objects.count() == 1
    with pytest.raises(UnknownLink):
        revoke_link(link_id=0, by=scene.by, at=REFERRED)


def test_whoever_has_no_part_in_it_any_more_comes_in_no_more(scene: Referring) -> None:
    referral = scene.refer()
    wishes: dict[str, Any] = {"referral_id": referral.pk, "by": scene.by, "at": REFERRED}
    _link, lead = make_link(**wishes, body_id=scene.transport.pk)
    _link, helper = make_link(**wishes, body_id=scene.police.pk)
    send_back_referral(
        referral_id=referral.pk, reason="不归我局管。", by=open_link(lead, at=REFERRED), at=REFERRED
    )
    readdress_referral(**wishes, lead_id=scene.police.pk)
    with pytest.raises(LinkRevoked):
        open_link(lead, at=REFERRED)
    accept_referral(referral_id=referral.pk, by=open_link(helper, at=REFERRED), at=REFERRED)
    referral.refresh_from_db()
    assert referral.state == ReferralState.ACCEPTED


def test_links_are_made_by_secretaries_for_its_bodies_while_there_is_something_to_do(
    scene: Referring,
) -> None:
    referral = scene.refer()
    wishes: dict[str, Any] = {
        "referral_id": referral.pk,
        "body_id": scene.transport.pk,
        "by": scene.by,
        "at": REFERRED,
    }
    with pytest.raises(NotAllowed):
        make_link(**{**wishes, "by": scene.acting})
    with pytest.raises(UnknownReferral):
        make_link(**{**wishes, "referral_id": 0})
    with pytest.raises(UnknownBody):
        make_link(**{**wishes, "body_id": scene.hospital.pk})
    for days in (0, LONGEST_DAYS + 1):
        with pytest.raises(BadForm):
            make_link(**wishes, days=days)
    withdraw_referral(referral_id=referral.pk, reason="重复。", by=scene.by, at=REFERRED)
    with pytest.raises(NotNow):
        make_link(**wishes)
    again, _replied = scene.answered()
    make_link(**{**wishes, "referral_id": again.pk})
    close_referral(referral_id=again.pk, by=scene.by, at=REFERRED + 3 * DAY)
    with pytest.raises(NotNow):
        make_link(**{**wishes, "referral_id": again.pk})
