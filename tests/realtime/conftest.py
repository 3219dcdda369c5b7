"""A live topic with people who are signed in, and the site that carries it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest
from django.utils import timezone

from consultations.models import Suggestion, Topic
from jianyan.accounts.models import User
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


def open_topic(county: County, *, opened: dt.timedelta = 10 * MINUTE, **fields: object) -> Topic:
    """A topic that has been open for that long."""
    now = timezone.now()
    return make_topic(county, opens_at=now - opened, **{"closes_at": now - opened + HOUR, **fields})


@pytest.fixture
def hall(site: Site) -> Hall:
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
