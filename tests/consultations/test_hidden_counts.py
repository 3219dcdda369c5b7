"""Where counts are hidden until closing, no address says anything that depends on them, to anybody.

Every address of the site is asked twice, with different counts in the database and nothing else changed: what it
answers must be the same. Where counts are live, the same comparison finds them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import unified_diff
from random import random
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import get_resolver

from consultations.actions.merging import merge_suggestions
from consultations.actions.moderation import feature_suggestion
from consultations.actions.themes import create_theme
from consultations.actions.votes import Ballot, cast_votes
from consultations.enums import Tallies
from consultations.models import Attendance, Suggestion, Topic
from jianyan.accounts.models import User
from realtime import http, watch
from tests.consultations.conftest import Scene
from tests.consultations.factories import HOUR, MINUTE, NOON, actor, make_suggestion
from tests.jianyan.test_every_address import routes

LATER = NOON + 30 * MINUTE
CLOSED = NOON + 2 * HOUR
FEW, MANY = (2, 0, 0), (97, 11, 7)
ORDERS = ("newest", "support", "theme", "shuffled")


pytestmark = pytest.mark.usefixtures("unmeasured")


@dataclass(frozen=True)
class Vote:
    """A topic with a group of two suggestions and two of their own, of which the first has two supporters."""

    scene: Scene
    rows: list[Suggestion]

    @property
    def readers(self) -> Mapping[str, User | None]:
        scene = self.scene
        return {
            "guest": None,
            "author": scene.author,
            "moderator": scene.moderator,
            "secretary": scene.secretary,
        }

    def addresses(self) -> Iterator[str]:
        """Every address that can be filled with what there is here."""
        known = {
            "topic_id": self.scene.topic.pk,
            "deliberation_id": self.scene.topic.deliberation_id,
            "suggestion_id": self.rows[0].pk,
        }
        for route in routes(get_resolver().url_patterns):
            filled = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(known.get(found[1], "?")), route)
            if "?" not in filled and "logout" not in filled:
                yield "/" + re.sub(r"[\^$\\]", "", filled)
        topic = self.scene.topic.pk
        yield from (f"/topics/{topic}/{page}?order={order}" for page in ("", "watch") for order in ORDERS)
        yield from (f"/desk/{topic}/?item={row.pk}&shelf=published" for row in self.rows)
        yield f"/desk/{topic}/merge?of={self.rows[1].pk}&into={self.rows[0].pk}"
        yield "/?q=车位"

    def count(self, tally: tuple[int, int, int]) -> None:
        """So many for the last one published, the reverse for the others."""
        Suggestion.objects.update(support=1, neutral=0, oppose=0)
        support, neutral, oppose = tally
        Suggestion.objects.filter(pk=self.rows[-1].pk).update(support=support, neutral=neutral, oppose=oppose)
        Suggestion.objects.filter(pk=self.rows[0].pk).update(support=3 * support)


@pytest.fixture
def vote(scene: Scene) -> Vote:
    topic = scene.topic
    Topic.objects.filter(pk=topic.pk).update(ideas=5, tallies=Tallies.CLOSED, ballot="three_way")
    theme = create_theme(topic_id=topic.pk, name="错时共享", by=actor(scene.moderator), at=NOON + MINUTE)
    texts = ("夜间开放学校操场停车位。", "夜里把学校操场的车位开放出来。", "增设夜间公交，少开车。")
    made = [
        make_suggestion(topic, author, text, publish_by=scene.moderator, at=NOON + 2 * MINUTE)
        for author, text in zip((scene.author, scene.other, scene.other), texts, strict=True)
    ]
    rows = [scene.suggestion, *made]
    Suggestion.objects.filter(pk__in=[rows[0].pk, rows[1].pk]).update(theme=theme)
    ballots = [Ballot(actor(one), rows[0].pk, "support") for one in (scene.member, scene.other)]
    cast_votes(topic_id=topic.pk, ballots=ballots, at=NOON + 3 * MINUTE)
    merge_suggestions(
        topic_id=topic.pk,
        suggestion_ids=[rows[2].pk],
        into=rows[1].pk,
        by=actor(scene.moderator),
        at=NOON + 4 * MINUTE,
    )
    feature_suggestion(suggestion_id=rows[3].pk, on=True, by=actor(scene.moderator), at=NOON + 5 * MINUTE)
    Attendance.objects.create(deliberation=topic.deliberation, user=scene.member, presence="present")
    return Vote(scene, rows)


def answers(vote: Vote, who: User | None) -> dict[str, str]:
    """What every address answers, without what differs in every answer."""
    http.everybodys.forget()
    watch.editions.forget()
    client = Client()
    if who is not None:
        client.force_login(who)
    # What is unread is read there.
    client.get("/notifications/")
    said: dict[str, str] = {}
    for address in vote.addresses():
        answer: Any = client.get(address)
        # What is streamed is the journal with its votes, and looks different each time.
        content = str(random()) if answer.streaming else answer.content.decode(errors="replace")
        said[address] = _RANDOM.sub("", f"{answer.status_code} {answer.get('ETag', '')} {content}")
    return said


_RANDOM = re.compile(
    r'nonce="[^"]*"|nonce-[\w+/=-]+|name="csrfmiddlewaretoken" value="[^"]*"|"X-CSRFToken": "[^"]*"'
    r"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
)


def differing(vote: Vote, reader: str, at: Any = LATER) -> dict[str, list[str]]:
    """The addresses that answer differently where only the counts differ, with the lines that do."""
    who = vote.readers[reader]
    with time_machine.travel(at, tick=False):
        vote.count(FEW)
        before = answers(vote, who)
        vote.count(MANY)
        after = answers(vote, who)
    assert before.keys() == after.keys()
    return {
        address: list(unified_diff(before[address].splitlines(), after[address].splitlines(), n=0))[2:]
        for address in before
        if before[address] != after[address]
    }


@pytest.mark.parametrize("reader", ["guest", "author", "moderator", "secretary"])
def test_no_address_depends_on_counts_that_are_hidden(vote: Vote, reader: str) -> None:
    assert differing(vote, reader) == {}


@pytest.mark.parametrize("reader", ["guest", "moderator"])
def test_the_same_comparison_finds_counts_that_are_shown(vote: Vote, reader: str) -> None:
    topic = vote.scene.topic.pk
    Topic.objects.filter(pk=topic).update(tallies=Tallies.LIVE)
    found = differing(vote, reader)
    assert {f"/topics/{topic}/?order=support", f"/topics/{topic}/watch/state"} <= found.keys()
    if reader == "moderator":
        shown = f"/desk/{topic}/?item={vote.rows[0].pk}&shelf=published"
        asked = f"/desk/{topic}/merge?of={vote.rows[1].pk}&into={vote.rows[0].pk}"
        assert {shown, asked} <= found.keys()


def test_after_closing_they_are_shown(vote: Vote) -> None:
    assert f"/topics/{vote.scene.topic.pk}/" in differing(vote, "guest", at=CLOSED)
