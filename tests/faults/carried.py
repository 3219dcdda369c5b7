"""A topic as processes carry it and pages show it, without servers: what is under way waits until somebody lets it come.

Processes are played as `realtime.room` plays them: counts from the memory of `realtime.backlog`, everything else from
the database. The frames are the real ones.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field

from msgspec import UNSET

from consultations import rules
from consultations.events import Event, FollowedUp, SummaryChanged, Tallied
from consultations.models import Topic
from consultations.queries.facts import PeopleFact, phase_fact, zulu
from consultations.queries.state import changes_of, own_part_of
from jianyan.accounts.roles import Actor
from realtime import looks
from realtime.backlog import Backlog, Step
from realtime.protocol import FromServer, Update, Welcome, encode
from tests.faults.crowd import Sight

NOBODY = PeopleFact(0, 0, 0)


@dataclass
class Page:
    """A page of somebody's: what it shows, what is under way to it, and how far the process has told it."""

    reader: Actor | None
    sight: Sight = field(default_factory=Sight)
    inbox: list[bytes] = field(default_factory=list)
    sent_revision: int | None = None

    def take(self, message: bytes) -> bool:
        """The client's rule; True where it asks for what it has missed."""
        frame = json.loads(message)
        if frame["type"] == "update":
            return not self.sight.take_update(frame)
        self.sight.take_welcome(frame)
        return False


@dataclass
class Process:
    """A process that carries the topic: hints on their way to it, what it remembers, and the pages connected to it."""

    hints: list[Event] = field(default_factory=list)
    backlog: Backlog = field(default_factory=lambda: Backlog(0))
    known: int = 0
    pages: list[Page] = field(default_factory=list)

    def hear(self, event: Event) -> None:
        """A hint has come, perhaps not for the first time."""
        match event:
            case Tallied():
                self.backlog.follow(Step(event.revision - 1, event.revision, event.tallies))
            case SummaryChanged() | FollowedUp():
                self.backlog.follow(Step(event.revision - 1, event.revision, ()))
            case _:
                pass
        self.known = max(self.known, event.revision)

    def poll(self, topic: Topic) -> None:
        """Ask the database, as every two seconds."""
        self.known = max(self.known, topic.revision)

    def welcome(self, page: Page, since: int | None, topic: Topic, at: dt.datetime) -> None:
        """Greet a page that has come or that has asked."""
        page.inbox.append(encode(welcome(topic, page.reader, since, at)))
        page.sent_revision = topic.revision
        self.known = max(self.known, topic.revision)

    def tick(self, topic: Topic, at: dt.datetime) -> None:
        """Tell every page what it has not been told: from memory where that reaches, else from the database."""
        for page in self.pages:
            if page.sent_revision is None or page.sent_revision >= self.known:
                continue
            update = self._update(page.sent_revision, topic, at)
            page.inbox.append(encode(update))
            page.sent_revision = update.revision

    def _update(self, since: int, topic: Topic, at: dt.datetime) -> Update:
        if self.backlog.head >= self.known and self.backlog.covers(since):
            tallies = self.backlog.tallies(since) if rules.tallies_shown(topic, at) else ()
            return Update(since=since, revision=self.backlog.head, tallies=tallies or UNSET)
        update = looks.update_of(changes_of(topic, since, at=at))
        if update.revision > self.backlog.head:
            self.backlog.restart(update.revision)
        self.known = max(self.known, update.revision)
        return update


def welcome(topic: Topic, reader: Actor | None, since: int | None, at: dt.datetime) -> FromServer:
    """The state for that reader, or what of it changed since."""
    seen = looks.view_of(topic, since, at)
    me = own_part_of(topic, reader, at=at) if reader is not None else None
    return Welcome(
        topic=topic.pk,
        revision=seen.state.revision,
        full=seen.state.full,
        now=zulu(at),
        phase=phase_fact(topic, at),
        rules=seen.state.rules,
        themes=seen.state.themes,
        suggestions=seen.suggestions_for(me),
        me=me,
        people=NOBODY,
    )
