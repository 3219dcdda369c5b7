"""RFC 6455 as far as votes need it: short text frames of clients, and text frames to them.

Servers parse each frame with all that the standard allows, at ten times the cost of what nearly every frame is: one
masked text frame, whole, in one piece of data. Those are read here; the servers read everything else.
"""

from __future__ import annotations

from struct import pack

TEXT = 0x81
"""First byte of a text frame that is a whole message."""
MASKED = 0x80
TWO_BYTES, EIGHT_BYTES = 126, 127
"""Instead of a length: that it follows in so many bytes."""


def read_texts(data: bytes) -> tuple[list[bytes], bytes]:
    """The payloads of the whole masked text frames at the beginning, and the data after them.

    Frames of 64 KiB and more, and those whose length is written longer than need be, are left to the server.
    """
    payloads = []
    start = 0
    end = len(data)
    while end - start >= 6 and data[start] == TEXT and data[start + 1] & MASKED:
        length = data[start + 1] & 0x7F
        mask = start + 2
        if length == TWO_BYTES:
            length = int.from_bytes(data[start + 2 : start + 4], "big")
            mask = start + 4
            if length < TWO_BYTES:
                break
        elif length == EIGHT_BYTES:
            break
        payload = mask + 4
        if end - payload < length:
            break
        payloads.append(_unmasked(data[mask:payload], data[payload : payload + length]))
        start = payload + length
    return payloads, data[start:]


def _unmasked(mask: bytes, payload: bytes) -> bytes:
    length = len(payload)
    key = (mask * (length // 4 + 1))[:length]
    return (int.from_bytes(payload, "little") ^ int.from_bytes(key, "little")).to_bytes(length, "little")


def text_frame(payload: bytes) -> bytes:
    """The payload as one text frame of a server."""
    length = len(payload)
    if length < TWO_BYTES:
        return pack("!BB", TEXT, length) + payload
    if length < 1 << 16:
        return pack("!BBH", TEXT, TWO_BYTES, length) + payload
    return pack("!BBQ", TEXT, EIGHT_BYTES, length) + payload
