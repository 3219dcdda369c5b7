"""One compiler for the life of the process: it keeps the fonts, and what pages have in common."""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from pathlib import Path
from threading import Lock

import typst

from ..glyphs import FONTS
from ..model import SummaryDocument
from .content import content_of

_HERE = Path(__file__).parent
# Tagged for those who listen to it, as ISO 14289-1 wants it.
_STANDARD: typst.PDFStandard = "ua-1"
_LOCK = Lock()


def render(document: SummaryDocument) -> bytes:
    """A tagged PDF with the bundled fonts in it, dated with the day of the document. Any thread may ask for one."""
    content = json.dumps(content_of(document), ensure_ascii=False)
    day = dt.datetime.combine(document.head.date, dt.time(), tzinfo=dt.UTC)
    # The compiler is not to be asked twice at once.
    with _LOCK:
        return _compiler().compile(
            format="pdf", sys_inputs={"document": content}, timestamp=day, pdf_standards=_STANDARD
        )


@cache
def _compiler() -> typst.Compiler:
    """It reads nothing but the pages of this package, and no fonts but the bundled ones."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    return typst.Compiler(str(_HERE / "summary.typ"), root=str(_HERE), font_paths=fonts)
