"""Whether those who were signed in still are."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from jianyan.accounts.enums import Role
from jianyan.accounts.models import User
from realtime.checks import sessions_are_in_the_database
from realtime.standing import Standing, changed_roles, fallen, standing_of
from tests.consultations.factories import actor
from tests.jianyan.accounts.factories import County, make_county, make_member, make_membership
from tests.plans import nothing_read_whole
from tests.realtime.readers import sign_in


@pytest.fixture
def county(db: None) -> County:
    return make_county()


def standing(user: User) -> Standing:
    user.refresh_from_db()
    return standing_of(sign_in(user), user.pk, user.password)


def test_those_whose_session_stands_do_not_fall_and_one_query_says_so(
    county: County, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    standings = [standing(make_member(county)) for _ in range(3)]
    with django_assert_num_queries(1):
        assert fallen(standings * 2) == set()
    with django_assert_num_queries(0):
        assert fallen([]) == set()


def test_an_ended_session_an_expired_one_a_new_password_and_a_deactivated_user_fall(county: County) -> None:
    members = [make_member(county) for _ in range(5)]
    ended, expired, renewed, inactive, sound = standings = [standing(member) for member in members]
    Session.objects.filter(pk=ended.session_key).delete()
    Session.objects.filter(pk=expired.session_key).update(expire_date=timezone.now())
    members[2].set_password("another-one-2026")
    members[2].save()
    User.objects.filter(pk=members[3].pk).update(is_active=False)
    assert fallen(standings) == {ended, expired, renewed, inactive}
    assert sound not in fallen([sound])


def test_a_batch_of_voters_is_looked_up_in_a_large_body(county: County) -> None:
    standings = [standing(make_member(county)) for _ in range(5)]
    tomorrow = timezone.now() + dt.timedelta(days=1)
    crowd = User.objects.bulk_create(User(username=f"crowd{number}", password="!") for number in range(2_000))
    Session.objects.bulk_create(
        Session(session_key=f"{number:032d}", session_data="", expire_date=tomorrow)
        for number in range(2_000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    # So many that it is tempting to read everybody once instead.
    others = [Standing(f"{number:032d}", user.pk, 0) for number, user in enumerate(crowd[:400])]
    with nothing_read_whole("accounts_user", "django_session"):
        assert fallen([*standings, *others]) == set(others)


def test_more_than_five_hundred_are_asked_about_in_turns(
    county: County, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sound = standing(make_member(county))
    others = [Standing(f"{number:032d}", number, 0) for number in range(10_000, 10_600)]
    with django_assert_num_queries(2):
        assert fallen([sound, *others]) == set(others)


def test_a_role_that_was_given_taken_or_has_ended_is_noticed(county: County) -> None:
    kept, given, taken, ended = (make_member(county) for _ in range(4))
    actors = [actor(user, timezone.now()) for user in (kept, given, taken, ended)]
    assert changed_roles(actors) == set()
    make_membership(given, county.committee, Role.MODERATOR)
    taken.memberships.filter(body=county.committee).delete()
    ended.memberships.update(until=timezone.localdate() - dt.timedelta(days=1))
    assert changed_roles(actors) == {given.pk, taken.pk, ended.pk}


def test_sessions_outside_the_database_are_an_error(settings: Settings) -> None:
    assert sessions_are_in_the_database() == []
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    (error,) = sessions_are_in_the_database()
    assert error.id == "realtime.E001"
