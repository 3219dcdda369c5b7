from __future__ import annotations

import io
import struct

import pytest
import segno

from consultations.recognition import JPEG, PDF, PNG, recognise
from tests.consultations.papers import chunk, jpeg, pdf, png, segment

SCRIPT = b"<script>alert(1)</script>"
PAGE = b"<!DOCTYPE html><html><body>hello</body></html>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
MOTION = b"\x00\x00\x00\x18ftypmp42" + bytes(range(256)) * 4


@pytest.mark.parametrize(("content", "media_type"), [(png(), PNG), (jpeg(), JPEG), (pdf(), PDF)])
def test_whole_files_are_what_they_are(content: bytes, media_type: str) -> None:
    assert recognise(content) == (media_type, content)


def test_what_a_camera_appends_to_a_picture_is_cut_off() -> None:
    assert recognise(jpeg() + MOTION) == (JPEG, jpeg())
    assert recognise(jpeg() + jpeg()) == (JPEG, jpeg())


HOSTILE = {
    "nothing": b"",
    "a page": PAGE,
    "a page named picture.jpg": b"\n" + PAGE,
    "a drawing with a script": SVG,
    "a program": b"#!/bin/sh\nrm -rf /\n",
    "a Windows program": b"MZ" + bytes(64),
    "a GIF": b"GIF89a" + bytes(20),
    "an archive": b"PK\x03\x04" + bytes(30),
    "the beginning of a PNG": png()[:-5],
    "a PNG without pixels": png()[:33] + chunk(b"IEND", b""),
    "a PNG with a wrong checksum": png()[:40] + bytes([png()[40] ^ 1]) + png()[41:],
    "a PNG that begins with pixels": png()[:8] + chunk(b"IDAT", b"") + png()[8:],
    "a PNG of no size": png()[:8] + chunk(b"IHDR", bytes(13)) + png()[33:],
    "a PNG with a page behind it": png() + PAGE,
    "a PNG with anything behind it": png() + b"\x00",
    "a PNG with a script in a comment": png()[:33] + chunk(b"tEXt", b"a\x00" + SCRIPT) + png()[33:],
    "a PNG whose chunk is longer than the file": png()[:33] + struct.pack(">I", 2**31 - 1) + b"IDAT",
    "a signature alone": b"\x89PNG\r\n\x1a\n",
    "the beginning of a JPEG": jpeg()[:-2],
    "a JPEG cut in a segment": jpeg()[:30],
    "a JPEG without a scan": b"\xff\xd8" + segment(0xC0, bytes(9)) + b"\xff\xd9",
    "a JPEG without a frame": b"\xff\xd8" + segment(0xDA, bytes(6)) + b"\x00\xff\xd9",
    "a JPEG with a script behind it": jpeg() + SCRIPT,
    "a JPEG with a page in a comment": jpeg()[:2] + segment(0xFE, PAGE) + jpeg()[2:],
    "a JPEG with PHP in a comment": jpeg()[:2] + segment(0xFE, b"<?php system($_GET[0]);") + jpeg()[2:],
    "a JPEG behind a page": PAGE + jpeg(),
    "two bytes of a JPEG": b"\xff\xd8",
    "a JPEG of end markers": b"\xff\xd8\xff\xd9",
    "the beginning of a PDF": pdf()[:-8],
    "a PDF without a table": b"%PDF-1.4\nstartxref\n9\n%%EOF",
    "a PDF whose table is elsewhere": pdf().replace(b"startxref\n", b"startxref\n1"),
    "a PDF with a page behind it": pdf() + PAGE,
    "a PDF with an archive behind it": pdf() + b"PK\x05\x06" + bytes(18),
    "a PDF behind a page": PAGE + pdf(),
    "a PDF behind a blank": b" " + pdf(),
    "a PDF with a page in it": pdf(b"<< /A (" + PAGE + b") >>"),
    "a PDF with a script": pdf(b"<< /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>"),
    "a PDF with a script in disguise": pdf(b"<< /OpenAction << /S /J#61vaScript /J#53 (app.alert(1)) >> >>"),
    "a PDF that starts a program": pdf(b"<< /OpenAction << /S /Launch /F (cmd.exe) >> >>"),
    "a PDF of no version": pdf(header=b"%PDF-x.y\n"),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_and_broken_files_are_not_recognised(content: bytes) -> None:
    assert recognise(content) is None


@pytest.mark.parametrize("content", [png(), jpeg(), pdf()])
def test_no_part_of_a_file_is_recognised(content: bytes) -> None:
    assert [end for end in range(len(content)) if recognise(content[:end]) is not None] in (
        [],
        # A line feed at the end of a PDF is no part of it.
        [len(content) - 1],
    )


def test_what_a_library_writes_is_recognised() -> None:
    for kind, media_type in (("png", PNG), ("pdf", PDF)):
        file = io.BytesIO()
        segno.make("青溪县政协").save(file, kind=kind, scale=8)
        assert recognise(file.getvalue()) == (media_type, file.getvalue())
