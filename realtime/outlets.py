"""Where frames leave: one outlet per socket. Sending never waits; `pending` says that the reader is behind.

The plain outlet works under every ASGI server. Those of realtime/daphne.py and realtime/uvicorn.py go straight to the
server's connection, and let frames come straight from it, too.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import structlog

from .framing import text_frame

log = structlog.get_logger(__name__)

Message = dict[str, Any]
Send = Callable[[Any], Awaitable[None]]
Take = Callable[[bytes], None]
"""Is given the payload of a text frame that has come; whether it is UTF-8 nobody has looked."""

LONGEST_QUEUE = 256
"""Messages that may wait for one reader; whoever asks for more answers than that without reading is cut off."""


class Frame:
    """An encoded frame. It is made once for all its readers, and so is what goes over the wire."""

    __slots__ = ("_text", "_wire", "payload")

    def __init__(self, payload: bytes) -> None:
        self.payload = payload
        self._wire: bytes | None = None
        self._text: str | None = None

    @property
    def text(self) -> str:
        """The frame as ASGI wants it."""
        if self._text is None:
            self._text = self.payload.decode()
        return self._text

    @property
    def wire(self) -> bytes:
        """The frame as the connection wants it."""
        if self._wire is None:
            self._wire = text_frame(self.payload)
        return self._wire


class Outlet(Protocol):
    """The way to one reader."""

    @property
    def pending(self) -> bool:
        """Whether what was sent before has not left yet: send nothing that can wait."""

    def send(self, frame: Frame) -> None:
        """Send, in the order of the calls. After `close` nothing is sent any more."""

    def close(self, code: int) -> None:
        """Close with that code after what was sent before. Twice is once."""

    def read(self, take: Take) -> None:
        """Have text frames that come from now on handed over at once, where the server lets us.

        Whatever is not handed over comes by ASGI's `receive`, after what came before it and before what comes later.
        """


class Connection(ABC):
    """A server's connection that has an outlet of its own; ASGI's `send` is a method of it."""

    @abstractmethod
    def outlet(self) -> Outlet:
        """The way to its reader, once the socket is accepted."""


class PlainOutlet:
    """Over ASGI's `send`: a task runs while messages wait, and none otherwise."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._waiting: deque[Message] = deque()
        self._draining: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def pending(self) -> bool:
        """Whether the server has not taken everything yet."""
        return self._draining is not None

    def send(self, frame: Frame) -> None:
        """Queue the frame."""
        if self._closed:
            return
        if len(self._waiting) >= LONGEST_QUEUE:
            self._waiting.clear()
            self.close(4408)
            return
        self._queue({"type": "websocket.send", "text": frame.text})

    def close(self, code: int) -> None:
        """Queue the end."""
        if not self._closed:
            self._closed = True
            self._queue({"type": "websocket.close", "code": code})

    def read(self, take: Take) -> None:
        """Everything comes by `receive`."""

    def _queue(self, message: Message) -> None:
        self._waiting.append(message)
        if self._draining is None:
            self._draining = asyncio.get_running_loop().create_task(self._drain())

    async def _drain(self) -> None:
        try:
            while self._waiting:
                await self._send(self._waiting.popleft())
        except (OSError, RuntimeError) as gone:
            # The reader has left, and servers differ in how they say so. The disconnect message follows.
            self._closed = True
            self._waiting.clear()
            log.debug("reader left", reason=repr(gone))
        finally:
            self._draining = None
