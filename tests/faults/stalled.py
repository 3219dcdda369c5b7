"""Row 7: readers who never read, beside a crowd that does."""

from __future__ import annotations

import asyncio
import base64
import os
import socket
from collections.abc import AsyncIterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager

import psutil
from websockets.frames import Frame, Opcode

from jianyan.simulation.measures import percentile
from tests.faults.crowd import Crowd, Stalled
from tests.faults.hall import Hall
from tests.faults.rig import Case, Outcome, Row, Server, Stage, conclude, stage

MEGABYTE = 1_000_000
GROWTH = 20 * MEGABYTE
"""Bytes that a server may grow by."""
SMALLEST_BUFFER = 2048
READERS = 50
TALK = 2.0
"""Seconds between two questions of those who ask and do not read the answers."""
PATIENCE = 60.0
LOOK = 0.25


def stalled(case: Case) -> Outcome:
    """Fifty readers come, half of them ask for the whole topic again and again, and none ever reads."""
    with stage(case) as here:
        hall = here.fill(members=case.pick(short=8, long=40), suggestions=case.pick(short=100, long=500))
        return asyncio.run(_stalled(case, here, hall, here.serve()))


async def _stalled(case: Case, here: Stage, hall: Hall, server: Server) -> Outcome:
    outcome = Outcome()
    loop = asyncio.get_running_loop()
    process = psutil.Process(server.site.process.pid)
    async with Crowd([server.url], hall, rate=case.pick(short=4, long=6)) as crowd:
        crowd.begin()
        # A server grows while it serves its first crowd, whoever reads.
        await crowd.served()
        await asyncio.sleep(case.pick(short=1, long=15))
        before = peak = process.memory_full_info().uss
        began = loop.time()
        async with never_reading(server, hall.topic) as readers:
            await _counted(crowd, len(crowd.members) + len(readers))
            ports = {reader.getsockname()[1] for reader in readers}
            while crowd.members[0].device.view.people["here"] > len(crowd.members) or _held(process, ports):
                if loop.time() - began > PATIENCE:
                    outcome.faults.append(f"still there after {PATIENCE:.0f} s")
                    break
                peak = max(peak, process.memory_full_info().uss)
                await asyncio.sleep(LOOK)
            gone = loop.time() - began
        waited = [
            one.answer.seconds
            for one in crowd.everything()
            if one.answer is not None and one.answer.accepted and one.made > began
        ]
        outcome.recovery.append(percentile(waited, 0.95))
        grown = peak - before
        outcome.notes.append(
            f"grown by {grown / MEGABYTE:.1f} MB; all gone after {gone:.1f} s; p95 of {len(waited)} healthy answers "
            f"{outcome.recovery[0] * 1000:.0f} ms"
        )
        if grown > GROWTH:
            outcome.faults.append(f"the server has grown by {grown / MEGABYTE:.1f} MB")
        await conclude(here, crowd, outcome)
    return outcome


def _held(process: psutil.Process, ports: AbstractSet[int]) -> int:
    """How many connections from these ports the process has open."""
    return sum(bool(one.raddr) and one.raddr.port in ports for one in process.net_connections("tcp"))


async def _counted(crowd: Crowd, here: int) -> None:
    """Wait until so many are here."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    while crowd.members[0].device.view.people["here"] < here:
        if loop.time() - began > PATIENCE:
            raise Stalled("the readers are not counted as here")
        await asyncio.sleep(LOOK)


@asynccontextmanager
async def never_reading(server: Server, topic: int) -> AsyncIterator[Sequence[socket.socket]]:
    """Sockets on the topic whose owners never read, half of whom ask."""
    readers = await asyncio.to_thread(lambda: [_open(server.port, topic) for _reader in range(READERS)])
    asking = asyncio.create_task(_ask(readers[::2]))
    try:
        yield readers
    finally:
        asking.cancel()
        await asyncio.wait([asking])
        for reader in readers:
            reader.close()


def _open(port: int, topic: int) -> socket.socket:
    reader = socket.socket()
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALLEST_BUFFER)
    reader.connect(("127.0.0.1", port))
    lines = (
        f"GET /ws/topics/{topic}/ HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        f"Origin: http://127.0.0.1:{port}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
    )
    reader.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
    reader.setblocking(False)
    return reader


async def _ask(readers: Sequence[socket.socket]) -> None:
    """Ask for everything, for ever; who has been cut off is left."""
    question = b'{"type":"resync","revision":0}'
    asking = set(readers)
    while asking:
        await asyncio.sleep(TALK)
        for reader in tuple(asking):
            try:
                reader.send(Frame(Opcode.TEXT, question).serialize(mask=True))
            except OSError:
                asking.discard(reader)


STALLED = Row(7, "fifty readers that never read (p95 of the others)", stalled, seconds=1.0)
