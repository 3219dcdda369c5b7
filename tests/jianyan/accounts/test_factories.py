"""The factories that other tests build on."""

from __future__ import annotations

import pytest

from jianyan.accounts.enums import Role
from jianyan.accounts.roles import actor_of

from . import factories

pytestmark = pytest.mark.django_db


def test_a_member_of_the_county_holds_the_role_member_in_the_committee_and_in_a_sector() -> None:
    county = factories.make_county()
    member = factories.make_member(county, "周砚", sector=county.sectors[2])
    actor = actor_of(member)
    assert actor is not None
    assert actor.name == "周砚"
    assert dict(actor.grants) == {Role.MEMBER: {county.committee.pk, county.sectors[2].pk}}


def test_each_official_holds_one_role_in_the_committee() -> None:
    county = factories.make_county()
    makers = (
        factories.make_moderator,
        factories.make_secretary,
        factories.make_administrator,
        factories.make_auditor,
    )
    actors = [actor_of(make(county)) for make in makers]
    assert [dict(actor.grants) for actor in actors if actor] == [
        {Role.MODERATOR: {county.committee.pk}},
        {Role.SECRETARY: {county.committee.pk}},
        {Role.ADMINISTRATOR: {county.committee.pk}},
        {Role.AUDITOR: {county.committee.pk}},
    ]
