"""One topic in one process: who listens, what they have been sent, and what goes out at the next tick."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Coroutine, Iterable
from time import monotonic
from typing import NamedTuple

import structlog
from django.db import Error as DatabaseError
from django.utils import timezone
from msgspec import UNSET, UnsetType

from consultations.errors import UnknownTopic
from consultations.queries.facts import PeopleFact
from consultations.queries.state import people_counts
from jianyan import metrics

from . import looks
from .backlog import Backlog, Step
from .boundary import Boundary
from .listener import Listener
from .looks import Clockwork, Look
from .outlets import Frame
from .pace import Sparing
from .presence import Presence
from .protocol import Beacon, Notice, Update, encode
from .threads import DatabaseThread
from .views import Views

log = structlog.get_logger(__name__)

TICK = 0.25
"""Seconds between two updates."""
GATHER = 0.02
"""Seconds that the first change after a quiet time waits for its like."""
BEACON = 5.0
PEOPLE = 1.0
"""Seconds between two beacons when nothing but the numbers of people changes."""
TOO_SLOW = 15.0
COUNTING = 0.005
"""Share of the time that may go into counting who has voted."""


class Stand(NamedTuple):
    """What a reader has been sent; those who stand alike are sent the same bytes."""

    revision: int
    knows_people: bool


Groups = dict[Stand, list[Listener]]


class Room:
    """Everything here runs on the event loop; what asks the database is a coroutine.

    `known`: the newest revision heard of. Where the backlog ends before it, only the database knows what happened.
    """

    def __init__(
        self, topic_id: int, *, looking: DatabaseThread, admitting: DatabaseThread, presence: Presence
    ) -> None:
        self.topic_id = topic_id
        self.listeners: set[Listener] = set()
        self.by_user: defaultdict[int, set[Listener]] = defaultdict(set)
        self.known = 0
        self._looking = looking
        self._admitting = admitting
        self._presence = presence
        self._backlog = Backlog(0)
        self._views = Views(topic_id, admitting)
        self._boundary = Boundary(self._reach)
        self._clockwork: Clockwork | None = None
        self._clockwork_revision = 0
        self._owed_since: float | None = None
        self._counts = (0, 0)
        self._counts_are_old = False
        self._counting = Sparing(share=COUNTING)
        self._last_tick = self._last_crowd = monotonic()
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._errand: asyncio.Task[None] | None = None
        self._opening: asyncio.Task[None] | None = None

    # ── Coming and going ──────────────────────────────────────────────────────────────────────────────────────────

    def join(self, listener: Listener) -> None:
        """From now on the listener misses nothing; it is sent something once it has its welcome."""
        self.listeners.add(listener)
        if listener.user_id is not None:
            self.by_user[listener.user_id].add(listener)
        if listener.counted:
            self._presence.enter(self.topic_id, listener.user_id)

    def leave(self, listener: Listener) -> None:
        """The listener has gone."""
        self.listeners.discard(listener)
        if listener.user_id is not None:
            self.by_user[listener.user_id].discard(listener)
            if not self.by_user[listener.user_id]:
                del self.by_user[listener.user_id]
        if listener.counted:
            self._presence.leave(self.topic_id, listener.user_id)

    def stop(self) -> None:
        """Nobody listens any more."""
        self._boundary.stop()
        self._views.stop()
        if self._timer is not None:
            self._timer.cancel()
        for task in (self._errand, self._opening):
            if task is not None:
                task.cancel()

    async def welcome(self, listener: Listener, since: int | None) -> None:
        """Send the state, or what of it changed after `since`. Raises DatabaseError; nothing is sent then."""
        listener.sent_revision = None
        await self._open()
        seen = await self._views.get(since)
        me = None
        if listener.actor is not None:
            me = await self._admitting.ask(seen.own, listener.actor)
        self._saw(seen.state.revision, seen.clockwork)
        people = self._people()
        listener.send(looks.welcome_frame(seen, me=me, people=people))
        listener.sent_revision = seen.state.revision
        listener.sent_people = people
        listener.sent_at = monotonic()
        listener.asked_since = None
        listener.own_is_stale = False
        if seen.state.revision < self.known:
            self._wake()

    async def resync(self, listener: Listener, since: int) -> None:
        """A welcome that was asked for. Raises as `welcome`. Whoever does not read is not sent it again and again."""
        if listener.outlet.pending:
            listener.asked_since = since
        else:
            await self.welcome(listener, since)

    async def _open(self) -> None:
        """Wait until the room has been opened once; whoever comes after a failure tries again."""
        if self._opening is None or (self._opening.done() and self._opening.exception() is not None):
            self._opening = self._loop.create_task(self._begin())
        await asyncio.shield(self._opening)

    async def _begin(self) -> None:
        self._counting.may_begin()
        found = await self._looking.ask(looks.opening, self.topic_id)
        self._counting.done()
        self._counts = (found.posted, found.voted)
        if found.revision > self._backlog.head:
            self._backlog.restart(found.revision)
        self._saw(found.revision, found.clockwork)

    # ── What has happened ─────────────────────────────────────────────────────────────────────────────────────────

    def hear(self, step: Step) -> None:
        """Counts have changed; applied from memory where nothing is missing before them."""
        self._backlog.follow(step)
        self.hear_of(step.revision)

    def hear_of(self, revision: int) -> None:
        """The topic is at that revision; what happened is in the database, if not in memory."""
        if revision > self.known:
            self.known = revision
            if self._owed_since is None:
                self._owed_since = monotonic()
            self._counts_are_old = True
            self._wake()

    def own_changed(self, user_id: int, *, but: Listener | None) -> None:
        """Somebody's votes changed through one of their sockets; their others are told at the next tick."""
        for listener in self.by_user.get(user_id, ()):
            if listener is not but:
                listener.own_is_stale = True
                self._wake()

    def _saw(self, revision: int, clockwork: Clockwork) -> None:
        if revision >= self._clockwork_revision:
            self._clockwork = clockwork
            self._clockwork_revision = revision
            self._boundary.set(clockwork.next_boundary(timezone.now()))
        self.hear_of(revision)

    def _reach(self) -> None:
        """The clock has changed the topic. The journal says so at once, and that is what everybody is sent."""
        if self._errand is None:
            self._run(self._mark())
        else:
            self._loop.call_later(GATHER, self._reach)

    async def _mark(self) -> None:
        found = await self._looking.ask(looks.opening, self.topic_id)
        self._saw(found.revision, found.clockwork)

    # ── Ticks ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _wake(self) -> None:
        if self._timer is None and self._errand is None:
            delay = max(GATHER, self._last_tick + TICK - monotonic())
            self._timer = self._loop.call_later(delay, self._tick)

    def _tick(self) -> None:
        self._timer = None
        if self._errand is not None:
            return
        self._last_tick = monotonic()
        behind = self._behind()
        if not behind and self._backlog.head < self.known:
            # All who listen have come after the gap.
            self._backlog.restart(self.known)
        people = self._people()
        groups: Groups = defaultdict(list)
        for listener in behind:
            if listener.sent_revision is not None and not listener.outlet.pending:
                stand = Stand(listener.sent_revision, listener.sent_people == people)
                groups[stand].append(listener)
        missing = {stand: self._send_counts(stand, group, people) for stand, group in groups.items()}
        missing = {stand: group for stand, group in missing.items() if group}
        if missing:
            self._run(self._look(missing))
        else:
            self._owed_since = None

    def _behind(self) -> list[Listener]:
        return [
            listener
            for listener in self.listeners
            if listener.sent_revision is not None
            and (listener.sent_revision < self.known or listener.own_is_stale)
        ]

    def _send_counts(self, stand: Stand, group: list[Listener], people: PeopleFact) -> list[Listener]:
        """Send what is in memory; those for whom that is not enough are given back."""
        if self._backlog.head < self.known or not self._backlog.covers(stand.revision):
            return group
        shown = self._clockwork is not None and self._clockwork.tallies_shown(timezone.now())
        update = Update(
            since=stand.revision,
            revision=self._backlog.head,
            tallies=(self._backlog.tallies(stand.revision) if shown else ()) or UNSET,
            people=_unless(people, known=stand.knows_people),
        )
        served = [listener for listener in group if not listener.own_is_stale]
        if served:
            self._send(served, [Frame(encode(update))], self._backlog.head, people)
        return [listener for listener in group if listener.own_is_stale]

    async def _look(self, missing: Groups) -> None:
        """Ask the database what these readers have missed; send it to those who are still where they were."""
        members = {one.actor.user_id: one.actor for one in self.listeners if one.actor is not None}
        stale = [
            one.user_id
            for group in missing.values()
            for one in group
            if one.own_is_stale and one.user_id is not None
        ]
        since = {stand.revision for stand in missing}
        found = await self._looking.ask(looks.look, self.topic_id, since, members, stale)
        if found.revision > self._backlog.head:
            self._backlog.restart(found.revision)
        self._saw(found.revision, found.clockwork)
        for stand, group in missing.items():
            here = [listener for listener in group if listener.sent_revision == stand.revision]
            self._send_changes(found, stand, here)

    def _send_changes(self, found: Look, stand: Stand, group: list[Listener]) -> None:
        changes = found.changes[stand.revision]
        seen = found.views.get(stand.revision)
        people = self._people()
        notices = [Frame(encode(Notice(text=one.text, level=one.level))) for one in changes.notices]
        everybody = []
        for listener in group:
            me = found.own.get(listener.user_id) if listener.user_id is not None else None
            if seen is None or me is None:
                everybody.append(listener)
                continue
            listener.own_is_stale = False
            frame = looks.welcome_frame(seen, me=me, people=people)
            self._send([listener], [frame, *notices], found.revision, people)
        if changes.revision > stand.revision and everybody:
            update = looks.update_of(changes, _unless(people, known=stand.knows_people))
            self._send(everybody, [Frame(encode(update)), *notices], found.revision, people)

    def _send(
        self, listeners: Iterable[Listener], frames: Iterable[Frame], revision: int, people: PeopleFact
    ) -> None:
        now = monotonic()
        for listener in listeners:
            for frame in frames:
                listener.send(frame)
            listener.sent_revision = revision
            listener.sent_people = people
            listener.sent_at = now

    # ── People, beacons, and those who are too slow ───────────────────────────────────────────────────────────────

    def _people(self) -> PeopleFact:
        posted, voted = self._counts
        return PeopleFact(self._presence.here(self.topic_id), posted, voted)

    async def recount(self) -> None:
        """Count again who has posted and voted, where that may have changed. Raises DatabaseError.

        Among a million votes that takes a while, and votes matter more than how many have voted.
        """
        if self._counts_are_old and self._counting.may_begin():
            self._counts_are_old = False
            try:
                self._counts = await self._looking.ask(people_counts, self.topic_id)
            except DatabaseError:
                self._counts_are_old = True
                raise
            self._counting.done()

    def survey(self) -> None:
        """Look after the room, twice a second: readers who are behind, and signs of life."""
        now = monotonic()
        for listener in list(self.listeners):
            if not listener.outlet.pending:
                listener.behind_since = None
                if listener.asked_since is not None and self._errand is None:
                    self._run(self.welcome(listener, listener.asked_since))
            elif listener.behind_since is None:
                listener.behind_since = now
            elif now - listener.behind_since >= TOO_SLOW:
                listener.close(4408)
                metrics.slow_reader_closed()
        if self._behind():
            self._wake()
        self._send_beacons(now)

    def lag(self) -> tuple[int, float]:
        """How many revisions the last of those who do read is behind, and for how many seconds anybody is owed one."""
        if self._owed_since is None:
            return 0, 0.0
        told = [
            listener.sent_revision
            for listener in self.listeners
            if listener.sent_revision is not None and not listener.outlet.pending
        ]
        return self.known - min(told, default=self.known), monotonic() - self._owed_since

    def _send_beacons(self, now: float) -> None:
        """A sign of life to each reader who was sent nothing for a while, and the numbers of people to all."""
        people = self._people()
        crowd = now - self._last_crowd >= PEOPLE
        if crowd:
            self._last_crowd = now
        due = [
            listener
            for listener in self.listeners
            if listener.sent_revision == self.known
            and (now - listener.sent_at >= BEACON or (crowd and listener.sent_people != people))
            and not listener.outlet.pending
        ]
        if due:
            self._send(due, [Frame(encode(Beacon(revision=self.known, people=people)))], self.known, people)

    # ── Errands ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _run(self, errand: Coroutine[None, None, None]) -> None:
        """One question at a time; ticks wait for its answer."""
        self._errand = self._loop.create_task(errand)
        self._errand.add_done_callback(self._errand_done)

    def _errand_done(self, task: asyncio.Task[None]) -> None:
        self._errand = None
        if task.cancelled():
            return
        error = task.exception()
        if error is None:
            if self._behind():
                self._wake()
            else:
                self._owed_since = None
        elif isinstance(error, DatabaseError | UnknownTopic):
            # The next survey tries again.
            log.warning("topic could not be read", topic=self.topic_id, error=repr(error))
        else:
            log.error("topic could not be read", topic=self.topic_id, exc_info=error)


def _unless(people: PeopleFact, *, known: bool) -> PeopleFact | UnsetType:
    return UNSET if known else people
