"""Several worker processes for one site: start them, replace those that end, renew them, end them together.

Between the supervisor and each worker is a pair of sockets. The worker writes a byte into it once it listens; and
whichever of the two is gone, killed or not, the other finds its end closed.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Sequence
from time import monotonic

import structlog

from jianyan import metrics

log = structlog.get_logger(__name__)

PATIENCE = 30.0
"""Seconds that a worker has to end in order, before it is killed."""
# Seconds before a worker that ended is replaced: so many at first, twice as many each time, at most, and from when on
# a worker has lived so long that its end counts as the first.
FIRST_PAUSE, LONGEST_PAUSE, STEADY = 1.0, 30.0, 60.0
BEGUN = b"+"


class Worker:
    """A child process. `begun` becomes true when it listens, and false when it ended without having listened."""

    def __init__(self, number: int, command: Sequence[str], inherited: Sequence[int]) -> None:
        """Start it: the command with its end of the channel as last argument. Raises OSError."""
        self.number = number
        self.started = monotonic()
        loop = asyncio.get_running_loop()
        self.begun: asyncio.Future[bool] = loop.create_future()
        self._over: asyncio.Future[None] = loop.create_future()
        self._channel, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                [*command, str(theirs.fileno())],
                env={**os.environ, "JIANYAN_WORKER": str(number)},
                pass_fds=[*inherited, theirs.fileno()],
                # Ctrl-C and a closed terminal are the supervisor's to hear; it passes on what is meant for workers.
                start_new_session=True,
            )
        self._channel.settimeout(0)
        loop.add_reader(self._channel, self._hear)

    def _hear(self) -> None:
        ended = not self._channel.recv(len(BEGUN))
        if not self.begun.done():
            self.begun.set_result(not ended)
        if ended:
            asyncio.get_running_loop().remove_reader(self._channel)
            self._channel.close()
            self._over.set_result(None)

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self._over.done()

    async def begins(self) -> bool:
        """Whether it listens; where it does not within PATIENCE, it is ended."""
        done, _waiting = await asyncio.wait([self.begun], timeout=PATIENCE)
        if not done:
            await self.end()
        return self.begun.result()

    async def ended(self) -> int:
        """Its exit code, once it has one."""
        await asyncio.wait([self._over])
        code = await asyncio.to_thread(self.process.wait)
        metrics.forget(self.process.pid)
        return code

    async def end(self) -> None:
        """Have it end in order; kill it when it does not."""
        self.process.terminate()
        over, _waiting = await asyncio.wait([self._over], timeout=PATIENCE)
        if not over:
            log.error(
                "worker killed", worker=self.number, worker_pid=self.process.pid, after_seconds=PATIENCE
            )
            self.process.kill()
        await self.ended()


class Supervisor:
    """Keeps so many workers alive. `inherited` are the descriptors that each of them is given."""

    def __init__(self, count: int, command: Sequence[str], inherited: Sequence[int] = ()) -> None:
        self._numbers = range(1, count + 1)
        self._command = command
        self._inherited = inherited
        self._alive: list[Worker] = []
        self._workers: dict[int, Worker] = {}
        self._keepers: dict[int, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Return after SIGTERM or SIGINT, when all have ended. SIGHUP renews them."""
        loop = asyncio.get_running_loop()
        ending, renewal = asyncio.Event(), asyncio.Event()
        for told in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(told, ending.set)
        loop.add_signal_handler(signal.SIGHUP, renewal.set)
        # A fault in any of these ends the supervisor, and with it the workers: better than a worker that nobody replaces.
        async with asyncio.TaskGroup() as self._tasks:
            for number in self._numbers:
                self._keepers[number] = self._tasks.create_task(self._keep(number))
            renewing = self._tasks.create_task(self._renew_whenever(renewal))
            await ending.wait()
            for task in (renewing, *self._keepers.values()):
                task.cancel()
        await asyncio.gather(*(worker.end() for worker in self._alive))

    def _start(self, number: int) -> Worker | None:
        try:
            worker = Worker(number, self._command, self._inherited)
        except OSError:
            log.exception("worker could not be started", worker=number)
            return None
        self._alive = [other for other in self._alive if not other.is_over] + [worker]
        log.info("worker started", worker=number, worker_pid=worker.process.pid)
        return worker

    async def _keep(self, number: int, worker: Worker | None = None) -> None:
        """Have one worker of that number, for ever; `worker` where it is there already."""
        pause = FIRST_PAUSE
        while True:
            worker = worker or self._start(number)
            if worker is not None:
                self._workers[number] = worker
                code = await worker.ended()
                if monotonic() - worker.started >= STEADY:
                    pause = FIRST_PAUSE
                log.error(
                    "worker ended",
                    worker=number,
                    worker_pid=worker.process.pid,
                    code=code,
                    replaced_in_seconds=pause,
                )
                worker = None
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _renew_whenever(self, asked: asyncio.Event) -> None:
        while True:
            await asked.wait()
            asked.clear()
            if await self._renew():
                log.info("workers renewed")
            else:
                log.error("workers not renewed: a new one did not begin, and the others stay as they are")

    async def _renew(self) -> bool:
        """Put a new worker in the place of each, one after the other; False as soon as one does not begin."""
        for number in self._numbers:
            successor = self._start(number)
            if successor is None or not await successor.begins():
                return False
            self._keepers[number].cancel()
            predecessor = self._workers.get(number)
            self._workers[number] = successor
            self._keepers[number] = self._tasks.create_task(self._keep(number, successor))
            if predecessor is not None:
                await predecessor.end()
        return True


def attend(channel: socket.socket) -> Callable[[], None]:
    """What a worker calls once it listens. From now on, it ends in order when its supervisor is gone."""
    threading.Thread(target=_end_with, args=[channel], name="jianyan-supervisor", daemon=True).start()
    return lambda: channel.sendall(BEGUN)


def _end_with(channel: socket.socket) -> None:
    # Nothing is ever sent to a worker: this returns when the other end is closed.
    channel.recv(1)
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(PATIENCE)
    os._exit(1)
