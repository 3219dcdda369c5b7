"""Users, bodies and memberships as they are stored."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from pytest_django import DjangoAssertNumQueries

from jianyan.accounts.enums import BodyKind, Role
from jianyan.accounts.models import User
from jianyan.accounts.people import members_of
from jianyan.accounts.roles import Actor, actor_of, actors_of

from . import factories

pytestmark = pytest.mark.django_db

NOON = dt.datetime(2026, 3, 5, 12, tzinfo=dt.UTC)


def test_sort_keys_are_made_when_blank_and_kept_when_edited() -> None:
    user = factories.make_user("曾庆禾")
    assert user.name_pinyin == "zeng112曾qing4he2"
    assert user.name_strokes.startswith("12")

    user.name_pinyin = "ceng2"
    user.name_strokes = ""
    user.save(update_fields=["name_pinyin"])
    user.refresh_from_db()
    assert user.name_pinyin == "ceng2"
    assert user.name_strokes.startswith("12")


def test_a_very_long_name_still_has_a_key_that_fits() -> None:
    user = factories.make_user("鑫" * 80)
    user.refresh_from_db()
    assert len(user.name_strokes) == 400


def test_a_name_without_letters_is_stored_without_keys() -> None:
    assert factories.make_user("·").name_strokes == ""


def test_a_user_is_called_by_the_real_name() -> None:
    user = factories.make_user("周砚")
    assert (str(user), user.get_full_name(), user.get_short_name()) == ("周砚", "周砚", "周砚")
    assert str(User(username="19900090001")) == "19900090001"


def test_the_path_of_a_body_follows_it_and_those_below_when_it_moves() -> None:
    county, other = factories.make_county(), factories.make_body("另一委员会")
    group = factories.make_body("小组", BodyKind.SECTOR, parent=county.sectors[0])
    assert group.lineage == (county.committee.pk, county.sectors[0].pk, group.pk)

    county.sectors[0].parent = other
    county.sectors[0].save()
    group.refresh_from_db()
    assert group.lineage == (other.pk, county.sectors[0].pk, group.pk)
    assert (str(county.committee), str(group)) == ("县政协", "小组")
    group.name = "第一小组"
    group.save()
    assert group.path == f"/{other.pk}/{county.sectors[0].pk}/{group.pk}/"


def test_two_roots_of_one_kind_cannot_share_a_name() -> None:
    factories.make_body("县政协")
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.make_body("县政协")


def test_nobody_is_both_administrator_and_auditor() -> None:
    county = factories.make_county()
    auditor = factories.make_auditor(county)
    with translation.override("en"), pytest.raises(ValidationError, match="both administrator and auditor"):
        factories.make_membership(auditor, county.department, Role.ADMINISTRATOR)
    kept = auditor.memberships.get()
    kept.term = "第十届"
    kept.save()
    with translation.override("en"):
        assert str(kept) == "审计员 · 县政协 · Auditor"


def test_a_membership_holds_from_its_first_to_its_last_day() -> None:
    county = factories.make_county()
    membership = factories.make_membership(
        factories.make_user("周砚"),
        county.committee,
        since=dt.date(2026, 3, 1),
        until=dt.date(2026, 3, 5),
    )
    days = [dt.date(2026, 2, 28), dt.date(2026, 3, 1), dt.date(2026, 3, 5), dt.date(2026, 3, 6)]
    assert [membership.holds_on(day) for day in days] == [False, True, True, False]


def test_an_actor_has_the_roles_in_force_on_the_local_day() -> None:
    county = factories.make_county()
    user = factories.make_user("周砚")
    factories.make_membership(user, county.committee, since=dt.date(2026, 3, 5), until=dt.date(2026, 3, 5))
    held: object = {Role.MEMBER: frozenset({county.committee.pk})}
    # 5 March lasts in China from 16:00 UTC of the day before.
    instants = ["2026-03-04T15:59Z", "2026-03-04T16:00Z", "2026-03-05T15:59Z", "2026-03-05T16:00Z"]
    actors = [actor_of(user, at=dt.datetime.fromisoformat(instant)) for instant in instants]
    assert [dict(actor.grants) if actor else None for actor in actors] == [{}, held, held, {}]
    actor = actors[1]
    assert actor is not None
    assert actor.holds(Role.MEMBER, county.sectors[0].lineage)
    assert not actor.holds(Role.MODERATOR, county.sectors[0].lineage)


def test_a_deactivated_or_unknown_visitor_is_no_actor() -> None:
    user = factories.make_user("周砚")
    user.is_active = False
    assert actor_of(user) is None
    assert actor_of(None) is None
    assert dict(Actor(1, "周砚").grants) == {}


def test_many_actors_are_those_that_each_would_be_and_cost_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    county = factories.make_county()
    people = [
        factories.make_member(county, "林栖云"),
        factories.make_moderator(county),
        factories.make_user("客人"),
        factories.make_user("离任"),
    ]
    factories.make_membership(people[0], county.committee, Role.MODERATOR)
    people[3].is_active = False
    with django_assert_num_queries(1):
        actors = actors_of(people)
    assert actors == {user.pk: actor_of(user) for user in people[:3]}


def test_the_members_of_a_body_are_listed_once_each_in_the_order_asked_for() -> None:
    county = factories.make_county()
    art = county.sectors[0]
    for name in ("曾庆禾", "王舒", "陈伟", "安然"):
        factories.make_member(county, name, sector=art)
    factories.make_member(county, "丁立", sector=county.sectors[1])
    twice = factories.make_member(county, "万福生", sector=art)
    factories.make_membership(twice, art, term="第九届", since=dt.date(2017, 1, 10))
    gone = factories.make_member(county, "卜春芳", sector=art)
    gone.is_active = False
    gone.save()
    left = factories.make_user("于敏")
    factories.make_membership(left, art, until=dt.date(2026, 3, 4))
    factories.make_moderator(county)

    assert [user.display_name for user in members_of(art, NOON)] == [
        "万福生",
        "王舒",
        "安然",
        "陈伟",
        "曾庆禾",
    ]
    assert [user.display_name for user in members_of(art, NOON, order="pinyin")] == [
        "安然",
        "陈伟",
        "万福生",
        "王舒",
        "曾庆禾",
    ]
    assert members_of(county.committee, timezone.now()).count() == 6
