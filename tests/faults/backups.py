"""Row 17: a backup that is made in a storm, and restored elsewhere: consistent, and whatever was acknowledged is in it."""

from __future__ import annotations

import asyncio
import math
import os
from dataclasses import replace
from pathlib import Path

from tests.faults.crowd import Crowd
from tests.faults.hall import Audit, Hall
from tests.faults.invariants import judge_copy
from tests.faults.rig import POSTGRESQL, Case, Outcome, Row, Stage, conclude, stage
from tests.processes import NotReady
from tests.servers import run_jianyan


def backed_up(case: Case) -> Outcome:
    """`jianyan backup` while everybody votes, `jianyan restore` into another database, a site on that one."""
    with stage(case) as here:
        hall = here.fill(members=case.pick(short=12, long=60))
        here.serve()
        return asyncio.run(_backed_up(case, here, hall))


async def _backed_up(case: Case, here: Stage, hall: Hall) -> Outcome:
    outcome = Outcome()
    loop = asyncio.get_running_loop()
    async with Crowd([here.servers[0].url], hall, hurried=not case.long) as crowd:
        crowd.begin()
        for number in range(case.pick(short=1, long=4)):
            await crowd.served()
            await asyncio.sleep(case.pick(short=0, long=4))
            began, copy = loop.time(), case.directory / f"backup-{number}"
            await asyncio.to_thread(_run, here, "backup", str(copy))
            # The storm goes on beside the restored copy.
            await crowd.served()
            found, faults = await asyncio.to_thread(_restored, case, hall, copy)
            outcome.faults += [*judge_copy(crowd, found, before=began), *faults]
        await conclude(here, crowd, outcome)
    return outcome


def _restored(case: Case, hall: Hall, copy: Path) -> tuple[Audit, list[str]]:
    """The copy as a database again, and in the long form what is wrong with a site on it."""
    elsewhere = replace(case, directory=case.directory / f"{copy.name}-restored")
    with stage(elsewhere) as there:
        _run(there, "restore", str(copy), "--yes")
        found = there.audit(hall)
        return found, asyncio.run(_used(there, hall)) if case.long else []


async def _used(there: Stage, hall: Hall) -> list[str]:
    """Members vote on the restored site as if nothing had been."""
    server = there.serve()
    async with Crowd([server.url], hall, seed=2) as crowd:
        crowd.begin()
        await crowd.served()
        await crowd.calm()
        found = await asyncio.to_thread(there.audit, hall)
        _seconds, differences = await crowd.agree()
        return [*judge_copy(crowd, found, before=math.inf), *differences]


def _run(here: Stage, *arguments: str) -> None:
    # The tools of the PostgreSQL that runs, wherever the machine keeps them.
    binaries = here.case.ground.postgresql.binaries if here.case.database == POSTGRESQL else None
    path = os.pathsep.join([*([str(binaries)] if binaries is not None else []), os.environ["PATH"]])
    done = run_jianyan(*arguments, environment={**here.environment, "PATH": path})
    if done.returncode:
        raise NotReady(f"jianyan {arguments[0]}: {done.stderr}")


BACKED_UP = Row(17, "backup in a storm, restored elsewhere", backed_up, servers=("daphne",))
