"""A network between clients and server that does as it is told: pause, delay, and lose connections at either end.

async with Proxy(server.port) as proxy:
    …  clients at proxy.url …
    proxy.pause()      # nothing passes any more, and nobody is told: connections are half-open
    proxy.resume()     # what waited passes on, late
    proxy.delay = 0.3  # seconds for every piece, in either direction
    proxy.hang_up()    # the server's ends are closed; the clients are not told while it is paused
    proxy.drop()       # every connection is reset at both ends
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

PIECE = 65_536
"""Bytes taken at once; what is behind it waits in the kernel's buffers, and then at the sender."""


@dataclass(frozen=True, eq=False)
class Link:
    """One connection: its end towards the client and its end towards the server."""

    client: asyncio.StreamWriter
    server: asyncio.StreamWriter


class Proxy:
    """Listens on a port of 127.0.0.1 and passes TCP on to another one. Runs on the event loop it is entered in."""

    def __init__(self, target: int) -> None:
        self.target = target
        self._links: set[Link] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._open = asyncio.Event()
        self._open.set()
        self._server: asyncio.Server | None = None
        self.delay = 0.0
        self.port = 0

    @property
    def url(self) -> str:
        """`http://127.0.0.1:<port>`."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def connections(self) -> int:
        """How many pass through it."""
        return len(self._links)

    async def __aenter__(self) -> Self:
        """Begin to listen."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End everything."""
        assert self._server is not None
        self._server.close()
        self.drop()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def pause(self) -> None:
        """Let nothing pass: neither bytes nor ends of connections, in either direction."""
        self._open.clear()

    def resume(self) -> None:
        """Let everything pass again, beginning with what has waited."""
        self._open.set()

    def strand(self) -> None:
        """Forget what is paused, as a gateway does that has restarted; from now on new connections pass."""
        self._open = asyncio.Event()
        self._open.set()

    def hang_up(self) -> None:
        """Reset every connection towards the server."""
        for link in self._links:
            link.server.transport.abort()

    def drop(self) -> None:
        """Reset every connection at both ends, whether paused or not."""
        for link in tuple(self._links):
            link.client.transport.abort()
            link.server.transport.abort()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._carry(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        gate = self._open
        await gate.wait()
        try:
            answers, server = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            # Nobody listens there: whoever connects to us is told as if we did not.
            writer.transport.abort()
            return
        link = Link(writer, server)
        self._links.add(link)
        try:
            await asyncio.gather(self._pass(reader, server, gate), self._pass(answers, writer, gate))
        finally:
            self._links.discard(link)
            writer.transport.abort()
            server.transport.abort()

    async def _pass(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, gate: asyncio.Event
    ) -> None:
        """One direction, until its sender ends or either end is lost; then the other end is closed as well."""
        while piece := await self._received(reader.read(PIECE)):
            await gate.wait()
            if self.delay:
                await asyncio.sleep(self.delay)
            writer.write(piece)
            if not await self._sent(writer.drain()):
                break
        await gate.wait()
        writer.close()

    async def _received(self, reading: Awaitable[bytes]) -> bytes:
        try:
            return await reading
        except ConnectionError:
            return b""

    async def _sent(self, draining: Awaitable[None]) -> bool:
        try:
            await draining
        except ConnectionError:
            return False
        return True
