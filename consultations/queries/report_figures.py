"""What a report says in numbers, counted now: its figures, breakdowns for charts, and the rows behind each figure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice

from django.utils import timezone, translation

from jianyan.accounts.enums import Role
from jianyan.accounts.models import Body, Membership

from ..documents.report import labels
from ..documents.report.model import Breakdown, Figure, Figures, Share, Source, Sources, Value
from ..documents.report.tokens import Forms, forms_of
from ..models import Report
from ..periods import Period
from ..rounding import exactly
from .breakdowns import Breakdown as Broken
from .breakdowns import By, breakdowns
from .figure_row import FigureRow
from .figure_rows import rows_behind
from .figures import Counted, counted_figures
from .figures import Figure as Found
from .indicators import indicators_of

LANGUAGE = "zh-hans"
"""Official documents are Chinese, whatever language their reader uses."""
_OF = {By.MONTH: "月份", By.CHANNEL: "渠道", By.BODY: "举办单位", By.SECTOR: "界别"}
MOST_ROWS = 1000
"""Rows behind a figure that are kept with a report; the page of the figure has them all."""
NOTE = 500
"""Characters of what is said beside a row."""
_BETWEEN = re.compile("[、，,；;/]")
SHOWN = 30
"""Rows of a breakdown; the smaller ones together are one more."""


def counted(body: Body, period: Period, *, at: dt.datetime, rows: bool = False) -> Figures:
    """Everything, as of that instant; `rows`: with those behind each figure, as anybody may see them.

    Raises BadIndicator.
    """
    with translation.override(LANGUAGE):
        found = counted_figures(body, period, at=at, language=LANGUAGE)
        return Figures(
            as_of=timezone.localtime(at).replace(microsecond=0),
            figures=tuple(_figure(one.figure) for one in found),
            breakdowns=tuple(map(_breakdown, breakdowns(body, period, at=at))),
            sources=tuple(filter(None, (_sources(one, at=at) for one in found))) if rows else (),
        )


def forms_for(report: Report) -> Forms:
    """Which figures its words may name. One query. Raises BadIndicator."""
    return forms_of(indicators_of(report.body, report.until.year, language=LANGUAGE))


def _sources(one: Counted, *, at: dt.datetime) -> Sources | None:
    """The rows behind a figure that nobody has to be named in; None where there are none."""
    count, found = rows_behind(one, actor=None, at=at)
    rows = tuple(_source(row) for row in islice(found, MOST_ROWS))
    return Sources(slug=one.figure.slug, rows=rows, more=count - len(rows)) if rows else None


def _source(row: FigureRow) -> Source:
    lines = [row.note, *(detail.text for detail in row.details)]
    note = "；".join(line for line in lines if line)
    return Source(
        date=row.day,
        what=row.what,
        whose=row.whose,
        event=row.event,
        number=_plain(row.value),
        note=note if len(note) <= NOTE else f"{note[:NOTE]}…",
    )


def terms_in(body: Body, period: Period) -> tuple[str, ...]:
    """The terms (届) of those who were members of the body in the period, in the order in which they began. One query.

    Whoever sits for another term is said by rosters to sit for both (第九届、第十届): it is the last one that has begun then.
    """
    rows = (
        Membership.objects.filter(body=body, role=Role.MEMBER)
        .exclude(term="")
        .order_by("since", "until")
        .values_list("term", "since", "until")
        .distinct()
    )
    return tuple(
        dict.fromkeys(
            _BETWEEN.split(term)[-1].strip()
            for term, since, until in rows
            if (since is None or since <= period.until) and (until is None or until >= period.since)
        )
    )


def _figure(one: Found) -> Figure:
    return Figure(
        slug=one.slug,
        name=one.name,
        part=one.part,
        measure=one.measure,
        category=one.category or "",
        parameters=dict(one.parameters),
        unit=one.unit,
        step=one.step,
        since=one.since,
        own=one.own,
        counts=one.counts,
        value=_plain(one.value),
        printed=one.printed,
        exact=one.exact,
        before=_plain(one.before),
        exact_before=exactly(one.before, one.unit, LANGUAGE),
        of=one.of,
    )


def _plain(value: Value) -> Value:
    """A value without a fraction is an int: databases differ in how many noughts they give an amount."""
    return int(value) if value == int(value) else Decimal(value).normalize()


def _breakdown(one: Broken) -> Breakdown:
    of, second = _OF[one.by], labels.ATTENDANCES if one.by != By.SECTOR else labels.STATEMENTS
    first = labels.EVENTS if one.by != By.SECTOR else labels.ATTENDANCES
    rows = [
        Share(
            name=row.name,
            values=(row.attendance, row.statements) if one.by == By.SECTOR else (row.events, row.attendance),
        )
        for row in one.rows
    ]
    return Breakdown(
        kind=one.by,
        caption=labels.BY.format(of),
        of=of,
        measures=(first, second),
        rows=tuple(_shown(rows)),
    )


def _shown(rows: list[Share]) -> Iterator[Share]:
    """Seventy hosts are no chart that anybody reads: the smallest are put together, the sums stay."""
    if len(rows) <= SHOWN:
        yield from rows
        return
    yield from rows[: SHOWN - 1]
    rest = rows[SHOWN - 1 :]
    yield Share(
        name=labels.OTHERS.format(len(rest)),
        values=(sum(one.values[0] for one in rest), sum(one.values[1] for one in rest)),
    )
