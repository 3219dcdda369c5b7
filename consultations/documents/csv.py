"""CSV for spreadsheets: UTF-8 with a byte order mark, one row per suggestion, and no text that becomes a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from . import labels
from .format import Format
from .model import SummaryDocument
from .printable import printable
from .wording import references

HEADER = (
    labels.TOPIC,
    labels.NUMBER,
    labels.TEXT,
    labels.AUTHOR,
    labels.SECTOR,
    labels.STATUS,
    labels.THEME,
    labels.SUPPORT,
    labels.NEUTRAL,
    labels.OPPOSE,
    labels.MERGED_INTO,
    labels.NOTE,
)
# Spreadsheets begin a formula with any of these, Chinese ones with the full-width forms too.
_FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n", "|", "%")


def computable(text: str) -> bool:
    """Whether a spreadsheet could take it for a formula; blanks before the sign are looked through."""
    return text.startswith(_FORMULA_STARTS) or text.lstrip().startswith(_FORMULA_STARTS)


def inert(text: str) -> str:
    """The printable text, led by an apostrophe where a spreadsheet could take it for a formula."""
    text = printable(text)
    return f"'{text}" if computable(text) else text


def rows(document: SummaryDocument) -> Iterator[tuple[str | int, ...]]:
    """Every suggestion of the appendix in the columns of HEADER, its texts as they were written."""
    titles = {topic.topic_id: topic.title for topic in document.snapshot.topics}
    numbers = references(document)
    for one in document.appendix:
        yield (
            titles.get(one.topic_id, ""),
            one.number,
            one.text or labels.WITHHELD,
            one.author,
            one.sector,
            labels.SUGGESTION_STATUS[one.status],
            one.theme or "",
            one.tally.support,
            one.tally.neutral,
            one.tally.oppose,
            "" if one.merged_into is None else numbers.get(one.merged_into, ""),
            one.reason,
        )


def render(document: SummaryDocument) -> bytes:
    """The appendix as a table with a header row, lines ended by CR LF, every text in quotes."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow(HEADER)
    for row in rows(document):
        writer.writerow(inert(cell) if isinstance(cell, str) else cell for cell in row)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


FORMAT = Format(name="csv", media_type="text/csv; charset=utf-8", suffix=".csv", render=render)
