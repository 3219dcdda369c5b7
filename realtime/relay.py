"""Between processes, over the channel layer: hints that something happened, who is here, whose standing changed.

Only hints: what they say is true, but they may get lost, and the database is asked every two seconds anyway. Nothing
waits for the layer, and what it cannot take within a moment is dropped.
"""

from __future__ import annotations

import asyncio
import uuid
from collections import deque
from time import monotonic
from typing import Any

import structlog
from channels.layers import BaseChannelLayer, InMemoryChannelLayer, get_channel_layer

from jianyan import metrics

from .backlog import Step
from .hub import Hub
from .presence import Presence

log = structlog.get_logger(__name__)

GROUP = "jianyan.realtime"
TYPE = "jianyan.hint"
GATHER = 0.02
"""Seconds between two messages of one process, so that they can be few."""
HEARTBEAT = 5.0
DEAF = 15.0
"""Seconds without one's own heartbeat, after which the subscription is made anew."""
PATIENCE = 2.0
PAUSE = 1.0
HINTS = 1_000

Message = dict[str, Any]


class Relay:
    """Speaks to the other processes and listens to them. With an in-memory layer there are none."""

    def __init__(self, hub: Hub, presence: Presence) -> None:
        layer = get_channel_layer()
        self._layer: BaseChannelLayer | None = None if isinstance(layer, InMemoryChannelLayer) else layer
        self._errors: tuple[type[Exception], ...] = (OSError, TimeoutError)
        if self._layer is not None:
            # A process that is alone starts without it.
            from redis.exceptions import RedisError

            self._errors += (RedisError,)
        self._hub = hub
        self._presence = presence
        self._process = uuid.uuid4().hex
        self._hints: deque[tuple[int, int, int, list[list[int]] | None]] = deque(maxlen=HINTS)
        self._own: deque[tuple[int, int]] = deque(maxlen=HINTS)
        self._fallen: deque[tuple[int, str | None]] = deque(maxlen=HINTS)
        self._people_are_new = True
        self._said_at = 0.0
        self._heard_myself = monotonic()
        self._something = asyncio.Event()
        self._silent = False

    @property
    def active(self) -> bool:
        """Whether there may be others to speak to."""
        return self._layer is not None

    # ── Speaking ──────────────────────────────────────────────────────────────────────────────────────────────────

    def tell_step(self, topic_id: int, step: Step) -> None:
        """Counts have changed in this process."""
        self._hints.append((topic_id, step.since, step.revision, [list(tally) for tally in step.tallies]))
        self._something.set()

    def tell_of(self, topic_id: int, revision: int) -> None:
        """Something else has happened in this process."""
        self._hints.append((topic_id, revision - 1, revision, None))
        self._something.set()

    def tell_own(self, topic_id: int, user_id: int) -> None:
        """What only this member is told has changed; another process has said that they are there, too."""
        self._own.append((topic_id, user_id))
        self._something.set()

    def tell_people(self) -> None:
        """Somebody has come or gone."""
        self._people_are_new = True
        self._something.set()

    def tell_standing(self, user_id: int, session_key: str | None) -> None:
        """Somebody may no longer be who their sockets say."""
        self._fallen.append((user_id, session_key))
        self._something.set()

    async def speak(self) -> None:
        """For ever: send what has gathered, and a heartbeat when there is nothing."""
        while self._layer is not None:
            try:
                await asyncio.wait_for(self._something.wait(), HEARTBEAT)
            except TimeoutError:
                self._people_are_new = True
            self._something.clear()
            message = self._message()
            try:
                await asyncio.wait_for(self._layer.group_send(GROUP, message), PATIENCE)
            except self._errors as error:
                self._complain(error)
                # The others catch up from the database; who was signed out and who is here, we say again.
                self._fallen.extendleft((user_id, key) for user_id, key in message["fallen"])
                self._people_are_new = True
                self._something.set()
                await asyncio.sleep(PAUSE)
            else:
                self._silent = False
                metrics.layer_is(up=True)
                await asyncio.sleep(GATHER)

    def _message(self) -> Message:
        message: Message = {
            "type": TYPE,
            "process": self._process,
            "hints": [list(hint) for hint in self._hints],
            "own": [list(one) for one in self._own],
            "fallen": [list(one) for one in self._fallen],
            "people": None,
        }
        self._hints.clear()
        self._own.clear()
        self._fallen.clear()
        if self._people_are_new or monotonic() - self._said_at >= HEARTBEAT:
            message["people"] = [list(told) for told in self._presence.told()]
            self._people_are_new = False
            self._said_at = monotonic()
        return message

    # ── Listening ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def listen(self) -> None:
        """For ever: subscribe, and hear what the others say; subscribe again when not even we are heard."""
        while self._layer is not None:
            try:
                channel = await asyncio.wait_for(self._layer.new_channel(), PATIENCE)
                await asyncio.wait_for(self._layer.group_add(GROUP, channel), PATIENCE)
                self._heard_myself = monotonic()
                await self._hear_all(self._layer, channel)
                await asyncio.wait_for(self._layer.group_discard(GROUP, channel), PATIENCE)
            except self._errors as error:
                self._complain(error)
            await asyncio.sleep(PAUSE)

    async def _hear_all(self, layer: BaseChannelLayer, channel: str) -> None:
        while monotonic() - self._heard_myself < DEAF:
            receiving = asyncio.ensure_future(layer.receive(channel))
            while not receiving.done() and monotonic() - self._heard_myself < DEAF:
                await asyncio.wait([receiving], timeout=HEARTBEAT)
            if not receiving.done():
                receiving.cancel()
                await asyncio.wait([receiving])
                return
            self._hear(receiving.result())

    def _hear(self, message: Message) -> None:
        if message["process"] == self._process:
            self._heard_myself = monotonic()
            return
        for topic_id, since, revision, tallies in message["hints"]:
            if tallies is None:
                self._hub.hear_of(topic_id, revision)
            else:
                step = Step(since, revision, tuple((a, b, c, d) for a, b, c, d in tallies))
                self._hub.hear_step(topic_id, step)
        for topic_id, user_id in message["own"]:
            self._hub.own_changed(topic_id, user_id)
        for user_id, session_key in message["fallen"]:
            self._hub.standing_changed(user_id, session_key)
        if message["people"] is not None:
            self._presence.hear_all(message["process"], message["people"])

    def _complain(self, error: Exception) -> None:
        if not self._silent:
            log.warning("channel layer does not answer; votes go on", error=repr(error))
        self._silent = True
        metrics.layer_is(up=False)
