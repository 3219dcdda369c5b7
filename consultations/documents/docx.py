"""DOCX after GB/T 9704-2012: what a secretary prints and a chair signs."""

from __future__ import annotations

from ..enums import SummaryKind
from .format import Format
from .gbt9704.appendices import NAMES, appendices
from .gbt9704.body import attached, body
from .gbt9704.container import container
from .gbt9704.head import head
from .gbt9704.imprint import imprint
from .gbt9704.markup import join
from .gbt9704.names import attendance_lists
from .model import SummaryDocument


def render(document: SummaryDocument) -> bytes:
    """A .docx that opens in Word, WPS and LibreOffice; only 协商纪要 lists who attended."""
    parts = [head(document), body(document), attached(NAMES)]
    if document.head.kind == SummaryKind.MINUTES:
        parts.append(attendance_lists(document.snapshot.attendance))
    parts += [appendices(document), imprint(document)]
    return container(document, join(parts))


FORMAT = Format(
    name="docx",
    media_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    suffix=".docx",
    render=render,
)
