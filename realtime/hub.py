"""All rooms of this process: what happened goes in here, from whatever thread or process, and out to the rooms."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import assert_never

import structlog
from django.db import InterfaceError, OperationalError

from consultations.events import (
    Event,
    FlagsChanged,
    FollowedUp,
    NoticeGiven,
    PhaseChanged,
    SuggestionsChanged,
    SummaryChanged,
    Tallied,
    ThemesChanged,
)
from consultations.queries.state import revisions
from jianyan import metrics
from jianyan.accounts.roles import Actor

from .backlog import Step
from .listener import Listener
from .presence import Presence
from .room import Room
from .standing import Standing, changed_roles, fallen
from .threads import DatabaseThread

log = structlog.get_logger(__name__)

SURVEY = 0.5
POLL = 2.0
STANDING_EVERY = 2
"""Polls between two checks of who is still signed in: four seconds."""
SOCKETS_PER_USER = 20


class Hub:
    """Runs on the event loop. `on_presence` is called when somebody has come or gone."""

    def __init__(
        self,
        *,
        looking: DatabaseThread,
        admitting: DatabaseThread,
        presence: Presence,
        on_presence: Callable[[], None],
    ) -> None:
        self.rooms: dict[int, Room] = {}
        self._looking = looking
        self._admitting = admitting
        self._presence = presence
        self._on_presence = on_presence
        self._sockets: Counter[int] = Counter()
        self._polls = 0
        self._database_is_down = False

    # ── Coming and going ──────────────────────────────────────────────────────────────────────────────────────────

    def crowded(self, user_id: int) -> bool:
        """Whether somebody has as many sockets in this process as one person may."""
        return self._sockets[user_id] >= SOCKETS_PER_USER

    def enter(self, listener: Listener) -> Room:
        """The room of the listener's topic, which the listener has joined."""
        room = self.rooms.get(listener.topic_id)
        if room is None:
            room = self.rooms[listener.topic_id] = Room(
                listener.topic_id,
                looking=self._looking,
                admitting=self._admitting,
                presence=self._presence,
            )
        if listener.user_id is not None:
            self._sockets[listener.user_id] += 1
        room.join(listener)
        metrics.connection_opened()
        self._on_presence()
        return room

    def leave(self, listener: Listener) -> None:
        """The listener has gone; an empty room is given up, the database knows everything."""
        room = self.rooms[listener.topic_id]
        room.leave(listener)
        metrics.connection_closed()
        if listener.user_id is not None:
            self._sockets[listener.user_id] -= 1
            if not self._sockets[listener.user_id]:
                del self._sockets[listener.user_id]
        if not room.listeners:
            room.stop()
            del self.rooms[listener.topic_id]
        self._on_presence()

    def listeners(self) -> list[Listener]:
        """Everybody."""
        return [listener for room in self.rooms.values() for listener in room.listeners]

    # ── What has happened ─────────────────────────────────────────────────────────────────────────────────────────

    def hear(self, event: Event) -> None:
        """Something was committed by this process."""
        match event:
            case Tallied():
                self.hear_step(event.topic_id, step_of(event))
            case SummaryChanged() | FlagsChanged() | FollowedUp():
                self.hear_step(event.topic_id, Step(event.revision - 1, event.revision, ()))
            case SuggestionsChanged() | ThemesChanged() | PhaseChanged() | NoticeGiven():
                self.hear_of(event.topic_id, event.revision)
            case _:
                assert_never(event)

    def hear_step(self, topic_id: int, step: Step) -> None:
        """Counts changed and nothing else, here or elsewhere."""
        room = self.rooms.get(topic_id)
        if room is not None:
            room.hear(step)

    def hear_of(self, topic_id: int, revision: int) -> None:
        """A topic is at that revision now; what happened is in the database."""
        room = self.rooms.get(topic_id)
        if room is not None:
            room.hear_of(revision)

    def own_changed(self, topic_id: int, user_id: int, *, but: Listener | None = None) -> None:
        """What only this member is told has changed; `but` is the socket that knows."""
        room = self.rooms.get(topic_id)
        if room is not None:
            room.own_changed(user_id, but=but)

    def standing_changed(self, user_id: int, session_key: str | None) -> None:
        """Close somebody's sockets: those of one session, or with None all of them."""
        for listener in self.listeners():
            if listener.standing is None or listener.user_id != user_id:
                continue
            if session_key is None or listener.standing.session_key == session_key:
                listener.close(4403)

    # ── Looking after the rooms ───────────────────────────────────────────────────────────────────────────────────

    async def survey(self) -> None:
        """Twice a second, for ever: see to readers who are behind, and to signs of life."""
        while True:
            await asyncio.sleep(SURVEY)
            rooms = list(self.rooms.values())
            for room in rooms:
                room.survey()
            lags = [room.lag() for room in rooms]
            metrics.lagging(
                revisions=max((revisions for revisions, _seconds in lags), default=0),
                seconds=max((seconds for _revisions, seconds in lags), default=0.0),
            )

    async def poll(self) -> None:
        """Every two seconds, for ever: ask the database for what nobody has told us."""
        while True:
            await asyncio.sleep(POLL)
            try:
                await self._ask()
            except (InterfaceError, OperationalError) as error:
                if not self._database_is_down:
                    log.warning("database does not answer", error=repr(error))
                self._database_is_down = True
            else:
                self._database_is_down = False

    async def _ask(self) -> None:
        if not self.rooms:
            return
        for topic_id, revision in (await self._looking.ask(revisions, list(self.rooms))).items():
            self.hear_of(topic_id, revision)
        for room in list(self.rooms.values()):
            await room.recount()
        self._polls += 1
        if self._polls % STANDING_EVERY == 0:
            await self._check_standings()

    async def _check_standings(self) -> None:
        """Close the sockets of those whom no message has reached about: sessions run out, roles end at midnight."""
        signed_in = [listener for listener in self.listeners() if listener.standing is not None]
        if not signed_in:
            return
        lost, changed = await self._looking.ask(
            _check,
            {listener.standing for listener in signed_in if listener.standing is not None},
            [listener.actor for listener in signed_in if listener.actor is not None],
        )
        for listener in signed_in:
            if listener.standing in lost or listener.user_id in changed:
                listener.close(4403)

    def stop(self, code: int) -> None:
        """Close every socket with that code and give up all rooms."""
        for room in self.rooms.values():
            room.stop()
            for listener in room.listeners:
                listener.close(code)


def step_of(event: Tallied) -> Step:
    """What the event changed, as a step of a backlog."""
    return Step(event.revision - 1, event.revision, event.tallies)


def _check(standings: set[Standing], actors: list[Actor]) -> tuple[set[Standing], set[int]]:
    return fallen(standings), changed_roles(actors)
