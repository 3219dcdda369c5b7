"""The county and a live topic, as most tests of the domain need them."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from consultations.models import Suggestion, Topic
from jianyan.accounts.models import User
from tests.consultations.factories import make_suggestion, make_topic
from tests.consultations.remembered import remembered
from tests.jianyan.accounts.factories import (
    County,
    make_county,
    make_member,
    make_moderator,
    make_secretary,
)


@dataclass(frozen=True)
class Scene:
    """A live topic (NOON to NOON + 1 h) with an author, two other members, a moderator and a secretary."""

    county: County
    topic: Topic
    author: User
    member: User
    other: User
    moderator: User
    secretary: User
    suggestion: Suggestion


@pytest.fixture
def county(db: None) -> County:
    return make_county()


@pytest.fixture
def scene(request: pytest.FixtureRequest, db: None) -> Scene:
    return make_scene(request.getfixturevalue("county") if "county" in request.fixturenames else None)


@remembered
def make_scene(county: County | None = None) -> Scene:
    """See Scene."""
    county = county or make_county()
    topic = make_topic(county)
    author = make_member(county, "林栖云")
    moderator = make_moderator(county)
    return Scene(
        county=county,
        topic=topic,
        author=author,
        member=make_member(county, "罗小满", sector=county.sectors[1]),
        other=make_member(county, "顾南枝", sector=county.sectors[2]),
        moderator=moderator,
        secretary=make_secretary(county),
        suggestion=make_suggestion(topic, author, publish_by=moderator),
    )
