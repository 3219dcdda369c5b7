"""附件: what the numbers come from, and how anybody can check them."""

from __future__ import annotations

from ..outline import Outline
from .markup import Xml, join, paragraph, run, table
from .measures import SONG_FACE, TABLE_POINTS
from .tables import caption, centred, columns, filled, text


def record(outline: Outline) -> Xml:
    """Paragraphs, the head of each topic's journal, the hashes."""
    grid = outline.journals
    widths = columns(list(zip(grid.columns, (38.0, 32.0, 18.0, 0.0), strict=True)), fill=3)
    rows = (
        filled(widths, [text(str(title)), centred(closed), centred(revision), _hash(str(head))])
        for title, closed, revision, head in grid.rows
    )
    parts = [paragraph(run(line), style="BodyText") for line in outline.grounds]
    parts += [caption(grid.caption), table(widths, rows, caption=grid.caption)]
    for name, digits in outline.hashes:
        parts += [
            caption(name),
            paragraph(run(digits, face=SONG_FACE, points=TABLE_POINTS), style="TableText"),
        ]
    return join(parts)


def _hash(digest: str) -> Xml:
    """In two lines: 64 digits without a seam are nothing that a line could be broken at."""
    half = len(digest) - 32
    return paragraph(run(f"{digest[:half]}\n{digest[half:]}", face=SONG_FACE), style="TableText")
