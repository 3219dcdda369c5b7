"""Rows 1 and 2: web processes that are killed in a storm of votes, and a build that answers too early."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence

import psutil

from tests.faults.crowd import Crowd, until
from tests.faults.hall import Hall
from tests.faults.rig import Case, Outcome, Row, Server, Stage, compare, conclude, must_have_found, stage


def killed(case: Case) -> Outcome:
    """Kill the only process again and again in the middle of a storm, and start it again at once."""
    with stage(case) as here:
        hall = here.fill(members=case.pick(short=12, long=60))
        return asyncio.run(_killed(case, here, hall, here.serve()))


async def _killed(case: Case, here: Stage, hall: Hall, server: Server) -> Outcome:
    outcome = Outcome()
    loop = asyncio.get_running_loop()
    async with Crowd([server.url], hall, hurried=not case.long) as crowd:
        crowd.begin()
        for _time in range(case.pick(short=1, long=4)):
            await crowd.served()
            await asyncio.sleep(case.pick(short=0, long=5))
            before, began = crowd.connections(), loop.time()
            await asyncio.to_thread(server.kill)
            await asyncio.to_thread(server.start)
            started = loop.time() - began
            await crowd.back(before)
            outcome.recovery.append(loop.time() - began)
            outcome.notes.append(
                f"it listened after {started:.1f} s; all back after {loop.time() - began:.1f} s"
            )
        await crowd.served()
        await conclude(here, crowd, outcome)
    return outcome


def worker_killed(case: Case) -> Outcome:
    """Kill one of two workers again and again; the other goes on, and the supervisor begins a new one."""
    with stage(case, redis=True) as here:
        hall = here.fill(members=case.pick(short=12, long=60))
        return asyncio.run(_worker_killed(case, here, hall, here.serve("--workers", "2")))


async def _worker_killed(case: Case, here: Stage, hall: Hall, server: Server) -> Outcome:
    outcome = Outcome()
    supervisor = psutil.Process(server.site.process.pid)
    async with Crowd([server.url], hall, hurried=not case.long) as crowd:
        crowd.begin()
        for _time in range(case.pick(short=1, long=4)):
            await crowd.served()
            await asyncio.sleep(case.pick(short=0, long=5))
            workers = supervisor.children()
            random.choice(workers).kill()
            outcome.recovery.append(await crowd.served())
            await _replaced(supervisor, workers)
        await conclude(here, crowd, outcome)
    return outcome


async def _replaced(supervisor: psutil.Process, workers: Sequence[psutil.Process]) -> None:
    """Wait until there are as many workers as before, and not the same."""

    def replaced() -> bool:
        now = supervisor.children()
        return len(now) == len(workers) and set(now) != set(workers)

    await until(replaced, "another worker has been begun")


def answered_early(case: Case) -> Outcome:
    """The rig itself: a build that acknowledges before it commits, killed. What it has lost must be found."""
    with stage(case) as here:
        hall = here.fill(members=12)
        server = here.serve(module="tests.faults.early_ack")
        return asyncio.run(_answered_early(here, hall, server))


async def _answered_early(here: Stage, hall: Hall, server: Server) -> Outcome:
    found = Outcome()
    async with Crowd([server.url], hall) as crowd:
        crowd.begin()
        await crowd.served()
        await asyncio.to_thread(server.kill)
        compare(crowd, await asyncio.to_thread(here.audit, hall), found)
    return must_have_found(found)


KILLED = Row(1, "kill -9 of a web process in a storm", killed, seconds=10.0)
WORKER_KILLED = Row(1, "kill -9 of one of two workers in a storm", worker_killed, seconds=10.0)
ANSWERED_EARLY = Row(2, "the rig: a build that acknowledges before the commit", answered_early)
