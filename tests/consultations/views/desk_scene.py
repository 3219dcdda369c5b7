"""A desk with something on every shelf, and what a moderator's browser sends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import time_machine
from django.test import Client

from consultations.models import Suggestion, Topic
from consultations.queries.desk import edition_of
from jianyan.accounts.models import User
from tests.consultations.factories import MINUTE, NOON, make_suggestion
from tests.jianyan.accounts.factories import County, make_member

NOW = NOON + 30 * MINUTE
HTMX = {"HX-Request": "true"}


@dataclass(frozen=True)
class Desk:
    """One moderator at one topic's desk; `now` stands still at NOW."""

    client: Client
    topic: Topic

    def address(self, rest: str = "") -> str:
        return f"/desk/{self.topic.pk}/{rest}"

    def get(self, rest: str = "", *, htmx: bool = False, shown: str = "") -> Any:
        return self.client.get(self.address(rest), headers=self._headers(htmx=htmx, shown=shown))

    def post(self, rest: str, *, htmx: bool = False, shown: str = "", **fields: str) -> Any:
        return self.client.post(self.address(rest), fields, headers=self._headers(htmx=htmx, shown=shown))

    def decide(
        self, suggestion: Suggestion, decision: str, *, htmx: bool = False, shown: str = "", **fields: str
    ) -> Any:
        """Decide on the suggestion as it was when the test last loaded it."""
        fields = {"seen": edition_of(suggestion), "decision": decision, **fields}
        return self.post(f"items/{suggestion.pk}/decide", htmx=htmx, shown=shown, **fields)

    def _headers(self, *, htmx: bool, shown: str) -> dict[str, str]:
        if not htmx:
            return {}
        return {**HTMX, "HX-Current-URL": f"http://testserver{self.address()}{shown}"}


def desk_of(user: User, topic: Topic) -> Desk:
    client = Client()
    client.force_login(user)
    return Desk(client, topic)


def page(response: Any) -> str:
    return str(response.content.decode())


def waiting(county: County, topic: Topic, how_many: int) -> list[Suggestion]:
    """So many suggestions, posted a minute apart, the oldest first."""
    return [
        make_suggestion(
            topic,
            make_member(county, f"委员{index}"),
            f"第{index}条：路口增设行人过街信号灯。",
            at=NOON + index * MINUTE,
        )
        for index in range(1, how_many + 1)
    ]


@contextmanager
def at(instant: dt.datetime) -> Iterator[None]:
    with time_machine.travel(instant, tick=False):
        yield
