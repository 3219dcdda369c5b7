"""One signed-in member with one open socket, who votes and listens, as cheaply as Python can."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable
from time import perf_counter
from typing import Any

import msgspec

from tests.benchmarks import wire
from tests.benchmarks.dialects import Dialect
from tests.benchmarks.wire import Opcode

CHUNK = 262_144
END_OF_HEADERS = b"\r\n\r\n"


class Lost(Exception):
    """The server did not upgrade, or has closed the connection."""


class Voter:
    """A socket that never blocks. `receive` is to be called when it can be read, `begin` when it is connected.

    Every frame is counted. Where `attentive`, tallies are read and kept in `told`; otherwise only the newest tally
    frame is kept unread, which is enough to see afterwards how far this listener has come.
    """

    __slots__ = (
        "_request",
        "_rest",
        "attentive",
        "busy",
        "bytes",
        "cookie",
        "dialect",
        "frames",
        "gaps",
        "gone",
        "last_tally",
        "on_ack",
        "on_refusal",
        "revision",
        "sent_at",
        "socket",
        "standing",
        "tallies",
        "told",
        "upgraded",
        "welcome_at",
    )

    def __init__(self, dialect: Dialect, address: tuple[str, int], path: str, cookie: str) -> None:
        self.dialect = dialect
        self.cookie = cookie
        self.attentive = False
        self.frames = 0
        self.tallies = 0
        self.bytes = 0
        self.gaps = 0
        self.last_tally = b""
        self.told: dict[int, int] = {}
        self.revision: int | None = None
        self.welcome_at = 0.0
        self.upgraded = False
        self.gone = False
        # By reference: when a wish was (to be) sent, while it has no answer.
        self.sent_at: dict[bytes, float] = {}
        # Suggestions with a wish that has no answer, and what the last acknowledged wish for each was.
        self.busy: set[int] = set()
        self.standing: dict[int, bool] = {}
        self.on_ack: Callable[[Voter, list[bytes]], None] | None = None
        self.on_refusal: Callable[[Voter, Any], None] | None = None
        self._rest = b""
        self._request = wire.request(host=f"{address[0]}:{address[1]}", path=path, cookie=cookie)
        self.socket = socket.socket()
        self.socket.setblocking(False)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        begun = self.socket.connect_ex(address)
        if begun not in {0, errno.EINPROGRESS}:
            raise OSError(begun, "connect")

    def begin(self) -> None:
        """Ask for the upgrade. Raises OSError where the connection failed."""
        failed = self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if failed:
            raise OSError(failed, "connect")
        self.send(self._request)

    def send(self, data: bytes) -> None:
        """Send something small. Raises OSError where not all of it can leave at once: the server reads nothing."""
        if self.socket.send(data) != len(data):
            raise BlockingIOError("the server does not read")

    def receive(self) -> None:
        """Read what has come. Raises Lost."""
        data = self.socket.recv(CHUNK)
        if not data:
            raise Lost("closed without a word")
        self.bytes += len(data)
        if self._rest:
            data = self._rest + data
        if not self.upgraded:
            head, found, data = data.partition(END_OF_HEADERS)
            if not found:
                self._rest = head
                return
            if not head.startswith(b"HTTP/1.1 101"):
                raise Lost(head.partition(b"\r\n")[0].decode("latin-1"))
            self.upgraded = True
        frames, self._rest = wire.frames_in(data)
        for opcode, payload in frames:
            if opcode == Opcode.TEXT:
                self.frames += 1
                self._take(payload)
            elif opcode == Opcode.PING:
                self.send(wire.masked(payload, Opcode.PONG))
            elif opcode == Opcode.CLOSE:
                raise Lost(f"closed with {int.from_bytes(payload[:2], 'big')}")

    def _take(self, payload: bytes) -> None:
        dialect = self.dialect
        if payload.startswith(dialect.ack):
            if self.on_ack is not None:
                self.on_ack(self, dialect.references(payload))
        elif payload.startswith(dialect.tally):
            self.tallies += 1
            if self.attentive:
                self._hear(msgspec.json.decode(payload))
            else:
                self.last_tally = payload
        elif not self.welcome_at:
            self._be_welcome(msgspec.json.decode(payload))
        elif payload.startswith(dialect.refused) and self.on_refusal is not None:
            self.on_refusal(self, msgspec.json.decode(payload))

    def _be_welcome(self, frame: dict[str, Any]) -> None:
        if frame["type"] != "welcome":
            raise Lost(f"no welcome but {frame}")
        self.welcome_at = perf_counter()
        self.told = dict(self.dialect.in_welcome(frame))
        self.revision = self.dialect.revision(frame)

    def _hear(self, frame: dict[str, Any]) -> None:
        revision = self.dialect.revision(frame)
        if revision is not None and self.revision is not None:
            # The protocol's rule: what is old is ignored, and what does not follow leaves a gap.
            if revision <= self.revision:
                return
            self.gaps += frame["from"] > self.revision
        self.revision = revision
        self.told.update(self.dialect.in_tally(frame))

    def catch_up(self) -> None:
        """Read the newest tally frame of a listener that was not attentive, for its revision."""
        if self.last_tally:
            self.revision = self.dialect.revision(msgspec.json.decode(self.last_tally))

    def close(self) -> None:
        """Go without a farewell."""
        self.gone = True
        self.socket.close()
