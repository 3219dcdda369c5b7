"""Is this a Word, Excel or PowerPoint document, whole, with nothing beside it and nothing in it that runs? Pure.

An archive is measured by its directory before anything in it is unpacked, and its parts must lie in it end to end: what
another program would find before, between or behind them is there for no good.
"""

from __future__ import annotations

import enum
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException, ElementTree

_OFFICE = "application/vnd.openxmlformats-officedocument."
DOCX = f"{_OFFICE}wordprocessingml.document"
XLSX = f"{_OFFICE}spreadsheetml.sheet"
PPTX = f"{_OFFICE}presentationml.presentation"

MOST_PARTS = 2000
MOST_BYTES = 200 * 1024 * 1024
# Real parts shrink to a tenth or a thirtieth; small ones may shrink further without harm.
HIGHEST_RATIO = 200
SMALL_PART = 1024 * 1024
DEEPEST = 1
"""How often a document may stand in a document: the workbook behind a chart has none behind it."""

_TYPES = "[Content_Types].xml"
# The main part of each, and what it must be by the list of types; those with macros are called otherwise there.
_MAIN = {
    f"{_OFFICE}wordprocessingml.document.main+xml": DOCX,
    f"{_OFFICE}spreadsheetml.sheet.main+xml": XLSX,
    f"{_OFFICE}presentationml.presentation.main+xml": PPTX,
}
_ACTIVE_TYPE = re.compile(r"macroenabled|vbaproject|activex|oleobject|webextension", re.IGNORECASE)
_PICTURES = ("png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "emf", "wmf", "wdp", "svg")
_XML = ("xml", "rels", "vml")
_HARMLESS = frozenset((*_PICTURES, *_XML, "odttf", "fntdata", "ttf", "mp3", "mp4", "wav", "m4a"))
_PRINTER = re.compile(r"printerSettings\d*\.bin$", re.IGNORECASE)
_EMBEDDED = re.compile(r"\.(?:docx|xlsx|pptx)$", re.IGNORECASE)
# Fetched and opened with the document, while a link is only followed by whoever taps it.
_FETCHED = ("attachedTemplate", "oleObject", "frame", "subDocument", "control", "aFChunk")
_ELSEWHERE = re.compile(r"\s*(?:(?:https?|ftp|smb|mhtml):|//|\\\\|file:/*\\\\|file://[^/])", re.IGNORECASE)

_LOCAL, _END = struct.Struct("<4s5H3I2H"), struct.Struct("<4s4H2IH")
_DESCRIBED = 0x08
# Behind a part that was written without knowing its length: checksum and two lengths, with or without a signature.
_DESCRIPTIONS = (0, 12, 16)


class Fault(enum.Enum):
    """Why it is not taken."""

    OTHER = enum.auto()
    DAMAGED = enum.auto()
    SWOLLEN = enum.auto()
    ACTIVE = enum.auto()


class NotWhole(Exception):
    """It is no such document, or not that alone."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.name)
        self.fault = fault


def office_document(content: bytes, *, depth: int = 0) -> str:
    """The media type: DOCX, XLSX or PPTX. Raises NotWhole."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _measure(archive.infolist())
            if _TYPES not in archive.namelist():
                raise NotWhole(Fault.OTHER)
            _require_end_to_end(content, archive)
            media_type = _type_of(archive)
            for part in archive.infolist():
                _look_at(archive, part, depth=depth)
            return media_type
    except (
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        RuntimeError,
        EOFError,
        struct.error,
    ) as error:
        raise NotWhole(Fault.DAMAGED) from error


def _measure(parts: list[zipfile.ZipInfo]) -> None:
    swollen = any(
        part.file_size > SMALL_PART and part.file_size > HIGHEST_RATIO * max(part.compress_size, 1)
        for part in parts
    )
    if swollen or len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_BYTES:
        raise NotWhole(Fault.SWOLLEN)


def _require_end_to_end(content: bytes, archive: zipfile.ZipFile) -> None:
    """From the first byte to the last there are the parts, the directory and its end, and nothing else."""
    place = 0
    for part in sorted(archive.infolist(), key=lambda part: part.header_offset):
        signature, *_numbers, name_length, extra_length = _LOCAL.unpack_from(content, part.header_offset)
        begins = part.header_offset + _LOCAL.size
        named = content[begins : begins + name_length]
        # The name before each part is what programs go by that read an archive as a stream.
        encoded = part.orig_filename.encode("utf-8" if part.flag_bits & 0x800 else "cp437")
        gap = part.header_offset - place
        if signature != b"PK\x03\x04" or named != encoded or gap not in _DESCRIPTIONS[: 3 if place else 1]:
            raise NotWhole(Fault.DAMAGED)
        place = begins + name_length + extra_length + part.compress_size
    end = len(content) - _END.size
    signature, *_numbers, size, start, comment = _END.unpack_from(content, max(end, 0))
    described = start - place in _DESCRIPTIONS
    if signature != b"PK\x05\x06" or comment or start + size != end or not described:
        raise NotWhole(Fault.DAMAGED)


def _type_of(archive: zipfile.ZipFile) -> str:
    """What the list of types says that the document is. Raises NotWhole for one that has programs, or is none."""
    types = [element.get("ContentType", "") for element in _parsed(archive, archive.getinfo(_TYPES))]
    if any(_ACTIVE_TYPE.search(one) for one in types):
        raise NotWhole(Fault.ACTIVE)
    mains = {_MAIN[one] for one in types if one in _MAIN}
    if len(mains) != 1:
        raise NotWhole(Fault.OTHER)
    return mains.pop()


def _look_at(archive: zipfile.ZipFile, part: zipfile.ZipInfo, *, depth: int) -> None:
    """Unpack it to its end, which holds its checksum against it, and see that it is of a kind that does nothing."""
    name = part.filename
    ending = name.rsplit(".", 1)[-1].lower()
    if part.is_dir():
        return
    if _EMBEDDED.search(name) and depth < DEEPEST:
        office_document(archive.read(part), depth=depth + 1)
    elif ending == "rels":
        _refuse_fetched(archive, part)
    elif ending in _XML:
        for _element in _parsed(archive, part):
            pass
    elif ending in _HARMLESS or _PRINTER.search(name):
        with archive.open(part) as stream:
            while stream.read(1 << 16):
                pass
    else:
        raise NotWhole(Fault.ACTIVE)


def _refuse_fetched(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    for element in _parsed(archive, part):
        fetched = element.get("Type", "").endswith(_FETCHED) and element.get("TargetMode") == "External"
        if fetched and _ELSEWHERE.match(element.get("Target", "")):
            raise NotWhole(Fault.ACTIVE)


def _parsed(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[Element]:
    """Every element, without children; no entity and no outside definition is ever looked up."""
    with archive.open(part) as stream:
        try:
            for _event, element in ElementTree.iterparse(stream, forbid_dtd=True):
                yield element
                element.clear()
        except DefusedXmlException as trap:
            raise NotWhole(Fault.ACTIVE) from trap
        except ParseError as error:
            raise NotWhole(Fault.DAMAGED) from error
        # What comes behind the last element belongs to the part, and its checksum is held against all of it.
        while stream.read(1 << 16):
            pass
