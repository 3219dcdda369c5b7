"""Sockets of those who are no longer who they were."""

from __future__ import annotations

import urllib.request
from time import monotonic
from urllib.parse import urlencode

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from consultations.models import Vote
from jianyan.accounts.enums import Role
from jianyan.accounts.models import User
from tests.jianyan.accounts.factories import make_membership
from tests.realtime.conftest import Hall
from tests.realtime.readers import cookie, reading, sign_in


def log_out(site: str, session: str) -> None:
    """As the button does it: a form with the CSRF token, in the site's own process."""
    token = "t" * 32
    request = urllib.request.Request(
        f"{site}/accounts/logout/",
        data=urlencode({"csrfmiddlewaretoken": token}).encode(),
        headers={"Cookie": cookie(session, f"csrftoken={token}"), "Origin": site},
    )
    urllib.request.urlopen(request).close()


def test_signing_out_closes_the_sockets_of_that_session_at_once_and_no_others(
    hall: Hall, member_session: str
) -> None:
    with (
        reading(hall.url, hall.topic.pk, session=member_session) as phone,
        reading(hall.url, hall.topic.pk, session=sign_in(hall.member)) as desk,
        reading(hall.url, hall.topic.pk, session=sign_in(hall.other)) as other,
    ):
        for reader in (phone, desk, other):
            reader.next("welcome")
        started = monotonic()
        log_out(hall.site.url, member_session)
        assert phone.closed() == 4403
        assert monotonic() - started < 2
        for reader in (desk, other):
            reader.vote(hall.suggestion.pk)
            reader.next("ack")


def end_session(user: User, key: str) -> None:
    Session.objects.filter(pk=key).delete()


def expire_session(user: User, key: str) -> None:
    Session.objects.filter(pk=key).update(expire_date=timezone.now())


def deactivate(user: User, key: str) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def change_password(user: User, key: str) -> None:
    user.set_password("another-one-2026")
    user.save()


def take_role(user: User, key: str) -> None:
    user.memberships.all().delete()


def give_role(user: User, key: str) -> None:
    make_membership(user, user.memberships.first().body, Role.MODERATOR)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "change", [end_session, expire_session, deactivate, change_password, take_role, give_role]
)
def test_a_socket_is_closed_within_five_seconds_even_when_no_process_was_told(
    hall: Hall, member_session: str, change: object
) -> None:
    with reading(hall.url, hall.topic.pk, session=member_session) as reader:
        reader.next("welcome")
        assert callable(change)
        change(hall.member, member_session)
        started = monotonic()
        assert reader.closed() == 4403
        assert monotonic() - started < 5.5


@pytest.mark.parametrize("change", [end_session, expire_session, deactivate, change_password])
def test_a_vote_of_somebody_who_is_no_longer_signed_in_is_refused(
    hall: Hall, member_session: str, change: object
) -> None:
    with (
        reading(hall.url, hall.topic.pk, session=member_session) as reader,
        reading(hall.url, hall.topic.pk, session=sign_in(hall.other)) as other,
    ):
        reader.next("welcome")
        other.next("welcome")
        # Their own arrival has been written, too, once this is answered.
        reader.vote(hall.suggestion.pk, None)
        reader.next("ack")
        assert callable(change)
        change(hall.member, member_session)
        ref = reader.vote(hall.suggestion.pk)
        refused = reader.next("refused")
        assert (refused["ref"], refused["code"]) == (ref, "not_signed_in")
        assert reader.closed() == 4403
        other.vote(hall.suggestion.pk)
        other.next("ack")
    assert [vote.voter_id for vote in Vote.objects.all()] == [hall.other.pk]
