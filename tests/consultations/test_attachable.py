from __future__ import annotations

import gzip
import io
import shutil
import struct
import subprocess
import tarfile
import zipfile
from pathlib import Path

import openpyxl
import pytest
from django.utils import translation
from openpyxl.chart import BarChart, Reference

from consultations import office_documents
from consultations.attachable import NotTaken, forbidden_ending, named_as, recognise_attachment
from consultations.office_documents import DOCX, PPTX, XLSX
from consultations.recognition import JPEG, PDF, PNG
from tests.consultations.office_samples import (
    CONTENT_TYPES,
    docx_file,
    parts_of,
    pptx_file,
    streamed,
    with_parts,
    with_type,
    xlsx_file,
)
from tests.consultations.papers import jpeg, pdf, png
from tests.consultations.test_recognition import PAGE, SVG

RELATIONS = "word/_rels/document.xml.rels"


def relation(kind: str, target: str) -> bytes:
    rels = parts_of(docx_file())[RELATIONS]
    added = (
        f'<Relationship Id="rId99" TargetMode="External" Target="{target}" Type="http://schemas.openxmlformats.org/'
        f'officeDocument/2006/relationships/{kind}"/></Relationships>'
    )
    return with_parts(docx_file(), {RELATIONS: rels.replace(b"</Relationships>", added.encode())})


def described(name: str, content_type: str, part: bytes = b"x") -> bytes:
    """A Word document with a further part, entered in the list of types."""
    types = parts_of(docx_file())[CONTENT_TYPES]
    entry = f'<Override PartName="/{name}" ContentType="{content_type}"/></Types>'.encode()
    return with_parts(docx_file(), {CONTENT_TYPES: types.replace(b"</Types>", entry), name: part})


def with_chart() -> bytes:
    file, workbook = io.BytesIO(), openpyxl.Workbook()
    sheet, chart = workbook.worksheets[0], BarChart()
    for number in (3, 1, 2):
        sheet.append([number])
    chart.add_data(Reference(sheet, min_col=1, min_row=1, max_row=3))
    sheet.add_chart(chart, "C1")
    workbook.save(file)
    return file.getvalue()


def damaged(place: int) -> bytes:
    content = bytearray(docx_file())
    content[place] ^= 0xFF
    return bytes(content)


def swollen() -> bytes:
    return with_parts(docx_file(), {"word/media/image1.png": bytes(40 * 1024 * 1024)})


def lying() -> bytes:
    """A part that says it is short, and is not."""
    content = with_parts(docx_file(), {"word/media/image1.png": bytes(4 * 1024 * 1024)})
    said, short = struct.pack("<I", 4 * 1024 * 1024), struct.pack("<I", 1000)
    assert content.count(said) == 2
    return content.replace(said, short)


def with_hidden_bytes() -> bytes:
    """An archive with something between its parts, of which its directory does not know."""
    parts = parts_of(docx_file())
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (name, part) in enumerate(parts.items()):
            if number == 2:
                assert archive.fp is not None
                archive.fp.write(b"MZ" + bytes(64))
                archive.start_dir = archive.fp.tell()
            archive.writestr(name, part)
    return file.getvalue()


def tar() -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a"))
    return file.getvalue()


def archive() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("答复.pdf", pdf())
    return file.getvalue()


TAKEN = {
    "a picture": (png(), PNG),
    "a photograph": (jpeg(), JPEG),
    "a PDF": (pdf(), PDF),
    "Word": (docx_file(), DOCX),
    "Excel": (xlsx_file(), XLSX),
    "PowerPoint": (pptx_file(), PPTX),
    "Excel with a chart": (with_chart(), XLSX),
    "Word, written as a stream": (streamed(docx_file()), DOCX),
    "Word that is not compressed": (with_parts(docx_file(), {}, zipfile.ZIP_STORED), DOCX),
    "Word with the settings of a printer": (
        described(
            "word/printerSettings/printerSettings1.bin",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.printerSettings",
        ),
        DOCX,
    ),
    "Word with the workbook of a chart": (
        with_parts(docx_file(), {"word/embeddings/Microsoft_Excel_Sheet1.xlsx": xlsx_file()}),
        DOCX,
    ),
    "Word with a link": (relation("hyperlink", "https://example.org/"), DOCX),
    "Word with its author's template": (
        relation("attachedTemplate", "file:///C:\\Users\\wang\\Normal.dotm"),
        DOCX,
    ),
}


@pytest.mark.parametrize(("content", "media_type"), TAKEN.values(), ids=TAKEN)
def test_what_offices_send_is_what_it_is(content: bytes, media_type: str) -> None:
    assert recognise_attachment(content) == (media_type, content)


PROGRAM, PICTURE_OR_PAGE, ARCHIVE = "it is a program", "it is a page or drawing", "it is an archive"
OLD, MACROS, SWOLLEN = "it is in an old format", "there are macros", "it unpacks to far more"
DAMAGED, OTHER = "it is damaged", "it is not a whole PDF"
MACRO_TYPE = b"application/vnd.ms-word.document.macroEnabled.main+xml"
PLAIN_TYPE = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"

REFUSED = {
    "nothing": (b"", OTHER),
    "text": ("答复:已办理。".encode(), OTHER),
    "a Windows program": (b"MZ" + bytes(64), PROGRAM),
    "a Linux program": (b"\x7fELF" + bytes(64), PROGRAM),
    "a script": (b"#!/bin/sh\nrm -rf /\n", PROGRAM),
    "a page": (PAGE, PICTURE_OR_PAGE),
    "a drawing": (SVG, PICTURE_OR_PAGE),
    "a drawing behind a comment": (b"<!-- a --><svg onload='alert(1)'/>", PICTURE_OR_PAGE),
    "a picture with a page behind it": (png() + PAGE, PICTURE_OR_PAGE),
    "an archive": (archive(), ARCHIVE),
    "an empty archive": (b"PK\x05\x06" + bytes(18), ARCHIVE),
    "a tarball": (tar(), OTHER),
    "a compressed file": (gzip.compress(b"a"), ARCHIVE),
    "rar": (b"Rar!\x1a\x07\x01\x00" + bytes(20), ARCHIVE),
    "7z": (b"7z\xbc\xaf\x27\x1c" + bytes(20), ARCHIVE),
    "old Word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), OLD),
    "half of Word": (docx_file()[: len(docx_file()) // 2], DAMAGED),
    "Word without its last byte": (docx_file()[:-1], DAMAGED),
    "Word with a byte changed": (damaged(200), DAMAGED),
    "Word behind a program": (b"MZ" + bytes(64) + docx_file(), PROGRAM),
    "Word behind a picture": (png() + docx_file(), OTHER),
    "Word with a program behind it": (docx_file() + b"MZ" + bytes(64), DAMAGED),
    "Word with something between its parts": (with_hidden_bytes(), DAMAGED),
    "two documents in one file": (docx_file() + docx_file(), DAMAGED),
    "Word with macros, by its type": (with_type(docx_file(), PLAIN_TYPE, MACRO_TYPE), MACROS),
    "Word with macros that says nothing of them": (
        with_parts(docx_file(), {"word/vbaProject.bin": b"\xd0\xcf\x11\xe0"}),
        MACROS,
    ),
    "Word with macros among the types": (
        described("word/vbaProject.bin", "application/vnd.ms-office.vbaProject"),
        MACROS,
    ),
    "Word with a control": (
        described("word/activeX/activeX1.xml", "application/vnd.ms-office.activeX+xml"),
        MACROS,
    ),
    "Word with a packed program": (with_parts(docx_file(), {"word/embeddings/oleObject1.bin": b"x"}), MACROS),
    "Word with a page in it": (with_parts(docx_file(), {"word/afchunk.htm": PAGE}), MACROS),
    "Word with a program in it": (with_parts(docx_file(), {"word/media/setup.exe": b"MZ"}), MACROS),
    "Word that fetches a template": (relation("attachedTemplate", "https://evil.example/a.dotm"), MACROS),
    "Word that fetches a template in the network": (
        relation("attachedTemplate", "file:///\\\\10.0.0.1\\share\\a.dotm"),
        MACROS,
    ),
    "Word that fetches an object": (relation("oleObject", "http://evil.example/a.hta"), MACROS),
    "Word in Word in Word": (
        with_parts(docx_file(), {"word/a.docx": with_parts(docx_file(), {"word/b.docx": docx_file()})}),
        MACROS,
    ),
    "Word with macros in the workbook of a chart": (
        with_parts(docx_file(), {"word/a.xlsx": with_parts(xlsx_file(), {"xl/vbaProject.bin": b"x"})}),
        MACROS,
    ),
    "Word with entities": (
        with_parts(docx_file(), {"word/a.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
        MACROS,
    ),
    "Word that is no XML": (with_parts(docx_file(), {"word/document.xml": b"<a>"}), DAMAGED),
    "Word that unpacks to 40 MB of nothing": (swollen(), SWOLLEN),
    "Word with a part that is longer than it says": (lying(), DAMAGED),
    "an archive of too many parts": (
        with_parts(docx_file(), {f"word/media/{number}.png": b"" for number in range(2001)}),
        SWOLLEN,
    ),
    "an archive that is called a document": (
        with_type(docx_file(), PLAIN_TYPE, b"application/xml"),
        ARCHIVE,
    ),
}


@pytest.mark.parametrize(("content", "why"), REFUSED.values(), ids=REFUSED)
def test_everything_else_is_refused_with_the_reason(content: bytes, why: str) -> None:
    with translation.override("en"), pytest.raises(NotTaken, match=why):
        recognise_attachment(content)


def test_what_unpacks_to_too_much_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    def unpacked(*_args: object, **_fields: object) -> None:
        raise AssertionError

    content = swollen()
    monkeypatch.setattr(zipfile.ZipFile, "open", unpacked)
    with pytest.raises(office_documents.NotWhole):
        office_documents.office_document(content)


@pytest.mark.parametrize("content", [docx_file(), xlsx_file(), pptx_file()])
def test_no_beginning_of_a_document_is_one(content: bytes) -> None:
    for end in {*range(0, len(content), 97), len(content) - 1}:
        with pytest.raises(NotTaken):
            recognise_attachment(content[:end])


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("答复.pdf", None),
        ("答复.PDF", None),
        ("照片.jpeg", None),
        ("关于2025.3.5", None),
        ("答复", None),
        ("答复.exe", ".exe"),
        ("答复.pdf.exe", ".exe"),
        ("答复.exe.pdf", None),
        ("答复.exe. ", ".exe"),
        ("答复．exe", ".exe"),
        ("答复.e\u200bxe", ".exe"),
        ("答复.docm", ".docm"),
        ("答复.xlsm", ".xlsm"),
        ("答复.html", ".html"),
        ("图.svg", ".svg"),
        ("材料.7z", ".7z"),
        ("材料.zip", ".zip"),
        ("宏.js", ".js"),
    ],
)
def test_a_name_that_ends_as_something_else_is_found(name: str, ending: str | None) -> None:
    assert forbidden_ending(name) == ending


@pytest.mark.parametrize(
    ("name", "media_type", "named"),
    [
        ("答复.pdf", PDF, "答复.pdf"),
        ("照片.JPEG", JPEG, "照片.JPEG"),
        ("照片.jpg", PNG, "照片.jpg.png"),
        ("答复", DOCX, "答复.docx"),
        ("长" * 120, PDF, "长" * 112 + ".pdf"),
    ],
)
def test_a_file_is_named_as_what_it_is(name: str, media_type: str, named: str) -> None:
    assert named_as(media_type, name) == named


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_what_libreoffice_writes_is_taken(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(docx_file())
    (tmp_path / "b.xlsx").write_bytes(with_chart())
    out = tmp_path / "out"
    for kind, source in (("docx", "a.docx"), ("xlsx", "b.xlsx")):
        subprocess.run(
            [
                *("soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile"),
                *("--convert-to", kind, "--outdir", str(out), str(tmp_path / source)),
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )
    assert recognise_attachment((out / "a.docx").read_bytes()).media_type == DOCX
    assert recognise_attachment((out / "b.xlsx").read_bytes()).media_type == XLSX
