"""Rows 3 and 4: PostgreSQL is stopped at once under a running site, and Redis is killed beside two processes."""

from __future__ import annotations

import asyncio

from tests.faults.crowd import Crowd
from tests.faults.hall import Hall
from tests.faults.rig import POSTGRESQL, Case, Outcome, Row, Stage, conclude, stage
from tests.servers import Redis


def database_stopped(case: Case) -> Outcome:
    """Stop PostgreSQL as a failing machine does, again and again; everybody is told to try again until it is back."""
    with stage(case) as here:
        hall = here.fill(members=case.pick(short=12, long=60))
        here.serve()
        return asyncio.run(_database_stopped(case, here, hall))


async def _database_stopped(case: Case, here: Stage, hall: Hall) -> Outcome:
    outcome = Outcome()
    loop = asyncio.get_running_loop()
    database = case.ground.postgresql
    async with Crowd([here.servers[0].url], hall, hurried=not case.long) as crowd:
        crowd.begin()
        for _time in range(case.pick(short=1, long=4)):
            await crowd.served()
            await asyncio.sleep(case.pick(short=0, long=4))
            await asyncio.to_thread(database.stop, at_once=True)
            stopped = loop.time()
            enough = crowd.refused["try_again"] + len(crowd.members)
            try:
                await crowd.refusals("try_again", enough)
                await asyncio.sleep(case.pick(short=0, long=4))
                if any(member.granted > stopped for member in crowd.members):
                    outcome.faults.append("something was acknowledged while there was no database")
            finally:
                await asyncio.to_thread(database.start)
            outcome.recovery.append(await crowd.served())
        await conclude(here, crowd, outcome)
    return outcome


def redis_killed(case: Case) -> Outcome:
    """Kill the Redis between two processes and start it again: votes go on, and everybody sees them."""
    with stage(case, redis=True) as here:
        hall = here.fill(members=case.pick(short=10, long=40))
        assert here.redis is not None
        here.serve()
        here.serve()
        return asyncio.run(_redis_killed(case, here, hall, here.redis))


async def _redis_killed(case: Case, here: Stage, hall: Hall, redis: Redis) -> Outcome:
    outcome = Outcome()
    sites = [server.url for server in here.servers]
    async with Crowd(sites, hall, hurried=not case.long) as crowd:
        for _time in range(case.pick(short=1, long=3)):
            for change in (redis.kill, redis.start):
                crowd.begin()
                await crowd.served()
                await asyncio.to_thread(change)
                # Votes are acknowledged without it, …
                outcome.recovery.append(await crowd.served())
                await asyncio.sleep(case.pick(short=0, long=4))
                await crowd.calm()
                # … and those at the other process see them.
                seconds, differences = await crowd.agree()
                outcome.recovery.append(seconds)
                outcome.faults += differences
        await conclude(here, crowd, outcome)
    return outcome


DATABASE_STOPPED = Row(
    3, "PostgreSQL stopped at once in a storm", database_stopped, seconds=5.0, databases=(POSTGRESQL,)
)
REDIS_KILLED = Row(4, "Redis killed and restarted, two processes", redis_killed, seconds=10.0)
