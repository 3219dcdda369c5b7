"""One WebSocket from the client's side, against a server that does as it is told."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.http11 import Request, Response

from jianyan.simulation.connection import Connection

WITHIN = 10.0


async def echo(socket: ServerConnection) -> None:
    """Say everything twice, the second time in two fragments; close with 4408 on `bye`."""
    try:
        async for message in socket:
            if message == "bye":
                await socket.close(4408)
                return
            await socket.send(message)
            await socket.send([message[:1], message[1:]])
    except ConnectionClosed:
        pass


def play(
    act: Callable[[Connection, list[bytes], asyncio.Future[int]], Awaitable[Any]], **options: Any
) -> Any:
    """Connect, act, and give back what `act` returned. It gets the connection, what is received, and the end."""

    async def visit() -> Any:
        async with serve(echo, "127.0.0.1", 0, **options) as server, asyncio.timeout(WITHIN):
            port = server.sockets[0].getsockname()[1]
            received: list[bytes] = []
            over: asyncio.Future[int] = asyncio.get_running_loop().create_future()
            connection = Connection(f"ws://127.0.0.1:{port}/x", {}, received.append, over.set_result)
            await connection.open()
            try:
                return await act(connection, received, over)
            finally:
                connection.abort()

    return asyncio.run(visit())


def test_messages_arrive_whole_also_in_fragments() -> None:
    async def act(connection: Connection, received: list[bytes], over: asyncio.Future[int]) -> list[bytes]:
        connection.send("附议".encode())
        connection.send(b"bye")
        await over
        return received

    assert play(act) == ["附议".encode(), "附议".encode()]


def test_the_servers_close_code_is_told() -> None:
    async def act(connection: Connection, received: list[bytes], over: asyncio.Future[int]) -> int:
        connection.send(b"bye")
        return await over

    assert play(act) == 4408


def test_a_goodbye_is_answered() -> None:
    async def act(connection: Connection, received: list[bytes], over: asyncio.Future[int]) -> int:
        connection.close()
        connection.close()
        return await over

    assert play(act) == 1000


def test_a_goodbye_before_the_upgrade_drops_the_connection() -> None:
    async def visit() -> None:
        asked = asyncio.Event()
        over = asyncio.Event()

        async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            asked.set()
            await over.wait()
            writer.close()

        async with await asyncio.start_server(say_nothing, "127.0.0.1", 0) as server, asyncio.timeout(WITHIN):
            port = server.sockets[0].getsockname()[1]
            connection = Connection(f"ws://127.0.0.1:{port}/", {}, lambda message: None, lambda code: None)
            opening = asyncio.create_task(connection.open())
            await asked.wait()
            connection.close()
            with pytest.raises(ConnectionResetError):
                await opening
            over.set()

    asyncio.run(visit())


def test_given_up_before_the_upgrade_it_is_dropped_without_a_fault() -> None:
    async def visit() -> list[object]:
        asked = asyncio.Event()
        dropped = asyncio.Event()
        faults: list[object] = []
        asyncio.get_running_loop().set_exception_handler(lambda _loop, context: faults.append(context))

        async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            asked.set()
            with contextlib.suppress(ConnectionResetError):
                await reader.read()
            writer.close()
            dropped.set()

        async with await asyncio.start_server(say_nothing, "127.0.0.1", 0) as server, asyncio.timeout(WITHIN):
            port = server.sockets[0].getsockname()[1]
            connection = Connection(f"ws://127.0.0.1:{port}/", {}, lambda message: None, lambda code: None)
            opening = asyncio.create_task(connection.open())
            await asked.wait()
            opening.cancel()
            await dropped.wait()
        return faults

    assert asyncio.run(visit()) == []


def test_after_the_end_nothing_can_be_sent() -> None:
    async def act(connection: Connection, received: list[bytes], over: asyncio.Future[int]) -> int:
        connection.abort()
        code = await over
        with pytest.raises(ConnectionResetError):
            connection.send(b"late")
        connection.close()
        return code

    assert play(act) == 1006


def test_a_server_that_does_not_upgrade_is_an_error() -> None:
    def refuse(connection: ServerConnection, request: Request) -> Response:
        return connection.respond(403, "no")

    async def act(connection: Connection, received: list[bytes], over: asyncio.Future[int]) -> None:
        raise AssertionError

    with pytest.raises(InvalidHandshake):
        play(act, process_request=refuse)


def test_a_server_that_hangs_up_at_once_is_an_error() -> None:
    async def visit() -> None:
        def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.close()

        async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            await Connection(f"ws://127.0.0.1:{port}/", {}, lambda message: None, lambda code: None).open()

    with pytest.raises((ConnectionResetError, InvalidHandshake)):
        asyncio.run(visit())
