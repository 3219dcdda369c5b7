"""One compiler of each page for the life of the process: it keeps the fonts and the pages."""

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
SUMMARY, REPORT, _EMPTY = "summary.typ", "report.typ", "empty.typ"
"""The pages of this package."""
_LOCK = Lock()
_FORGETTING = 11
"""typst keeps what it made until ten compilations have not used it: some 50 MB of a document with 500 suggestions."""


def render(document: SummaryDocument) -> bytes:
    """The summary, dated with its day. Any thread may ask for one."""
    return compiled(SUMMARY, content_of(document), day=document.head.date)


def compiled(page: str, content: str, *, day: dt.date) -> bytes:
    """A tagged PDF of that page of this package, with the bundled fonts in it; `content` is the JSON that it reads."""
    instant = dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC)
    try:
        # A compiler refuses to be asked twice at once.
        with _LOCK:
            made = compiler_of(page).compile(
                format="pdf", sys_inputs={"document": content}, timestamp=instant, pdf_standards=_STANDARD
            )
    finally:
        # Whoever waits for the file need not wait for this.
        Thread(target=_forget, name="typst-forgets").start()
    return cast(bytes, made)


def _forget() -> None:
    with _LOCK:
        empty = compiler_of(_EMPTY)
        for _ in range(_FORGETTING):
            empty.compile(format="pdf")


@cache
def compiler_of(page: str) -> typst.Compiler:
    """The one of a page, which reads nothing but this package and the bundled fonts."""
    return typst.Compiler(str(_HERE / page), root=str(_HERE), font_paths=_fonts())


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
