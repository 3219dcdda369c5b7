"""Row 5: hints between processes that are lost, come twice, or come in another order."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from pathlib import Path

from tests.faults.crowd import Crowd
from tests.faults.hall import Hall
from tests.faults.rig import Case, Outcome, Row, Stage, compare, stage


def lossy(case: Case) -> Outcome:
    """Two processes that hear little of each other: both crowds see the same, soon after each storm."""
    with stage(case, redis=True) as here:
        hall = here.fill(members=case.pick(short=10, long=60))
        servers = [here.serve(module="tests.faults.lossy_hints") for _process in range(2)]
        outcome = asyncio.run(_lossy(case, here, hall))
        fates: Counter[str] = Counter()
        for server in servers:
            server.stop()
            told = Path(server.site.environment["JIANYAN_VAR"]) / "hints.json"
            fates.update(json.loads(told.read_text("utf-8")))
    if not fates["is lost"]:
        outcome.faults.append("no hint was lost: nothing was shown")
    outcome.notes.append(f"hints: {dict(fates)}")
    return outcome


async def _lossy(case: Case, here: Stage, hall: Hall) -> Outcome:
    outcome = Outcome()
    async with Crowd([server.url for server in here.servers], hall, hurried=not case.long) as crowd:
        for _storm in range(case.pick(short=1, long=6)):
            crowd.begin()
            await crowd.served()
            await asyncio.sleep(case.pick(short=1, long=5))
            await crowd.calm()
            seconds, differences = await crowd.agree()
            outcome.recovery.append(seconds)
            outcome.faults += differences
        compare(crowd, await asyncio.to_thread(here.audit, hall), outcome)
    return outcome


LOSSY = Row(5, "hints lost, doubled and reordered, two processes", lossy, seconds=5.0)
