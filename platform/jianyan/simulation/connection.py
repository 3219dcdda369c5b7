"""One WebSocket, seen from the client: text frames out, whole text messages in, and a close code at the end.

The protocol itself is the `websockets` library's without its own tasks and queues: with hundreds of sockets in one
process those would cost more than the server under test.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Mapping
from typing import cast
from urllib.parse import urlsplit

from websockets.client import ClientProtocol
from websockets.exceptions import InvalidHandshake
from websockets.frames import Frame, Opcode
from websockets.http11 import Response
from websockets.protocol import State
from websockets.typing import Origin
from websockets.uri import parse_uri

Receive = Callable[[bytes], None]
Ended = Callable[[int], None]

CONNECT_SECONDS = 30.0
# RFC 6455: the connection was lost without a close frame.
ABNORMAL = 1006


class Connection(asyncio.Protocol):
    """A WebSocket to `url` (ws or wss), once `open` has returned. Make it in a running event loop.

    `receive` gets each text message as bytes, the first perhaps before `open` returns; `ended` the close code, once.
    """

    def __init__(self, url: str, headers: Mapping[str, str], receive: Receive, ended: Ended) -> None:
        parts = urlsplit(url)
        origin = f"{'https' if parts.scheme == 'wss' else 'http'}://{parts.netloc}"
        self._url = parts
        self._protocol = ClientProtocol(parse_uri(url), origin=Origin(origin), max_size=None)
        self._headers = headers
        self._receive = receive
        self._ended = ended
        self._message = b""
        self._transport: asyncio.Transport | None = None
        self._dropped = False
        self._accepted: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def open(self) -> None:
        """Connect. Raises OSError, or InvalidHandshake where the server does not upgrade."""
        secure = self._url.scheme == "wss"
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await asyncio.get_running_loop().create_connection(
                    lambda: self,
                    self._url.hostname or "",
                    self._url.port or (443 if secure else 80),
                    ssl=ssl.create_default_context() if secure else None,
                )
                await self._accepted
        except (OSError, InvalidHandshake, asyncio.CancelledError):
            self.abort()
            raise

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the upgrade."""
        self._transport = cast(asyncio.Transport, transport)
        if self._dropped:
            self._transport.abort()
            return
        request = self._protocol.connect()
        request.headers.update(self._headers)
        self._protocol.send_request(request)
        self._flush()

    def data_received(self, data: bytes) -> None:
        """Hand on what is complete; answer pings and closes."""
        self._protocol.receive_data(data)
        self._handle_events()
        self._flush()

    def eof_received(self) -> None:
        """The server has said all it will."""
        self._protocol.receive_eof()
        self._handle_events()
        self._flush()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - as asyncio calls it
        """Tell the owner how it ended."""
        if self._accepted.cancelled():
            return  # whoever opened it has given up: there is nobody to tell
        if not self._accepted.done():
            self._accepted.set_exception(ConnectionResetError("closed before the WebSocket was accepted"))
        elif self._accepted.exception() is None:
            if self._protocol.state is not State.CLOSED:
                self._protocol.receive_eof()  # reset, perhaps after a close frame, whose code stands
            code = self._protocol.close_code
            self._ended(ABNORMAL if code is None else code)

    def send(self, message: bytes) -> None:
        """Send one text message. Raises ConnectionResetError where the connection is over or closing."""
        if self._transport is None or self._transport.is_closing() or self._protocol.close_expected():
            raise ConnectionResetError
        self._protocol.send_text(message)
        self._flush()

    def close(self) -> None:
        """Say goodbye; `ended` follows once the server has answered or hung up. Not yet open, it is dropped."""
        if self._protocol.state is State.CONNECTING:
            self.abort()  # there is no WebSocket yet to say goodbye on
            return
        if self._transport is None or self._transport.is_closing() or self._protocol.close_expected():
            return
        self._protocol.send_close(1000)
        self._flush()

    def abort(self) -> None:
        """Drop the connection without a word, as a lost network does; one that is not there yet when it comes."""
        self._dropped = True
        if self._transport is not None:
            self._transport.abort()

    def _handle_events(self) -> None:
        for event in self._protocol.events_received():
            if isinstance(event, Response):
                self._handle_response()
            elif isinstance(event, Frame):
                self._handle_frame(event)

    def _handle_response(self) -> None:
        if self._accepted.done():
            return
        refusal = self._protocol.handshake_exc
        if refusal is None:
            self._accepted.set_result(None)
        else:
            self._accepted.set_exception(refusal)

    def _handle_frame(self, frame: Frame) -> None:
        if frame.opcode in (Opcode.TEXT, Opcode.CONT):
            self._message += bytes(frame.data)
            if frame.fin:
                message, self._message = self._message, b""
                self._receive(message)

    def _flush(self) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        for data in self._protocol.data_to_send():
            if data:
                self._transport.write(data)
            elif self._transport.can_write_eof():
                self._transport.write_eof()
        if self._protocol.state is State.CLOSED:
            self._transport.close()
