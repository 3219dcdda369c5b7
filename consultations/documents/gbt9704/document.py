"""All parts of the document, in their order."""

from __future__ import annotations

from .. import labels
from ..model import SummaryDocument
from ..outline import APPENDICES, outline_of
from ..spreadsheet.embedded import drawn
from .appendices import appendices
from .body import attached, body
from .container import Properties, container
from .head import head
from .imprint import imprint
from .markup import join
from .names import attendance_lists


def render(document: SummaryDocument) -> bytes:
    """A .docx that opens in Word, WPS and LibreOffice; only 协商纪要 lists who attended."""
    outline = outline_of(document)
    charts = drawn(outline.sectors, name=labels.SHEET_SECTORS)
    parts = [
        head(outline),
        body(outline),
        attached(APPENDICES),
        attendance_lists(outline),
        appendices(outline, charts),
        imprint(outline),
    ]
    return container(_properties(document), join(parts), charts)


def _properties(document: SummaryDocument) -> Properties:
    head = document.head
    return Properties(
        issuer=head.issuer,
        title=document.title,
        kind=labels.KIND[head.kind],
        number=head.number or "",
        status=labels.SUMMARY_STATUS[document.status],
        edition=head.edition,
        day=head.date,
    )
