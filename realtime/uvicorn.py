"""What is known of uvicorn beyond ASGI, and only here. Elsewhere the plain outlet serves.

Why it is worth it:
- ASGI's `receive` is a queue; before each message of it uvicorn stops reading from the connection and then begins
  again, two system calls each. A vote is handed over as it comes instead.
- A broadcast frame is framed once and written to every connection.
- uvicorn's `send` waits for a reader who is behind; the outlet says that he is, and nobody waits.
- A reader who takes nothing any more is cut off. uvicorn would wait for him to take what is in his buffer.
"""

from __future__ import annotations

import asyncio

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import OPEN

from .framing import read_texts
from .outlets import Connection, Frame, Take

FAREWELL = 5.0
"""Seconds that a reader has to take what was sent and to answer our close frame."""
LAST_WORD = 1.0
"""Seconds that the close frame has to leave for a reader who has not answered for long."""


class TopicProtocol(WebSocketsSansIOProtocol, Connection):
    """One connection. Give it to uvicorn as `ws`."""

    take: Take | None = None

    def data_received(self, data: bytes) -> None:
        """Hand over the text frames that are whole; uvicorn reads the rest."""
        take = self.take
        if take is not None and self._between_frames():
            payloads, data = read_texts(data)
            for payload in payloads:
                take(payload)
            if not data:
                return
        super().data_received(data)

    def _between_frames(self) -> bool:
        """Whether nothing is half read, nothing waits to be received, and the connection is open."""
        conn = self.conn
        return (
            conn.state is OPEN
            and not conn.reader.buffer
            and conn.current_size is None
            and not self.frames
            and self.queue.empty()
        )

    def keepalive_timeout(self) -> None:
        """Nobody has answered for long. The close frame may leave; what was not taken by then never will be."""
        super().keepalive_timeout()
        self.loop.call_later(LAST_WORD, self.transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing more comes."""
        self.take = None
        super().connection_lost(exc)

    def outlet(self) -> UvicornOutlet:
        """The way to its reader."""
        return UvicornOutlet(self)


class UvicornOutlet:
    """Straight to the connection of an accepted socket."""

    def __init__(self, protocol: TopicProtocol) -> None:
        self._protocol = protocol
        self._conn = protocol.conn
        self._transport: asyncio.Transport = protocol.transport

    @property
    def pending(self) -> bool:
        """Whether more than 64 KiB have not left yet."""
        return not self._protocol.writable.is_set()

    def send(self, frame: Frame) -> None:
        """Write the frame, unless the connection is closing."""
        if self._conn.state is OPEN:
            self._transport.write(frame.wire)

    def close(self, code: int) -> None:
        """Begin the closing handshake; a reader who does not answer in time is cut off."""
        protocol = self._protocol
        if self._conn.state is not OPEN or protocol.close_sent:
            return
        protocol.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": ""})
        self._conn.send_close(code)
        self._transport.write(b"".join(self._conn.data_to_send()))
        protocol.close_sent = True
        protocol.take = None
        protocol.stop_keepalive()
        protocol.close_timer = protocol.loop.call_later(FAREWELL, self._transport.abort)

    def read(self, take: Take) -> None:
        """Hand over what comes from now on."""
        self._protocol.take = take
