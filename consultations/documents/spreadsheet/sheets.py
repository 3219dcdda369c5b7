"""What stands in the workbook, sheet by sheet; how it looks is `workbook`'s."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ...enums import SummaryKind
from .. import csv, labels
from ..charts import Chart, chart_of
from ..model import Statement, SummaryDocument
from ..outline import Grid, Outline, outline_of
from ..wording import period_text, references, replaced_text, statements_of

Cell = str | int | Decimal | dt.date | None
Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table under one heading row. The last `totals` rows are sums; a chart stands to the right."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    totals: int = 0
    chart: Chart | None = None
    """Of the table: its names in the first column, its measures in the last two."""


def sheets_of(document: SummaryDocument) -> tuple[Sheet, ...]:
    """All sheets in their order; only 协商纪要 lists who attended."""
    outline = outline_of(document)
    numbers = references(document)
    sheets = [
        _overview(document, outline),
        _list(document, numbers),
        _statements(document, numbers),
        _figures(labels.SHEET_SECTORS, outline.sectors, chart=chart_of(outline.sectors)),
        _figures(labels.SHEET_THEMES, outline.themes),
    ]
    if document.head.kind == SummaryKind.MINUTES:
        sheets.append(_attendance(document))
    return (*sheets, _responses(document), _assignments(document, numbers))


def _overview(document: SummaryDocument, outline: Outline) -> Sheet:
    head, opening, counts = document.head, document.opening, document.opening.counts
    version = replaced_text(document) or labels.VERSION_NUMBER.format(head.version)
    rows: list[Row] = [
        (labels.TITLE, document.title),
        (labels.SUMMARY_KIND, labels.KIND[head.kind]),
        (labels.DOCUMENT_NUMBER, head.number),
        (labels.ISSUER, head.issuer),
        (labels.OFFICE, outline.issuer),
        (labels.STATUS, labels.SUMMARY_STATUS[document.status]),
        (labels.VERSION, version),
        (labels.DATE, head.date),
        (labels.SIGNED_BY, head.signed_by),
        (labels.COPIED_TO, "，".join(head.copied_to)),
        (labels.PERIOD, period_text(opening.starts_at, opening.ends_at)),
        (labels.WAY, labels.MODE[opening.mode]),
        (labels.PLACE, opening.place),
        (labels.CHANNEL, opening.channel),
        (labels.HOST, opening.host),
        *((labels.TOPIC, title) for title in opening.topics),
        (labels.PARTICIPANTS, counts.participants),
        (labels.SECTORS_PRESENT, counts.sectors),
        (labels.SUGGESTIONS_MADE, counts.suggestions),
        (labels.PUBLISHED, counts.published),
        (labels.SUPPORT, counts.tally.support),
        (labels.NEUTRAL, counts.tally.neutral),
        (labels.OPPOSE, counts.tally.oppose),
        *outline.hashes,
    ]
    several = len(outline.journals.rows) > 1
    for title, *figures in outline.journals.rows:
        before = f"{title}：" if several else ""
        rows += [
            (f"{before}{column}", figure)
            for column, figure in zip(outline.journals.columns[1:], figures, strict=True)
        ]
    rows += [(labels.GROUND, line) for line in outline.grounds]
    return Sheet(name=labels.SHEET_OVERVIEW, columns=(labels.ENTRY, labels.CONTENT), rows=tuple(rows))


def _list(document: SummaryDocument, numbers: Mapping[int, str]) -> Sheet:
    """The table of the CSV, and beside where a suggestion was merged into, which were merged into it."""
    merged: dict[int, list[str]] = {}
    for one in document.appendix:
        if one.merged_into is not None:
            merged.setdefault(one.merged_into, []).append(numbers[one.id])
    at = csv.HEADER.index(labels.MERGED_INTO) + 1
    return Sheet(
        name=labels.SHEET_LIST,
        columns=(*csv.HEADER[:at], labels.MERGED_HERE, *csv.HEADER[at:]),
        rows=tuple(
            (*row[:at], "、".join(merged.get(one.id, ())), *row[at:])
            for one, row in zip(document.appendix, csv.rows(document), strict=True)
        ),
    )


def _statements(document: SummaryDocument, numbers: Mapping[int, str]) -> Sheet:
    places = _places(document)
    return Sheet(
        name=labels.SHEET_STATEMENTS,
        columns=(
            labels.ORDER,
            labels.PART,
            labels.TOPIC,
            labels.THEME,
            labels.STATEMENT,
            labels.STATEMENT_NATURE,
            labels.REWORDED,
            labels.TO_ACCEPT,
            labels.SUPPORT,
            labels.GROUNDS_COUNT,
            labels.GROUNDS,
            labels.PROPOSED_BY,
        ),
        rows=tuple(
            (at, *place, *_statement(one, numbers))
            for at, (place, one) in enumerate(
                zip(places, statements_of(document), strict=True),
                start=1,
            )
        ),
    )


def _places(document: SummaryDocument) -> Iterator[tuple[str, str, str]]:
    """Part, topic and theme of each statement, in the order of `statements_of`."""
    yield from ((labels.CONSENSUS, "", "") for _ in document.consensus)
    for topic in document.topics:
        for section in topic.sections:
            place = (labels.SUGGESTIONS, topic.title, section.theme or labels.WITHOUT_THEME)
            yield from (place for _ in section.statements)


def _statement(one: Statement, numbers: Mapping[int, str]) -> Row:
    cited = one.citations
    return (
        one.text,
        labels.STATEMENT_KIND[one.kind],
        labels.YES if one.reworded else "",
        "" if one.pending is None else labels.PENDING[one.pending],
        one.support,
        len(cited),
        "、".join(numbers.get(citation.suggestion_id, str(citation.number)) for citation in cited),
        "、".join(dict.fromkeys(citation.sector for citation in cited if citation.sector)),
    )


def _figures(name: str, grid: Grid, chart: Chart | None = None) -> Sheet:
    return Sheet(name=name, columns=grid.columns, rows=grid.rows, totals=grid.totals, chart=chart)


def _attendance(document: SummaryDocument) -> Sheet:
    """Everybody in the order in which they are printed."""
    people = document.snapshot.attendance
    lists = (
        (labels.PRESENT, people.present),
        (labels.OBSERVERS, people.observers),
        (labels.ON_LEAVE, people.on_leave),
    )
    listed = [(label, one.name, one.unit) for label, names in lists for one in names]
    return Sheet(
        name=labels.SHEET_ATTENDANCE,
        columns=(labels.ORDER, labels.ATTENDANCE, labels.NAME, labels.UNIT),
        rows=_counted(listed),
    )


def _responses(document: SummaryDocument) -> Sheet:
    """In the order in which they are printed: those on all topics, then topic by topic."""
    topics = {topic.topic_id: topic.title for topic in document.snapshot.topics}
    order: list[int | None] = [None, *topics]
    return Sheet(
        name=labels.RESPONSES,
        columns=(labels.ORDER, labels.TOPIC, labels.DEPARTMENT, labels.RESPONSE),
        rows=_counted(
            [
                (labels.ALL_TOPICS if topic is None else topics[topic], one.department, one.text)
                for topic in order
                for one in document.responses
                if one.topic_id == topic
            ]
        ),
    )


def _assignments(document: SummaryDocument, numbers: Mapping[int, str]) -> Sheet:
    return Sheet(
        name=labels.ASSIGNMENTS,
        columns=(
            labels.ORDER,
            labels.ITEM,
            labels.LEAD,
            labels.COHANDLING,
            labels.DUE,
            labels.GROUNDS,
        ),
        rows=_counted(
            [
                (
                    one.item,
                    one.lead,
                    one.cohandling,
                    one.due,
                    "、".join(numbers[cited] for cited in one.suggestions if cited in numbers),
                )
                for one in document.assignments
            ]
        ),
    )


def _counted(rows: Sequence[Row]) -> tuple[Row, ...]:
    return tuple((at, *row) for at, row in enumerate(rows, start=1))
