"""Open connections hear, after the commit, that somebody's standing has changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.test import Client

from jianyan.accounts.enums import Role
from jianyan.accounts.models import User
from jianyan.accounts.signals import standing_changed

from . import factories

pytestmark = pytest.mark.django_db(transaction=True)

Heard = list[tuple[int, str | None]]


@pytest.fixture
def heard() -> Iterator[Heard]:
    """What was announced: (user id, session key)."""
    announced: Heard = []

    def listen(user_id: int, session_key: str | None, **_signal: Any) -> None:
        announced.append((user_id, session_key))

    standing_changed.connect(listen)
    yield announced
    standing_changed.disconnect(listen)


@pytest.fixture
def user(heard: Heard) -> User:
    return factories.make_user("周砚")


def test_a_new_user_and_a_corrected_name_change_no_standing(user: User, heard: Heard) -> None:
    user.display_name = "周研"
    user.save()
    User.objects.only("display_name").get(pk=user.pk).save()
    assert heard == []


def test_another_password_is_announced_for_all_sessions(user: User, heard: Heard) -> None:
    user.set_password("another-advice-2026")
    user.save()
    user.save()
    again = User.objects.get(pk=user.pk)
    again.set_unusable_password()
    again.save()
    assert heard == [(user.pk, None), (user.pk, None)]


def test_a_deactivation_is_announced(user: User, heard: Heard) -> None:
    user.is_active = False
    user.save(update_fields=["is_active"])
    assert heard == [(user.pk, None)]


def test_a_deleted_account_is_announced(user: User, heard: Heard) -> None:
    number = user.pk
    user.delete()
    assert heard == [(number, None)]


def test_a_role_given_changed_or_taken_away_is_announced(user: User, heard: Heard) -> None:
    membership = factories.make_membership(user, factories.make_county().committee)
    membership.role = Role.MODERATOR
    membership.save()
    membership.delete()
    assert heard == [(user.pk, None)] * 3


def test_nothing_is_announced_before_the_commit_or_after_a_rollback(user: User, heard: Heard) -> None:
    committee = factories.make_county().committee
    with transaction.atomic():
        factories.make_membership(user, committee)
        assert heard == []
    assert heard == [(user.pk, None)]
    with transaction.atomic():
        factories.make_membership(user, committee, Role.MODERATOR)
        transaction.set_rollback(True)
    assert heard == [(user.pk, None)]


def test_signing_out_is_announced_for_that_session(user: User, heard: Heard, client: Client) -> None:
    client.force_login(user)
    key = client.session.session_key
    client.logout()
    client.logout()
    assert heard == [(user.pk, key)]


def test_a_session_ended_from_elsewhere_is_announced(user: User, heard: Heard) -> None:
    session = UserSession.objects.create(user=user, ip="127.0.0.1", user_agent="", session_key="abc")
    session.end()
    assert heard == [(user.pk, "abc")]
