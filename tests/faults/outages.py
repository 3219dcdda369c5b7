"""Rows 3 and 4: PostgreSQL is stopped at once under a running site, and Redis is killed beside two processes.

And once more row 2: that the rig would notice if PostgreSQL confirmed what it then forgets.
"""

from __future__ import annotations

import asyncio

import psycopg
from psycopg import sql

from tests.faults.crowd import Crowd
from tests.faults.hall import Hall
from tests.faults.rig import (
    DAPHNE,
    POSTGRESQL,
    Case,
    Outcome,
    Row,
    Stage,
    compare,
    conclude,
    must_have_found,
    stage,
)
from tests.servers import PostgreSQL, Redis


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


def forgetful(case: Case) -> Outcome:
    """The rig itself: a PostgreSQL that confirms what it has not written yet, stopped. What it has lost must be found.

    The site refuses to start on one, so it is made forgetful under the running site.
    """
    with stage(case) as here:
        hall = here.fill(members=12)
        here.serve()
        return asyncio.run(_forgetful(case, here, hall))


async def _forgetful(case: Case, here: Stage, hall: Hall) -> Outcome:
    found = Outcome()
    database = case.ground.postgresql
    try:
        await asyncio.to_thread(_set, database, synchronous_commit="off", wal_writer_delay="10s")
        async with Crowd([here.servers[0].url], hall, hurried=True) as crowd:
            crowd.begin()
            await crowd.served()
            await crowd.served()
            await asyncio.to_thread(database.stop, at_once=True)
            try:
                await asyncio.to_thread(here.servers[0].kill)
            finally:
                await asyncio.to_thread(database.start)
            compare(crowd, await asyncio.to_thread(here.audit, hall), found)
    finally:
        await asyncio.to_thread(_set, database)
    return must_have_found(found)


def _set(database: PostgreSQL, **settings: str) -> None:
    """Give a running PostgreSQL these settings and no others."""
    with psycopg.connect(database.url, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM RESET ALL")
        for name, value in settings.items():
            connection.execute(
                sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(name), sql.Literal(value))
            )
        connection.execute("SELECT pg_reload_conf()")


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
FORGETFUL = Row(
    2,
    "the rig: PostgreSQL with synchronous_commit off",
    forgetful,
    databases=(POSTGRESQL,),
    servers=(DAPHNE,),
)
REDIS_KILLED = Row(4, "Redis killed and restarted, two processes", redis_killed, seconds=10.0)
