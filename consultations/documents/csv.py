"""CSV for spreadsheets: UTF-8 with a byte order mark, one row per suggestion, and no text that becomes a formula."""

from __future__ import annotations

import csv
import io

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


def inert(text: str) -> str:
    """The printable text, led by an apostrophe where a spreadsheet could take it for a formula.

    Blanks before the sign do not help the attacker: they are looked through.
    """
    text = printable(text)
    if text.startswith(_FORMULA_STARTS) or text.lstrip().startswith(_FORMULA_STARTS):
        return f"'{text}"
    return text


def render(document: SummaryDocument) -> bytes:
    """The appendix as a table with a header row, lines ended by CR LF, every text in quotes."""
    titles = {topic.topic_id: topic.title for topic in document.snapshot.topics}
    numbers = references(document)
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow(HEADER)
    for suggestion in document.appendix:
        merged = suggestion.merged_into
        writer.writerow(
            (
                inert(titles.get(suggestion.topic_id, "")),
                suggestion.number,
                inert(suggestion.text or labels.WITHHELD),
                inert(suggestion.author),
                inert(suggestion.sector),
                labels.SUGGESTION_STATUS[suggestion.status],
                inert(suggestion.theme or ""),
                suggestion.tally.support,
                suggestion.tally.neutral,
                suggestion.tally.oppose,
                "" if merged is None else inert(numbers.get(merged, "")),
                inert(suggestion.reason),
            )
        )
    return b"\xef\xbb\xbf" + out.getvalue().encode()


FORMAT = Format(name="csv", media_type="text/csv; charset=utf-8", suffix=".csv", render=render)
