"""What members want: gathered per topic for a moment, written by one thread, answered after the commit."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from itertools import islice
from time import monotonic
from typing import NamedTuple

import structlog
from django.db import Error as DatabaseError
from django.db import connections

from consultations.errors import NotSignedIn, Refused, TryAgain
from jianyan import metrics
from jianyan.accounts.roles import Actor

from .listener import Listener
from .protocol import Ack, Edit, Suggest, Vote, Withdraw
from .standing import Standing, fallen
from .threads import DatabaseThread
from .writing import Answer, Arrival, Granted, Outcome, Unsure, fulfil

log = structlog.get_logger(__name__)

GATHER = 0.010
"""Seconds that the first wish waits for others, so that they share a transaction."""
AT_ONCE = 500
WAITING = 5_000
"""Wishes that may wait in one topic; beyond, they are refused at once."""
LEAVING: dict[type, int] = {
    NotSignedIn: 4403,
    # Neither yes nor no would be true. The client comes back and asks again for what has no answer.
    Unsure: 1012,
}
"""Answers with which a socket ends, and its code."""
STALE = 5.0
"""Seconds after which an idle connection is looked at before it is used."""


class Queued(NamedTuple):
    """A wish that waits: what somebody wants, who is told what became of it, and when it came (monotonic seconds)."""

    asker: Listener
    actor: Actor
    wanted: Vote | Suggest | Edit | Withdraw | Arrival
    since: float

    def refuse(self, refused: Refused) -> None:
        """Tell the asker; an arrival did not ask."""
        if not isinstance(self.wanted, Arrival):
            self.asker.refuse(refused, self.wanted.ref)


Batch = dict[int, list[Queued]]
OwnChanged = Callable[[Listener], None]


class Intake:
    """Runs on the event loop; `write` runs in the thread. At most one flush is under way.

    `own_changed` is called with the socket through which somebody's votes were changed.
    """

    def __init__(self, own_changed: OwnChanged) -> None:
        self._own_changed = own_changed
        self._loop = asyncio.get_running_loop()
        self._thread = DatabaseThread("jianyan-writer")
        self._queues: defaultdict[int, deque[Queued]] = defaultdict(deque)
        self._timer: asyncio.TimerHandle | None = None
        self._idle = asyncio.Event()
        self._idle.set()
        self._unanswered: Batch = {}
        self._failing = False
        self._stopped = False
        self._last_write = 0.0

    def offer(self, wish: Queued) -> None:
        """Take a wish, or refuse it at once: when too many wait, while the database is away, and when we stop."""
        waiting = len(self._queues.get(wish.asker.topic_id, ()))
        under_way = not self._idle.is_set()
        if self._stopped or waiting >= WAITING or (self._failing and under_way):
            wish.refuse(TryAgain())
            return
        self._queues[wish.asker.topic_id].append(wish)
        if under_way:
            return
        if waiting + 1 >= AT_ONCE:
            self._flush()
        elif self._timer is None:
            self._timer = self._loop.call_later(GATHER, self._flush)

    async def stop(self) -> None:
        """Refuse what comes from now on, write and answer what has come, end the thread."""
        self._stopped = True
        while self._timer is not None or not self._idle.is_set():
            if self._timer is not None:
                self._flush()
            await self._idle.wait()
        self._thread.stop()

    # ── Flushing ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _flush(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        batch = {topic_id: list(islice(queue, AT_ONCE)) for topic_id, queue in self._queues.items()}
        for topic_id, wishes in batch.items():
            queue = self._queues[topic_id]
            for _ in wishes:
                queue.popleft()
            if not queue:
                del self._queues[topic_id]
        metrics.queue_length(sum(len(queue) for queue in self._queues.values()))
        self._idle.clear()
        self._unanswered = dict(batch)
        writing = self._thread.submit(self._write, batch)
        writing.add_done_callback(lambda done: self._loop.call_soon_threadsafe(self._written, done))

    def _written(self, done: Future[bool]) -> None:
        self._idle.set()
        error = done.exception()
        if error is None:
            self._failing = not done.result()
        else:
            # A fault of ours, not of the database.
            log.error("wishes could not be written", exc_info=error)
            for wishes in self._unanswered.values():
                for wish in wishes:
                    wish.refuse(TryAgain())
        if self._queues:
            self._flush()

    # ── In the thread ─────────────────────────────────────────────────────────────────────────────────────────────

    def _write(self, batch: Batch) -> bool:
        """Write each topic's wishes and have them answered; False when the database failed."""
        if monotonic() - self._last_write > STALE:
            for connection in connections.all(initialized_only=True):
                connection.close_if_unusable_or_obsolete()
        failures = 0
        try:
            lost = _lost(batch)
        except DatabaseError as failure:
            failures += 1
            for topic_id, wishes in batch.items():
                refused = Outcome({index: TryAgain() for index in range(len(wishes))}, failure)
                self._report(topic_id, wishes, refused, seconds=0.0)
        else:
            for topic_id, wishes in batch.items():
                begun = monotonic()
                outcome = _fulfil_standing(topic_id, wishes, lost)
                failures += outcome.failure is not None
                self._report(topic_id, wishes, outcome, seconds=monotonic() - begun)
        self._last_write = monotonic()
        return failures == 0

    def _report(self, topic_id: int, wishes: Sequence[Queued], outcome: Outcome, *, seconds: float) -> None:
        if outcome.failure is not None:
            log.warning("wishes could not be written", topic=topic_id, error=repr(outcome.failure))
            connections.close_all()
        self._loop.call_soon_threadsafe(self._answer, topic_id, wishes, outcome, seconds)

    # ── Answers, back on the loop ─────────────────────────────────────────────────────────────────────────────────

    def _answer(self, topic_id: int, wishes: Sequence[Queued], outcome: Outcome, seconds: float) -> None:
        """One ack for all votes of a socket, one for each of its other wishes; refusals one by one."""
        del self._unanswered[topic_id]
        counted: defaultdict[Listener, list[str]] = defaultdict(list)
        since: list[float] = []
        leaving: dict[Listener, int] = {}
        revision = 0
        for index, wish in enumerate(wishes):
            answer = outcome.answers.get(index)
            match answer:
                case Refused():
                    wish.refuse(answer)
                case Granted() if isinstance(wish.wanted, Vote):
                    counted[wish.asker].append(wish.wanted.ref)
                    since.append(wish.since)
                    revision = answer.revision
                case Granted() if not isinstance(wish.wanted, Arrival):
                    wish.asker.answer(
                        Ack(refs=(wish.wanted.ref,), revision=answer.revision, suggestion=answer.suggestion)
                    )
            if (code := LEAVING.get(type(answer))) is not None:
                leaving.setdefault(wish.asker, code)
        for asker, refs in counted.items():
            asker.answer(Ack(refs=tuple(refs), revision=revision))
            self._own_changed(asker)
        for asker, code in leaving.items():
            # Only now, so that none of their wishes goes without the answer it has.
            asker.close(code)
        if since:
            now = monotonic()
            metrics.observe_flush(votes=len(since), seconds=seconds, waited=[now - begun for begun in since])


def _lost(batch: Batch) -> set[Standing]:
    """Whose session does not stand any more. Raises DatabaseError."""
    return fallen(
        wish.asker.standing for wishes in batch.values() for wish in wishes if wish.asker.standing is not None
    )


def _fulfil_standing(topic_id: int, wishes: Sequence[Queued], lost: set[Standing]) -> Outcome:
    """Fulfil the wishes of those who still are signed in."""
    if not lost:
        return fulfil(topic_id, wishes)
    places = [place for place, wish in enumerate(wishes) if wish.asker.standing not in lost]
    outcome = fulfil(topic_id, [wishes[place] for place in places])
    answers: dict[int, Answer] = dict.fromkeys(range(len(wishes)), NotSignedIn())
    for index, place in enumerate(places):
        del answers[place]
        if index in outcome.answers:
            answers[place] = outcome.answers[index]
    return Outcome(answers, outcome.failure)
