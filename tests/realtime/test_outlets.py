"""The outlet that works under every ASGI server: in order, never waiting, and no memory without end."""

from __future__ import annotations

import asyncio
from typing import Any

from realtime.outlets import LONGEST_QUEUE, Frame, PlainOutlet


class Server:
    """What ASGI's `send` leads to: takes a message whenever the test lets it; `gone`: the reader has left."""

    def __init__(self, *, open_for: int = 1_000_000) -> None:
        self.taken: list[dict[str, Any]] = []
        self.room = asyncio.Semaphore(open_for)
        self.gone: Exception | None = None

    async def send(self, message: dict[str, Any]) -> None:
        await self.room.acquire()
        if self.gone is not None:
            raise self.gone
        self.taken.append(message)


async def settle() -> None:
    """Let everything run that can."""
    for _turn in range(LONGEST_QUEUE * 3):
        await asyncio.sleep(0)


def texts(server: Server) -> list[str]:
    return [message["text"] for message in server.taken if message["type"] == "websocket.send"]


async def test_frames_leave_in_order_and_the_close_comes_last() -> None:
    server = Server()
    outlet = PlainOutlet(server.send)
    for number in range(3):
        outlet.send(Frame(str(number).encode()))
    outlet.close(4403)
    outlet.close(1000)
    outlet.send(Frame(b"late"))
    await settle()
    assert texts(server) == ["0", "1", "2"]
    assert server.taken[-1] == {"type": "websocket.close", "code": 4403}
    assert len(server.taken) == 4


async def test_it_is_pending_until_the_server_has_taken_everything() -> None:
    server = Server(open_for=0)
    outlet = PlainOutlet(server.send)
    pending = [outlet.pending]
    outlet.send(Frame(b"1"))
    await settle()
    pending.append(outlet.pending)
    server.room.release()
    await settle()
    pending.append(outlet.pending)
    assert pending == [False, True, False]
    assert texts(server) == ["1"]


async def test_a_reader_who_takes_nothing_is_cut_off_and_nothing_is_kept_for_them() -> None:
    server = Server(open_for=0)
    outlet = PlainOutlet(server.send)
    for number in range(LONGEST_QUEUE + 10):
        outlet.send(Frame(str(number).encode()))
    for _turn in range(LONGEST_QUEUE):
        server.room.release()
    await settle()
    assert server.taken[-1] == {"type": "websocket.close", "code": 4408}
    assert len(texts(server)) <= 1


async def test_a_reader_who_has_left_is_no_fault() -> None:
    server = Server(open_for=0)
    server.gone = RuntimeError("Unexpected ASGI message 'websocket.send', after sending 'websocket.close'.")
    outlet = PlainOutlet(server.send)
    outlet.send(Frame(b"1"))
    outlet.send(Frame(b"2"))
    server.room.release()
    await settle()
    outlet.send(Frame(b"3"))
    await settle()
    assert not outlet.pending
    assert server.taken == []
