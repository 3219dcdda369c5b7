"""Lists of people as delimited text: UTF-8, UTF-16 or GB18030; comma, semicolon or tab."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator

import regex
from django.utils.translation import gettext as _

from .columns import C, Columns
from .table import Line, NotAList, Table, find_table

DELIMITERS = (",", ";", "\t")
CONTROL = regex.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
# How much of a text is looked at to see what separates its cells.
SAMPLE = 20_000


def read_text(content: bytes, columns: Columns[C]) -> Table[C]:
    """The list in a delimited text; raises NotAList."""
    text = _decode(content)
    if CONTROL.search(text):
        raise NotAList(
            _("This is not a list but a file of another kind. Please give an Excel (.xlsx) or CSV file.")
        )
    delimiter = max(DELIMITERS, key=lambda candidate: _headings_found(text[:SAMPLE], candidate, columns))
    return find_table(_lines(text, delimiter), columns, delimiter=delimiter)


def _decode(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = ["utf-16"]
    elif b"\x00" in content[:SAMPLE]:
        # Without a mark: only on the right side of its zero byte is a line feed a line feed.
        ends = "\n" in content[: SAMPLE // 2 * 2].decode("utf-16-be", errors="replace")
        candidates = ["utf-16-be"] if ends else ["utf-16-le"]
    else:
        candidates = ["utf-8-sig", "gb18030"]
    for encoding in candidates:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NotAList(_("The characters of this file cannot be read. Please save it as “CSV UTF-8” or .xlsx."))


def _headings_found(text: str, delimiter: str, columns: Columns[C]) -> int:
    """How many required columns some line shows, cut at that delimiter."""
    lines = (columns.meant(line.split(delimiter)) for line in text.splitlines()[:20])
    return max((-len(columns.missing(found)) for found in lines), default=0)


def _lines(text: str, delimiter: str) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise NotAList(
                _("From line %(line)s of the file on, quotation marks do not match. Please correct it.")
                % {"line": number}
            ) from error
        if cells is None:
            return
        yield Line(number, tuple(cell.replace("\r\n", "\n").replace("\r", "\n") for cell in cells))
        number = reader.line_num + 1
