"""A report (履职答卷) as a workbook: its figures, the year before, breakdowns with charts, and the rows behind each."""

from __future__ import annotations

import json
from collections.abc import Iterator

import regex

from ...enums import ReportPart
from .. import labels as common
from ..charts import chart_of
from ..report import labels
from ..report.model import Figure, ReportDocument, Sources
from ..report.outline import Outline, outline_of
from ..report.wording import as_of_text, period_text, replaced_text
from .sheets import Row, Sheet
from .workbook import book_of, describe, saved, words

_NAME = 31
"""Characters that the name of a sheet may have."""
_NOT_IN_NAMES = regex.compile(r"[\\/*?:\[\]'\p{C}]")


def render(document: ReportDocument) -> bytes:
    """An .xlsx for Excel, WPS and LibreOffice; the same document gives the same bytes."""
    book = book_of(sheets_of(document), day=document.head.date)
    describe(book, issuer=document.head.issuer, title=document.title, kind=labels.REPORT)
    book.properties.contentStatus = labels.STATUS[document.status]
    return saved(book)


def sheets_of(document: ReportDocument) -> Iterator[Sheet]:
    """All sheets in their order; last one for each figure that has rows."""
    outline = outline_of(document)
    yield _overview(document, outline)
    yield _figures(document)
    yield _text(document)
    for kind, grid in outline.breakdowns:
        yield Sheet(
            name=labels.SHEET_BREAKDOWN[kind], columns=grid.columns, rows=grid.rows, chart=chart_of(grid)
        )
    figures = {one.slug: one for one in document.figures.figures}
    for at, sources in enumerate(document.figures.sources, start=1):
        yield _sources(at, figures[sources.slug], sources)


def _overview(document: ReportDocument, outline: Outline) -> Sheet:
    head = document.head
    rows: list[Row] = [
        (common.TITLE, document.title),
        (common.ISSUER, head.issuer),
        (labels.PERIOD, period_text(head.since, head.until)),
        (labels.TERMS, "、".join(head.terms)),
        (common.STATUS, labels.STATUS[document.status]),
        (common.VERSION, replaced_text(document) or common.VERSION_NUMBER.format(head.version)),
        (common.DATE, head.date),
        (common.SIGNED_BY, head.signed_by),
        (labels.AS_OF, as_of_text(document.figures).removeprefix(labels.AS_OF)),
        *outline.hashes,
    ]
    rows += [(common.GROUND, line) for line in outline.grounds]
    return Sheet(name=common.SHEET_OVERVIEW, columns=(common.ENTRY, common.CONTENT), rows=tuple(rows))


def _figures(document: ReportDocument) -> Sheet:
    return Sheet(
        name=labels.SHEET_FIGURES,
        columns=(
            common.PART,
            labels.FIGURE,
            labels.PRINTED,
            labels.VALUE,
            labels.BEFORE,
            labels.CHANGE,
            labels.COUNTS,
            labels.MEASURE_NAME,
            labels.CATEGORY,
            labels.PARAMETERS,
            labels.STEP,
            labels.RULE_SINCE,
            labels.SLUG,
        ),
        rows=tuple(
            (
                labels.SHORT_PART[one.part],
                one.name,
                one.printed,
                one.value,
                one.before,
                one.change,
                one.counts,
                labels.MEASURE[one.measure],
                one.category,
                json.dumps(one.parameters, ensure_ascii=False, sort_keys=True) if one.parameters else "",
                one.step,
                one.since,
                one.slug,
            )
            for part in ReportPart
            for one in document.figures.figures
            if one.part == part
        ),
    )


def _text(document: ReportDocument) -> Sheet:
    return Sheet(
        name=labels.SHEET_TEXT,
        columns=(common.PART, labels.HEADING, common.CONTENT),
        rows=tuple(
            (labels.PART[part], one.heading, one.printed)
            for part in ReportPart
            for one in document.passages
            if one.part == part
        ),
    )


def _sources(at: int, figure: Figure, sources: Sources) -> Sheet:
    """Numbered rows whose numbers add up to the figure, which stands below them."""
    rows: list[Row] = [
        (place, one.date, one.what, one.whose, one.event, one.number, one.note)
        for place, one in enumerate(sources.rows, start=1)
    ]
    if sources.more:
        rows.append(("", None, labels.MORE_ROWS.format(sources.more), "", "", None, ""))
    rows.append((common.TOTAL, None, figure.name, "", "", figure.value, figure.counts))
    return Sheet(
        name=_name(f"{at} {figure.name}"),
        columns=(
            common.ORDER,
            labels.DATE,
            labels.WHAT,
            labels.WHOSE,
            labels.EVENT,
            labels.NUMBER,
            common.NOTE,
        ),
        rows=tuple(rows),
        totals=1,
    )


def _name(wished: str) -> str:
    """As every program takes it for the name of a sheet; the number that it begins with keeps them apart."""
    return _NOT_IN_NAMES.sub("", words(wished))[:_NAME].strip()
