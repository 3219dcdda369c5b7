"""What an uploaded file is, by its content alone: PDF, JPEG or PNG, whole and nothing else besides. Pure.

A name and a browser's word for a type count for nothing. What would be read as something else by another program (a page
before or behind the picture, a script in it) is not recognised, though it is never served as anything but what it is here.
"""

from __future__ import annotations

import re
import struct
import zlib
from typing import NamedTuple

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"

_PNG = b"\x89PNG\r\n\x1a\n"
# Long enough that compressed data hold none of them by chance.
_MARKUP = re.compile(rb"<script|<!doctype|<html[\s>]|<iframe|<\?php\s", re.IGNORECASE)
_PDF_HEADER = re.compile(rb"%PDF-[12]\.\d[\r\n]")
_PDF_END = re.compile(rb"startxref\s+(\d{1,10})\s+%%EOF\s*\Z")
_PDF_TABLE = re.compile(rb"\s*(?:xref\s|\d+\s+\d+\s+obj\b)")
_PDF_STREAM = re.compile(rb"stream\r?\n.*?endstream", re.DOTALL)
_PDF_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
# What a scanner never writes: programs, other files, forms that are programs.
_PDF_ACTIVE = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFile|RichMedia|XFA)(?![A-Za-z0-9])")
_TAIL = 2048
# Markers of JPEG (ITU-T T.81, table B.1): the end, a scan's beginning, a frame's beginning in each coding.
_END, _SCAN = 0xD9, 0xDA
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


class Recognised(NamedTuple):
    """A media type, and the content that is of it: without what a phone's camera appends to a picture."""

    media_type: str
    content: bytes


def recognise(content: bytes) -> Recognised | None:
    """The file as what it is; None for everything else, for half a file, and for one that is two things at once."""
    if _MARKUP.search(content):
        return None
    if content.startswith(b"%PDF-"):
        return Recognised(PDF, content) if _is_pdf(content) else None
    if content.startswith(_PNG):
        return Recognised(PNG, content) if _is_png(content) else None
    if content.startswith(b"\xff\xd8"):
        end = _end_of_jpeg(content)
        return Recognised(JPEG, content[:end]) if end is not None else None
    return None


def _is_pdf(content: bytes) -> bool:
    """Header at the very start, and at the very end the place of a table that is there."""
    end = _PDF_END.search(content, max(0, len(content) - _TAIL))
    if _PDF_HEADER.match(content) is None or end is None:
        return False
    if _PDF_TABLE.match(content, int(end[1])) is None:
        return False
    outside = _PDF_STREAM.sub(b"", content)
    return _PDF_ACTIVE.search(_PDF_ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), outside)) is None


def _is_png(content: bytes) -> bool:
    """Chunks from IHDR to IEND, each with its right checksum, and nothing behind them."""
    place, seen = len(_PNG), set[bytes]()
    while place + 12 <= len(content):
        (length,) = struct.unpack_from(">I", content, place)
        end = place + 12 + length
        if end > len(content):
            return False
        kind = content[place + 4 : place + 8]
        (checksum,) = struct.unpack_from(">I", content, end - 4)
        if checksum != zlib.crc32(content[place + 4 : end - 4]):
            return False
        if not seen and not (kind == b"IHDR" and length == 13 and _has_size(content[place + 8 : place + 16])):
            return False
        if kind == b"IEND":
            return length == 0 and b"IDAT" in seen and end == len(content)
        seen.add(kind)
        place = end
    return False


def _has_size(fields: bytes) -> bool:
    width, height = struct.unpack(">II", fields)
    return bool(width and height)


def _end_of_jpeg(content: bytes) -> int | None:
    """Where the picture ends; None where it does not: segments, a frame, at least one scan, the end marker."""
    place, framed, scanned = 2, False, False
    while (marker := _marker_at(content, place)) is not None:
        if marker == _END:
            return place + 2 if scanned else None
        (length,) = struct.unpack_from(">H", content, place + 2)
        place += 2 + length
        framed = framed or marker in _FRAMES
        if marker == _SCAN:
            if not framed:
                return None
            scanned = True
            place = _after_scan(content, place)
    return None


def _marker_at(content: bytes, place: int) -> int | None:
    """The marker of a segment that is there as a whole, or of the end; None for anything else."""
    if content[place : place + 2] == bytes([0xFF, _END]):
        return _END
    if place + 4 > len(content) or content[place] != 0xFF or content[place + 1] < 0xC0:
        return None
    marker = content[place + 1]
    (length,) = struct.unpack_from(">H", content, place + 2)
    whole = length >= 2 and place + 2 + length <= len(content)
    # Restarts, and another beginning, are no segments.
    return marker if whole and not 0xD0 <= marker <= 0xD8 and marker != 0xFF else None


def _after_scan(content: bytes, place: int) -> int:
    """Where the next marker is behind compressed data, in which 0xFF is followed by zero or a restart."""
    while (place := content.find(b"\xff", place)) != -1 and place + 1 < len(content):
        following = content[place + 1]
        if following == 0xFF:
            place += 1
        elif following == 0x00 or 0xD0 <= following <= 0xD7:
            place += 2
        else:
            return place
    return len(content)
