"""What is known of Daphne beyond ASGI, and only here. Elsewhere the plain outlet serves.

Why it is worth it:
- Daphne's `send` buffers without limit and never waits. The transport knows: Twisted sets `producerPaused` when more
  than 64 KiB wait to be written, and clears it once all of it has left.
- A broadcast frame is framed once and written to every socket; ASGI's `send` would encode and frame it for each.
- Daphne's limit on messages counts for what we send, too; what is written to the transport does not pass it. So the
  limit can be tight for clients while a welcome is as long as it must be.
- Autobahn takes forty microseconds to read a frame and Daphne wakes a task to tell us; nearly every frame is a vote
  that is there whole.
- Autobahn refuses to send code 1012 (the server restarts) through its public `sendClose`.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from daphne.ws_protocol import WebSocketProtocol
from twisted.internet.tcp import Connection

from .framing import read_texts
from .outlets import Frame, Take

RESERVED_CODES = range(1001, 3000)


def protocol_behind(send: object) -> WebSocketProtocol | None:
    """Daphne's connection behind ASGI's `send`; None under another server or behind a middleware."""
    if isinstance(send, partial) and send.args and isinstance(send.args[0], WebSocketProtocol):
        return send.args[0]
    return None


class DaphneOutlet:
    """Straight to the connection of an accepted socket."""

    def __init__(self, protocol: WebSocketProtocol) -> None:
        self._protocol = protocol
        self._transport: Any = protocol.transport
        self._is_plain = isinstance(protocol.transport, Connection) and not protocol.transport.TLS

    @property
    def pending(self) -> bool:
        """Whether more than 64 KiB have not left yet; never, where the transport cannot say (TLS in Daphne)."""
        return bool(getattr(self._transport, "producerPaused", False))

    def send(self, frame: Frame) -> None:
        """Write the frame, unless the connection is closing."""
        if self._protocol.state != WebSocketProtocol.STATE_OPEN:
            return
        self._transport.write(self._unsent(frame.wire))

    def _unsent(self, data: bytes) -> bytes:
        """What remains after the kernel has taken what it could at once.

        Twisted's `write` would first have the loop watch the connection and then unwatch it again: two system calls
        and a turn of the loop for every reader of every frame, more than half of what an update costs.
        """
        transport = self._transport
        if not self._is_plain or transport.dataBuffer or transport._tempDataBuffer:  # noqa: SLF001  # nothing public says so
            return data
        sent = transport.writeSomeData(data)
        # An error is found again, and dealt with, when the loop writes the rest.
        return data[sent:] if isinstance(sent, int) and sent > 0 else data

    def close(self, code: int) -> None:
        """Begin the closing handshake; Autobahn drops a connection that does not answer within a second."""
        if self._protocol.state != WebSocketProtocol.STATE_OPEN:
            return
        if code in RESERVED_CODES:
            self._protocol.sendCloseFrame(code=code)
        else:
            self._protocol.sendClose(code=code)

    def read(self, take: Take) -> None:
        """Hand over the text frames that are whole; Autobahn reads the rest."""
        protocol = self._protocol
        ordinary = protocol.dataReceived

        def data_received(data: bytes) -> None:
            if _is_between_frames(protocol):
                payloads, data = read_texts(data)
                for payload in payloads:
                    take(payload)
            if data:
                ordinary(data)

        protocol.dataReceived = data_received


def _is_between_frames(protocol: WebSocketProtocol) -> bool:
    """Whether nothing is half read, nothing waits to be received, and the connection is open."""
    return (
        protocol.state == WebSocketProtocol.STATE_OPEN
        and not protocol.data
        and protocol.current_frame is None
        and not protocol.inside_message
        and protocol.application_queue.empty()
    )
