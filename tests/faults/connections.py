"""Rows 8, 9 and 10: connections that are half-open, phones that were asleep, and everybody at once."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from enum import Enum
from pathlib import Path

from tests.faults.browsing import phone
from tests.faults.crowd import Crowd, until
from tests.faults.hall import Hall
from tests.faults.proxy import Proxy
from tests.faults.rig import Case, Outcome, Row, Server, Stage, conclude, stage
from tests.faults.shifted_clock import HOUR, set_clock

GONE = 17.0
"""Seconds after which a server must have noticed: its pings' interval and patience, and a moment."""


def half_open(case: Case) -> Outcome:
    """The network of half the crowd dies without a word: the server gives them up, and they give up the server.

    In the same moment the server's clock is set back by an hour, which makes no second longer.
    """
    with stage(case) as here:
        hall = here.fill(members=case.pick(short=6, long=20))
        server = here.serve(module="tests.faults.shifted_clock")
        return asyncio.run(_half_open(case, here, hall, server))


async def _half_open(case: Case, here: Stage, hall: Hall, server: Server) -> Outcome:
    outcome = Outcome()
    loop = asyncio.get_running_loop()
    directory = Path(server.site.environment["JIANYAN_VAR"])
    async with AsyncExitStack() as open_, Proxy(server.port) as proxy:
        if case.long:
            page = await open_.enter_async_context(phone(proxy.url, hall, hall.moderator))
            await page.live()
        crowd = await open_.enter_async_context(Crowd([server.url, proxy.url], hall))
        healthy, cut = crowd.members[::2], crowd.members[1::2]
        crowd.begin()
        await crowd.served()
        began = loop.time()
        before = {one: one.device.connections for one in cut}
        proxy.pause()
        set_clock(directory, -HOUR)
        await until(
            lambda: all(one.device.view.people["here"] == len(healthy) for one in healthy),
            "those who cannot be reached are not counted as here",
        )
        gone = loop.time() - began
        set_clock(directory, 0)
        outcome.notes.append(f"gone from the server after {gone:.1f} s")
        if case.long:
            if gone > GONE:
                outcome.faults.append(f"the server noticed after {gone:.1f} s only")
            await until(lambda: not any(one.device.welcomed.is_set() for one in cut), "the cut off notice")
            await page.lost()
            outcome.recovery.append(loop.time() - began)
            proxy.strand()
        else:
            # The suite does not wait for the clients' twenty seconds.
            proxy.drop()
            proxy.resume()
        await until(
            lambda: all(one.device.welcomed.is_set() and one.device.connections > before[one] for one in cut),
            "the cut off are back",
        )
        await crowd.served()
        await conclude(here, crowd, outcome)
    return outcome


class Way(Enum):
    """How the connection of a phone fares while it is asleep."""

    TOLD = "told that the old connection has ended"
    UNTOLD = "with an old connection that is dead"
    TRYING = "with a new connection that is dead before it is open"


WAYS = tuple(Way)


def asleep(case: Case) -> Outcome:
    """A phone sleeps while others vote; when it wakes its connection is dead, and it shows what everybody sees."""
    with stage(case) as here:
        hall = here.fill(members=case.pick(short=6, long=20))
        return asyncio.run(_asleep(case, here, hall, here.serve()))


async def _asleep(case: Case, here: Stage, hall: Hall, server: Server) -> Outcome:
    outcome = Outcome()
    loop = asyncio.get_running_loop()
    sleeper, *others = hall.members
    crowd = Crowd([server.url], replace(hall, members=tuple(others)), hurried=not case.long)
    async with Proxy(server.port) as proxy, phone(proxy.url, hall, sleeper) as device, crowd:
        await device.live()
        for way in WAYS if case.long else WAYS[1:]:
            proxy.pause()
            if way is Way.TRYING:
                await device.tries_again()
            await device.sleep()
            if not case.long:
                # The suite does not wait until the server gives up by itself.
                proxy.hang_up()
            crowd.begin()
            await crowd.served()
            await asyncio.sleep(case.pick(short=0, long=120))
            await crowd.calm()
            sight = await crowd.fresh(server.url)
            began = loop.time()
            if way is Way.TOLD:
                proxy.resume()
            else:
                proxy.strand()
            await device.wake()
            await device.catches_up(sight)
            outcome.recovery.append(loop.time() - began)
            outcome.notes.append(f"up to date after {outcome.recovery[-1]:.1f} s, {way.value}")
            await device.live()
        await conclude(here, crowd, outcome)
    return outcome


def at_once(case: Case) -> Outcome:
    """Everybody loses the connection at once, first alone, then with the server: everybody is back, at the first try."""
    with stage(case) as here:
        hall = here.fill(members=case.pick(short=30, long=300))
        return asyncio.run(_at_once(here, hall, here.serve()))


async def _at_once(here: Stage, hall: Hall, server: Server) -> Outcome:
    outcome = Outcome()
    loop = asyncio.get_running_loop()
    async with Crowd([server.url], hall, rate=0.5) as crowd:
        crowd.begin()
        await crowd.served()
        before = crowd.connections()
        for member in crowd.members:
            member.device.drop()
        outcome.recovery.append(await crowd.back(before))
        failed = sum(now - then - 1 for now, then in zip(crowd.connections(), before, strict=True))
        if failed:
            outcome.faults.append(f"{failed} connections were made and lost again")
        before, began = crowd.connections(), loop.time()
        await asyncio.to_thread(server.kill)
        await asyncio.to_thread(server.start)
        await crowd.back(before)
        outcome.recovery.append(loop.time() - began)
        outcome.notes.append(
            f"all back after {outcome.recovery[0]:.1f} s, and {outcome.recovery[1]:.1f} s after a kill"
        )
        await crowd.served()
        await conclude(here, crowd, outcome)
    return outcome


HALF_OPEN = Row(8, "half-open connections", half_open, seconds=20.5)
ASLEEP = Row(9, "a phone asleep for minutes, then awake", asleep, seconds=3.0)
AT_ONCE = Row(10, "everybody reconnects at once", at_once, seconds=15.0)
