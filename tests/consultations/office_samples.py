"""Documents of Office as programs write them, and what can be done to them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import docx
import openpyxl

CONTENT_TYPES = "[Content_Types].xml"


def docx_file(text: str = "答复:已办理。") -> bytes:
    """A Word document of one paragraph, as python-docx writes it."""
    file, document = io.BytesIO(), docx.Document()
    document.add_paragraph(text)
    document.save(file)
    return file.getvalue()


def xlsx_file() -> bytes:
    """A workbook of one cell, as openpyxl writes it."""
    file, workbook = io.BytesIO(), openpyxl.Workbook()
    workbook.worksheets[0]["A1"] = "泊位"
    workbook.save(file)
    return file.getvalue()


def pptx_file() -> bytes:
    """The least that is a presentation."""
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/ppt/presentation.xml" ContentType="application/vnd.openxmlformats-officedocument'
        '.presentationml.presentation.main+xml"/></Types>'
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(CONTENT_TYPES, types)
        archive.writestr("ppt/presentation.xml", "<presentation/>")
    return file.getvalue()


def parts_of(content: bytes) -> dict[str, bytes]:
    """The parts of an archive by their names."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_parts(content: bytes, added: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The same document with these parts, in the place of what was called so, or behind the others."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, part in {**parts_of(content), **added}.items():
            archive.writestr(name, part)
    return file.getvalue()


def with_type(content: bytes, old: bytes, new: bytes) -> bytes:
    """The same document, called something else in its list of types."""
    types = parts_of(content)[CONTENT_TYPES]
    assert old in types
    return with_parts(content, {CONTENT_TYPES: types.replace(old, new)})


def streamed(content: bytes) -> bytes:
    """The same as a program writes it that cannot go back: lengths behind each part."""

    class Stream(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def tell(self) -> int:
            raise io.UnsupportedOperation

        def seek(self, _place: int, _whence: int = 0) -> int:
            raise io.UnsupportedOperation

    file = Stream()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts_of(content).items():
            archive.writestr(name, part)
    return file.getvalue()
