"""Row 14: two processes take votes on the same suggestion, some of them by the same member on two devices at once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import replace

from tests.faults.crowd import Crowd, Wished
from tests.faults.hall import Audit, Hall
from tests.faults.invariants import possible_ends
from tests.faults.rig import POSTGRESQL, Case, Outcome, Row, Stage, compare, stage


def met(case: Case) -> Outcome:
    """One suggestion, two processes; half of the members vote at one, the other half at both."""
    with stage(case, redis=True) as here:
        hall = here.fill(members=case.pick(short=8, long=60), suggestions=1)
        here.serve()
        here.serve()
        return asyncio.run(_met(case, here, hall))


async def _met(case: Case, here: Stage, hall: Hall) -> Outcome:
    outcome = Outcome()
    sites = [server.url for server in here.servers]
    half = len(hall.members) // 2
    plain = replace(hall, members=hall.members[:half])
    double = replace(hall, members=hall.members[half:])
    async with AsyncExitStack() as stack:
        crowds = [
            await stack.enter_async_context(
                Crowd(at, who, rate=8.0, seed=seed, targets=hall.suggestions, hurried=not case.long)
            )
            for seed, (at, who) in enumerate(
                ((sites, plain), (sites, double), (sites[::-1], double)), start=1
            )
        ]
        for crowd in crowds:
            crowd.begin()
        await asyncio.gather(*(crowd.served() for crowd in crowds))
        await asyncio.sleep(case.pick(short=1, long=30))
        for crowd in crowds:
            await crowd.calm()
        found = here.audit(hall)
        compare(crowds[0], found, outcome)
        outcome.faults += _two_devices(crowds[1:], found)
        outcome.acknowledged = sum(crowd.acknowledged for crowd in crowds)
        for crowd in crowds:
            seconds, differences = await crowd.agree()
            outcome.recovery.append(seconds)
            outcome.faults += differences
    return outcome


def _two_devices(crowds: Sequence[Crowd], found: Audit) -> list[str]:
    """Nobody knows which device was last, but it was one of the two: what stands is the last word of either."""
    stored = {(suggestion, voter): choice for suggestion, voter, choice in found.votes}
    faults = []
    for key in crowds[0].wishes.keys() | crowds[1].wishes.keys():
        lines: list[Sequence[Wished]] = [crowd.wishes[key] for crowd in crowds if key in crowd.wishes]
        ends = set().union(*(possible_ends(line) for line in lines))
        if stored.get(key) not in ends:
            faults.append(f"A: {key} is {stored.get(key)}, and the last words of its two devices were {ends}")
    return faults


MET = Row(14, "two processes vote on the same suggestion", met, databases=(POSTGRESQL,))
