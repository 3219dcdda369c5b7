"""A summary in every format: what it costs warm, the PDF also cold, and the same document through WeasyPrint.

The reference is the usual way to a PDF in Python: our own HTML page, printed by WeasyPrint, where that is installed.
"""

from __future__ import annotations

import importlib
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import perf_counter, process_time, sleep
from typing import Any

import msgspec

from consultations.documents import FORMATS
from consultations.documents.content import from_content
from consultations.documents.json import content_of
from consultations.documents.model import SummaryDocument
from tests.consultations.documents.samples import large
from tests.servers import ROOT

SUGGESTIONS, STATEMENTS, PEOPLE = 500, 40, 180
TEN_TIMES = 10
ROUNDS = 5
CLEARED_UP = 0.3
"""Seconds after which the last PDF is forgotten."""


def documents() -> dict[str, Any]:
    """`formats`: name → CPU milliseconds, those of ten times as much, bytes; the rest in milliseconds, None: not there."""
    document = large(suggestions=SUGGESTIONS, statements=STATEMENTS, people=PEOPLE)
    more = large(suggestions=SUGGESTIONS * TEN_TIMES, statements=STATEMENTS * TEN_TIMES, people=PEOPLE)
    return {
        "suggestions": SUGGESTIONS,
        "statements": STATEMENTS,
        "people": PEOPLE,
        "formats": {
            name: {
                "ms": _median(partial(one.render, document), rounds=ROUNDS),
                "more_ms": _median(partial(one.render, more), rounds=1),
                "bytes": len(one.render(document)),
            }
            for name, one in FORMATS.items()
        },
        "pdf_warm_ms": _warm(document),
        "pdf_cold_ms": _cold(document),
        "weasyprint_ms": _weasyprint(document),
    }


def _median(what: Callable[[], object], *, rounds: int) -> float:
    """Milliseconds of CPU, after a first time that is not counted where there are several."""
    if rounds > 1:
        what()
    return statistics.median(_milliseconds(what) for _ in range(rounds))


def _milliseconds(what: Callable[[], object]) -> float:
    begun = process_time()
    what()
    return (process_time() - begun) * 1000


def _warm(document: SummaryDocument) -> float:
    """Milliseconds on the clock for a PDF in a process that has made one, of another document each time.

    typst works in several threads, and clears up while nobody waits. In a process of its own: the documents of ten
    times the size that this one holds would be looked through by the garbage collector meanwhile.
    """
    return float(_in_a_process(document, "warm"))


def _cold(document: SummaryDocument) -> float:
    """Milliseconds on the clock until a new process has written the PDF: the interpreter's start, all imports, fonts."""
    taken = []
    for _ in range(3):
        begun = perf_counter()
        _in_a_process(document, "cold")
        taken.append((perf_counter() - begun) * 1000)
    return statistics.median(taken)


def _in_a_process(document: SummaryDocument, how: str) -> str:
    """What `main` prints."""
    with tempfile.TemporaryDirectory(prefix="jianyan-bench-") as name:
        file = Path(name, "document.json")
        file.write_bytes(msgspec.json.encode(content_of(document)))
        command = [sys.executable, "-m", __name__, how, str(file)]
        return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def _weasyprint(document: SummaryDocument) -> float | None:
    try:
        weasyprint = importlib.import_module("weasyprint")
    except (ImportError, OSError):
        # Not installed, or without the libraries of the system that it needs.
        return None
    page = FORMATS["html"].render(document).decode()
    return _milliseconds(lambda: weasyprint.HTML(string=page).write_pdf())


def main() -> None:
    """`cold FILE`: read the document's content, write the PDF beside it. `warm FILE`: then print how long others take."""
    how, file = sys.argv[1], Path(sys.argv[2])
    document = from_content(msgspec.json.decode(file.read_bytes()), SummaryDocument)
    file.with_suffix(".pdf").write_bytes(FORMATS["pdf"].render(document))
    if how == "warm":
        taken = []
        for number in range(ROUNDS):
            another = replace(document, title=f"{document.title}{number}")
            sleep(CLEARED_UP)
            begun = perf_counter()
            FORMATS["pdf"].render(another)
            taken.append((perf_counter() - begun) * 1000)
        sys.stdout.write(f"{statistics.median(taken)}\n")


if __name__ == "__main__":
    main()
