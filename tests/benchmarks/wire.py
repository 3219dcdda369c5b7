"""Just enough of WebSocket for a load generator: one request, masked text frames out, whole frames in."""

from __future__ import annotations

import base64
import struct
from enum import IntEnum

# A key that hides nothing: frames are masked once, before the measurement, and the server has to unmask them all.
MASK = bytes((0x5A, 0x13, 0xC7, 0x88))
KEY = base64.b64encode(b"a load generator").decode()
# RFC 6455: lengths from here on are told in two bytes, and in eight.
TWO_BYTES = 126
EIGHT_BYTES = 127


class Opcode(IntEnum):
    """The kinds of frames that occur."""

    TEXT = 1
    CLOSE = 8
    PING = 9
    PONG = 10


class ProtocolError(Exception):
    """The server sent what we cannot read."""


def request(*, host: str, path: str, cookie: str) -> bytes:
    """The request for an upgrade, without compression."""
    lines = (
        f"GET {path} HTTP/1.1",
        f"Host: {host}",
        f"Origin: http://{host}",
        f"Cookie: {cookie}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {KEY}",
        "Sec-WebSocket-Version: 13",
    )
    return "\r\n".join((*lines, "", "")).encode()


def masked(payload: bytes, opcode: Opcode = Opcode.TEXT) -> bytes:
    """A frame as clients send it, of less than 64 KiB."""
    length = len(payload)
    if length < TWO_BYTES:
        head = struct.pack("!BB", 0x80 | opcode, 0x80 | length)
    else:
        head = struct.pack("!BBH", 0x80 | opcode, 0x80 | TWO_BYTES, length)
    return head + MASK + bytes(byte ^ MASK[index % 4] for index, byte in enumerate(payload))


def frames_in(data: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    """The whole frames at the beginning of `data`, as (opcode, payload), and what is left. Raises ProtocolError."""
    frames: list[tuple[int, bytes]] = []
    start, end = 0, len(data)
    while end - start >= 2:
        length = data[start + 1]
        body = start + 2
        if length >= TWO_BYTES:
            size = 2 if length == TWO_BYTES else 8
            if end - body < size:
                break
            length = int.from_bytes(data[body : body + size], "big")
            body += size
        if end - body < length:
            break
        if not data[start] & 0x80:
            raise ProtocolError("a message in several frames")
        frames.append((data[start] & 0x0F, data[body : body + length]))
        start = body + length
    return frames, data[start:]
