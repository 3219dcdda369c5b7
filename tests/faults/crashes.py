"""Rows 1 and 2: web processes that are killed in a storm of votes, and a build that answers too early."""

from __future__ import annotations

import asyncio

from tests.faults.crowd import Crowd
from tests.faults.hall import Hall
from tests.faults.rig import Case, Outcome, Row, Server, Stage, compare, conclude, stage


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
    if found.lost:
        return Outcome(
            acknowledged=found.acknowledged,
            refused=found.refused,
            notes=[f"the rig found {len(found.lost)} lost, as it must: {found.lost[0]}"],
        )
    return Outcome(
        acknowledged=found.acknowledged,
        refused=found.refused,
        faults=["a build that acknowledges before it commits was killed, and the rig found nothing lost"],
    )


KILLED = Row(1, "kill -9 of a web process in a storm", killed, seconds=10.0)
ANSWERED_EARLY = Row(2, "the rig: a build that acknowledges before the commit", answered_early)
