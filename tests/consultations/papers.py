"""Small files as a scanner or a phone makes them, and what can be done to them."""

from __future__ import annotations

import struct
import zlib


def png() -> bytes:
    """One white point."""
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(b"\x00\xff\xff\xff"))
        + chunk(b"IEND", b"")
    )


def chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of PNG with its right checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def segment(marker: int, data: bytes) -> bytes:
    """A segment of JPEG."""
    return bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data


def jpeg() -> bytes:
    """Segments as in a baseline picture of one point; the compressed data hold a stuffed byte and a restart."""
    return (
        b"\xff\xd8"
        + segment(0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00")
        + segment(0xDB, bytes(65))
        + segment(0xC0, b"\x08\x00\x01\x00\x01\x01\x01\x11\x00")
        + segment(0xC4, bytes(17))
        + segment(0xDA, b"\x01\x01\x00\x00\x3f\x00")
        + b"\x3f\xff\x00\x12\xff\xd0\x7f"
        + b"\xff\xd9"
    )


def pdf(catalogue: bytes = b"<< /Type /Catalog /Pages 2 0 R >>", *, header: bytes = b"%PDF-1.4\n") -> bytes:
    """An empty page, with a table of its objects in the right place."""
    body = header + b"1 0 obj " + catalogue + b" endobj\n"
    body += b"2 0 obj << /Type /Pages /Kids [] /Count 0 >> endobj\n"
    return body + b"xref\n0 3\ntrailer << /Root 1 0 R /Size 3 >>\nstartxref\n%d\n%%%%EOF\n" % len(body)
