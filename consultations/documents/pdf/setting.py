"""One compiler for the life of the process: it keeps the fonts and the pages."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from threading import Lock, Thread
from typing import cast

import typst

from ..glyphs import FONTS
from ..model import SummaryDocument
from .content import content_of

_HERE = Path(__file__).parent
# Tagged for those who listen to it, after ISO 14289-1.
_STANDARD: typst.PDFStandard = "ua-1"
_LOCK = Lock()
_FORGETTING = 11
"""typst keeps what it made until ten compilations have not used it: some 50 MB of a document with 500 suggestions."""


def render(document: SummaryDocument) -> bytes:
    """A tagged PDF with the bundled fonts in it, dated with the day of the document. Any thread may ask for one."""
    content = content_of(document)
    day = dt.datetime.combine(document.head.date, dt.time(), tzinfo=dt.UTC)
    try:
        # A compiler refuses to be asked twice at once.
        with _LOCK:
            summary, _empty = _compilers()
            made = summary.compile(
                format="pdf", sys_inputs={"document": content}, timestamp=day, pdf_standards=_STANDARD
            )
    finally:
        # Whoever waits for the file need not wait for this.
        Thread(target=_forget, name="typst-forgets").start()
    return cast(bytes, made)


def _forget() -> None:
    with _LOCK:
        _summary, empty = _compilers()
        for _ in range(_FORGETTING):
            empty.compile(format="pdf")


@cache
def _compilers() -> tuple[typst.Compiler, typst.Compiler]:
    """The one of the summary, which reads nothing but this package and the bundled fonts; and one of an empty page."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    summary, empty = (
        typst.Compiler(str(_HERE / name), root=str(_HERE), font_paths=fonts)
        for name in ("summary.typ", "empty.typ")
    )
    return summary, empty
