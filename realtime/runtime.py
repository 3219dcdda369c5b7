"""What one process needs to carry topics: made on the event loop at the first request, one per process."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from django.conf import settings

from consultations.events import Event, FlagsChanged, FollowedUp, SummaryChanged, Tallied

from .admission import Door
from .backlog import Step
from .hub import Hub, step_of
from .intake import Intake
from .listener import Listener
from .mailing import Postman
from .presence import Presence
from .relay import Relay
from .threads import DatabaseThread

log = structlog.get_logger(__name__)

AGAIN = 1.0
"""Seconds until something that was to run for ever, and ended, is begun again."""
FAREWELL = 0.3
"""Seconds in which the last answers and the close frames may leave."""


class Runtime:
    """Hub, intake, relay and presence, and what keeps them going."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.looking = DatabaseThread("jianyan-looking")
        self.admitting = DatabaseThread("jianyan-admitting")
        self.door = Door()
        self.presence = Presence()
        self.hub = Hub(
            looking=self.looking,
            admitting=self.admitting,
            presence=self.presence,
            on_presence=lambda: self.relay.tell_people(),  # noqa: PLW0108  # the relay is made below
        )
        self.relay = Relay(self.hub, self.presence)
        self.intake = Intake(self._own_changed)
        self.postman = Postman()
        self.stopped: asyncio.Task[None] | None = None
        self._tended: dict[str, asyncio.Task[None]] = {}
        for errand in (
            *(self.hub.survey, self.hub.poll, self.relay.speak, self.relay.listen),
            self.postman.remind,
        ):
            self._tend(errand)
        if settings.MAILS:
            self._tend(self.postman.deliver)

    # ── From any thread ───────────────────────────────────────────────────────────────────────────────────────────

    def tell(self, event: Event) -> None:
        """Something was committed by this process."""
        self._call(lambda: self._hear(event))

    def tell_standing(self, user_id: int, session_key: str | None) -> None:
        """Somebody may no longer be who their sockets say."""
        self._call(lambda: self._standing_changed(user_id, session_key))

    def _call(self, what: Callable[[], None]) -> None:
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(what)

    # ── On the loop ───────────────────────────────────────────────────────────────────────────────────────────────

    def _hear(self, event: Event) -> None:
        self.hub.hear(event)
        if not self.relay.active:
            return
        match event:
            case Tallied():
                self.relay.tell_step(event.topic_id, step_of(event))
            case SummaryChanged() | FlagsChanged() | FollowedUp():
                self.relay.tell_step(event.topic_id, Step(event.revision - 1, event.revision, ()))
            case _:
                self.relay.tell_of(event.topic_id, event.revision)

    def _standing_changed(self, user_id: int, session_key: str | None) -> None:
        self.hub.standing_changed(user_id, session_key)
        self.relay.tell_standing(user_id, session_key)

    def _own_changed(self, listener: Listener) -> None:
        if listener.user_id is None:
            return
        self.hub.own_changed(listener.topic_id, listener.user_id, but=listener)
        if self.relay.active and self.presence.is_elsewhere(listener.topic_id, listener.user_id):
            self.relay.tell_own(listener.topic_id, listener.user_id)

    def stop(self) -> asyncio.Task[None]:
        """Write and answer what has come, close all sockets with 1012, and end. Asked twice it happens once."""
        if self.stopped is None:
            self.stopped = self.loop.create_task(self._stop())
        return self.stopped

    async def _stop(self) -> None:
        await self.intake.stop()
        self.hub.stop(1012)
        for task in self._tended.values():
            task.cancel()
        self.looking.stop()
        self.admitting.stop()
        self.postman.stop()
        await asyncio.sleep(FAREWELL)

    def _tend(self, errand: Callable[[], Awaitable[None]]) -> None:
        """Run something for ever: a fault in it is logged, and it is begun again."""

        async def run() -> None:
            await errand()

        def ended(task: asyncio.Task[None]) -> None:
            if not task.cancelled() and (error := task.exception()) is not None:
                log.error("ended by a fault", errand=errand.__qualname__, exc_info=error)
                self.loop.call_later(AGAIN, self._tend, errand)

        task = self.loop.create_task(run())
        task.add_done_callback(ended)
        self._tended[errand.__qualname__] = task


_runtime: Runtime | None = None


def running() -> Runtime | None:
    """The runtime of this process, if it has begun."""
    return _runtime


def runtime() -> Runtime:
    """The runtime of this process; begun here, on the running loop, where there is none yet."""
    global _runtime  # noqa: PLW0603  # one per process, like the loop it runs on
    if _runtime is None or _runtime.loop is not asyncio.get_running_loop():
        _runtime = Runtime()
    return _runtime
