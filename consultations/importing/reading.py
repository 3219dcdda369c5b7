"""From the bytes of a file to rows: CSV and XLSX with up to three lists, or JSON with sessions and proposals."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from jianyan.accounts.roster.columns import C, Columns
from jianyan.accounts.roster.files import MOST_BYTES, read_list
from jianyan.accounts.roster.table import EmptyList, Line, NotAList, OtherList, Table

from . import cells
from .cells import Unclear
from .columns import EVENTS, OUTCOMES, SUBMISSIONS, EventColumn, OutcomeColumn, SubmissionColumn
from .rows import EventRow, Fault, OutcomeRow, Rows, SubmissionRow

EXAMPLE = "示例"
"""How the number of a row begins that shows in our template how it is done."""

LONGEST_TITLE = 120
LONGEST_NUMBER = 40
LONGEST_NAME = 120
LONGEST_CHANNEL = 60
LONGEST_NOTE = 2000
LONGEST_WORDS = 300
LONGEST_REFERENCE = 300
LONGEST_AMOUNT_OF = 40

Value = TypeVar("Value")


def read_events(content: bytes, *, latest: dt.date) -> Rows:
    """All that is understood of a file, of which at most a byte more than `MOST_BYTES` need be given.

    `latest`: the last day that has come. Raises NotAList with a sentence where the file as a whole cannot be taken.
    """
    if len(content) > MOST_BYTES:
        raise NotAList(
            _("The file is larger than %(most)s MiB. Please divide it.") % {"most": MOST_BYTES // 1024**2}
        )
    if content[:1024].removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"["):
        # Loaded when it is asked for: a list of events is mostly a table.
        from .json_files import read_json

        return read_json(content, latest=latest)
    return _read_tables(content, latest)


@dataclass(slots=True)
class Cells:
    """The cells of one row, read one by one; what is wrong with any of them is gathered."""

    where: str
    row: Mapping[Any, str]
    faults: list[Fault] = field(default_factory=list)

    def read(self, column: C, understand: Callable[[str], Value], otherwise: Value) -> Value:
        """The value of a cell, which may be missing; `otherwise` where it cannot be understood."""
        try:
            return understand(self.row.get(column, ""))
        except Unclear as unclear:
            self.faults.append(Fault(self.where, column.value, str(unclear)))
            return otherwise

    def known(self, column: C, understand: Callable[[str], Value]) -> Value | None:
        """As `read`, None where there is no such column."""
        return self.read(column, understand, None) if column in self.row else None

    def text(self, column: C, *, most: int, needed: bool = False) -> str:
        """A line of text."""
        return self.read(column, lambda cell: cells.text_of(cell, most=most, needed=needed), "")

    def date(self, column: C, latest: dt.date) -> dt.date:
        """A day; `latest` where it cannot be understood."""
        return self.read(column, lambda cell: cells.date_of(cell, latest=latest), latest)


def event_of(found: Cells, latest: dt.date, outcomes: tuple[OutcomeRow, ...] | None = None) -> EventRow:
    """The event that these cells describe; where there are faults, what is wrong has some other value."""
    return EventRow(
        where=found.where,
        number=found.text(EventColumn.NUMBER, most=LONGEST_NUMBER),
        date=found.date(EventColumn.DATE, latest),
        channel=found.text(EventColumn.CHANNEL, most=LONGEST_CHANNEL, needed=True),
        title=found.text(EventColumn.TITLE, most=LONGEST_TITLE, needed=True),
        host=found.text(EventColumn.HOST, most=LONGEST_NAME, needed=True),
        mode=found.read(
            EventColumn.MODE, lambda cell: cells.word_of(cell, cells.MODES, missing="offline"), "offline"
        ),
        co_hosts=found.known(EventColumn.CO_HOSTS, lambda cell: cells.names_of(cell, most=LONGEST_NAME)),
        place=found.known(EventColumn.PLACE, lambda cell: cells.text_of(cell, most=LONGEST_TITLE)),
        counts_as=found.known(EventColumn.COUNTS_AS, lambda cell: cells.names_of(cell, most=LONGEST_CHANNEL)),
        attendance=found.known(EventColumn.ATTENDANCE, cells.count_of),
        statements=found.known(EventColumn.STATEMENTS, cells.count_of),
        accepted=found.known(EventColumn.ACCEPTED, cells.count_of),
        resolved=found.known(EventColumn.RESOLVED, cells.count_of),
        note=found.known(EventColumn.NOTE, lambda cell: cells.text_of(cell, most=LONGEST_NOTE)),
        outcomes=outcomes,
    )


def outcome_of(found: Cells, key: str, latest: dt.date) -> OutcomeRow:
    """The outcome that these cells describe, as `event_of`."""
    dated = bool(found.row.get(OutcomeColumn.DATE, "").strip())
    return OutcomeRow(
        where=found.where,
        key=key,
        event=found.text(OutcomeColumn.EVENT, most=LONGEST_NUMBER, needed=True),
        kind=found.read(OutcomeColumn.KIND, lambda cell: cells.word_of(cell, cells.KINDS), ""),
        level=found.read(OutcomeColumn.LEVEL, lambda cell: cells.word_of(cell, cells.LEVELS), ""),
        words=found.text(OutcomeColumn.WORDS, most=LONGEST_WORDS, needed=True),
        item=found.text(OutcomeColumn.ITEM, most=LONGEST_NUMBER),
        amount=found.read(OutcomeColumn.AMOUNT, cells.amount_of, None),
        date=found.date(OutcomeColumn.DATE, latest) if dated else None,
        document=found.text(OutcomeColumn.DOCUMENT, most=80),
        evidence=found.text(OutcomeColumn.EVIDENCE, most=LONGEST_REFERENCE),
    )


def submission_of(found: Cells, latest: dt.date) -> SubmissionRow:
    """The proposal that these cells describe, as `event_of`."""
    return SubmissionRow(
        where=found.where,
        number=found.text(SubmissionColumn.NUMBER, most=LONGEST_NUMBER, needed=True),
        sponsor_kind=found.read(SubmissionColumn.KIND, lambda cell: cells.word_of(cell, cells.SPONSORS), ""),
        title=found.text(SubmissionColumn.TITLE, most=200, needed=True),
        sponsor=found.text(SubmissionColumn.SPONSOR, most=200, needed=True),
        filed=found.date(SubmissionColumn.FILED, latest),
        names=found.read(SubmissionColumn.SPONSOR, lambda cell: cells.names_of(cell, most=200), ()),
        state=found.read(SubmissionColumn.STATE, lambda cell: cells.word_of(cell, cells.STATES), ""),
    )


def _read_tables(content: bytes, latest: dt.date) -> Rows:
    events, why = _table(content, EVENTS)
    outcomes, _none = _table(content, OUTCOMES)
    submissions, _none = _table(content, SUBMISSIONS)
    if why is not None and outcomes is None and submissions is None:
        if isinstance(why, EmptyList):
            raise NotAList(_("The list has headings, but nothing below them.")) from why
        raise why
    rows = Rows()
    if events is not None:
        rows.ignored = events.ignored
        found = _lines(events, EventColumn.NUMBER, rows, _("line %(line)s"))
        rows.events = _whole(found, lambda one: event_of(one, latest), rows)
    if outcomes is not None:
        keys: Counter[str] = Counter()
        found = _lines(outcomes, OutcomeColumn.EVENT, rows, _("outcomes, line %(line)s"))
        rows.outcomes = _whole(found, lambda one: outcome_of(one, _next_key(one, keys), latest), rows)
    if submissions is not None:
        found = _lines(submissions, SubmissionColumn.NUMBER, rows, _("proposals, line %(line)s"))
        rows.submissions = _whole(found, lambda one: submission_of(one, latest), rows)
    return rows


def _whole(every: Iterator[Cells], understand: Callable[[Cells], Value], rows: Rows) -> list[Value]:
    """What was understood whole; what is wrong with the others goes to the faults."""
    whole = []
    for found in every:
        value = understand(found)
        if not found.faults:
            whole.append(value)
        rows.faults += found.faults
    return whole


def _next_key(found: Cells, keys: Counter[str]) -> str:
    """The how-many-eth outcome of its event in this file it is."""
    event = found.row.get(OutcomeColumn.EVENT, "").strip()
    keys[event] += 1
    return str(keys[event])


def _table(content: bytes, columns: Columns[C]) -> tuple[Table[C] | None, OtherList | None]:
    """The list of these columns; or why it is none of them, where the file may hold another."""
    try:
        return read_list(content, columns), None
    except OtherList as other:
        return None, other


def _lines(table: Table[C], number: C, rows: Rows, where: str) -> Iterator[Cells]:
    """The rows of a list, but for those of our own template and those that repeat the headings."""
    width = len(table.headings)
    headings = [heading.strip() for heading in table.headings]
    for line in table.lines:
        place = where % {"line": line.number}
        if [cell.strip() for cell in line.cells] == headings:
            rows.faults.append(Fault(place, "", _("the headings once more; left out.")))
        elif any(cell.strip() for cell in line.cells[width:]):
            text = _("more cells than there are headings. Please check the commas.")
            rows.faults.append(Fault(place, "", text))
        else:
            found = Cells(place, table.row(_padded(line, width)))
            if found.row.get(number, "").strip().startswith(EXAMPLE):
                rows.examples += 1
            else:
                yield found


def _padded(line: Line, width: int) -> list[str]:
    return [*line.cells[:width], *[""] * (width - len(line.cells))]
