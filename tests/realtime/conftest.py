"""A live topic with people who are signed in, and the site that carries it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.utils import timezone

from consultations.models import Suggestion, Topic
from jianyan.accounts.models import User
from tests import servers
from tests.conftest import database_url
from tests.consultations.factories import HOUR, MINUTE, make_suggestion, make_topic
from tests.jianyan.accounts.factories import County, make_county, make_member, make_moderator, make_secretary
from tests.realtime.readers import sign_in
from tests.servers import Site


@dataclass(frozen=True)
class Hall:
    """A topic that opened ten minutes ago and is open for fifty more, with one published suggestion."""

    site: Site
    county: County
    topic: Topic
    author: User
    member: User
    other: User
    moderator: User
    secretary: User
    suggestion: Suggestion

    @property
    def url(self) -> str:
        """Where its sockets are."""
        return self.site.websocket_url


def open_topic(county: County, *, opened: dt.timedelta = 10 * MINUTE, **fields: Any) -> Topic:
    """A topic that has been open for that long."""
    now = timezone.now()
    return make_topic(county, opens_at=now - opened, **{"closes_at": now - opened + HOUR, **fields})


@pytest.fixture(scope="session", params=["daphne", "uvicorn"])
def lasting_site(
    request: pytest.FixtureRequest, django_db_setup: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """One process for all tests that leave it running, under each server. They see the rows of their own test alone."""
    directory = tmp_path_factory.mktemp("lasting")
    options = ("--server", request.param)
    with servers.site(directory, *options, JIANYAN_ENV="test", DATABASE_URL=database_url()) as running:
        yield running


@pytest.fixture
def hall(lasting_site: Site, transactional_db: None) -> Hall:
    return make_hall(lasting_site)


def make_hall(site: Site) -> Hall:
    """The hall, in the database that this test uses, on that site."""
    county = make_county()
    topic = open_topic(county)
    author = make_member(county, "林栖云")
    moderator = make_moderator(county)
    suggestion = make_suggestion(topic, author, publish_by=moderator)
    return Hall(
        site=site,
        county=county,
        topic=topic,
        author=author,
        member=make_member(county, "罗小满", sector=county.sectors[1]),
        other=make_member(county, "顾南枝", sector=county.sectors[2]),
        moderator=moderator,
        secretary=make_secretary(county),
        suggestion=suggestion,
    )


@pytest.fixture
def member_session(hall: Hall) -> str:
    return sign_in(hall.member)
