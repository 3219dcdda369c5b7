"""The rows behind a figure: together they are the figure, always."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from jianyan.accounts.models import Body
from jianyan.accounts.roles import Actor

from ..enums import PUBLIC, Measure, OutcomeKind, Status
from ..models import Suggestion
from ..periods import Period
from .attendees import sector_memberships
from .counted_books import answered_of, dated, outcomes_of, referrals_of, submissions_of, timed
from .counted_events import CountedEvent
from .event_counts import events_in
from .figure_books import ItemList, OutcomeList, ReferralList, SubmissionList, amount, one, with_amounts
from .figure_events import EventList, HostList, UnitList
from .figure_people import PersonList, SuggestionList
from .figure_row import FigureList, FigureRow, Reader, reader
from .figures import Counted, Figure, event_number, figure_of

PAGE = 100
"""Rows on a page."""
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class FigurePage:
    """A page of rows: `first` is the number of its first one, `count` how many there are on all pages."""

    figure: Figure
    body: Body
    period: Period
    rows: tuple[FigureRow, ...]
    first: int
    count: int
    page: int
    pages: int
    staff: bool


def figure_page(
    slug: str, body: Body, period: Period, *, actor: Actor | None, at: dt.datetime, page: int = 1
) -> FigurePage | None:
    """The page of that number, the last one where it is greater; None where no such indicator is in force.

    Raises BadIndicator.
    """
    counted = figure_of(slug, body, period, at=at)
    if counted is None:
        return None
    who = reader(actor, body, at)
    rows = _list(counted, who)
    count = rows.count
    pages = max(1, math.ceil(count / PAGE))
    page = min(max(1, page), pages)
    start = (page - 1) * PAGE
    return FigurePage(
        figure=counted.figure,
        body=body,
        period=period,
        rows=rows.between(start, start + PAGE),
        first=start + 1,
        count=count,
        page=page,
        pages=pages,
        staff=who.staff,
    )


def figure_rows(
    slug: str, body: Body, period: Period, *, actor: Actor | None, at: dt.datetime
) -> tuple[Figure, Iterator[FigureRow]] | None:
    """The figure and all its rows, which are read as they are asked for; None as in `figure_page`."""
    counted = figure_of(slug, body, period, at=at)
    if counted is None:
        return None
    return counted.figure, _all(_list(counted, reader(actor, body, at)))


def rows_behind(counted: Counted, *, actor: Actor | None, at: dt.datetime) -> tuple[int, Iterator[FigureRow]]:
    """How many rows there are behind a figure that was counted, and all of them, read as they are asked for."""
    rows = _list(counted, reader(actor, counted.books.body, at))
    return rows.count, _all(rows)


def _all(rows: FigureList) -> Iterator[FigureRow]:
    for start in range(0, rows.count, _BATCH):
        yield from rows.between(start, start + _BATCH)


def _list(counted: Counted, who: Reader) -> FigureList:
    rule, books = counted.rule, counted.books
    match rule.measure:
        case Measure.VOTES:
            return SuggestionList(
                _suggestions(counted, Status.PUBLISHED).filter(support__gt=0), _support, who
            )
        case Measure.STATEMENTS if rule.words("from"):
            return SuggestionList(_suggestions(counted, *PUBLIC), _each, who)
        case Measure.PERSONS:
            now, _before = books.persons(rule)
            came = [
                pair
                for pair in books.came
                if pair[1].day in books.period and pair[1].counts_as(rule.category)
            ]
            return PersonList(now, came, lambda: sector_memberships(books.body), who)
        case Measure.HOSTS:
            return HostList(_events(counted), who)
    number = event_number(rule)
    return _book(counted, who) if number is None else _event_list(counted, number, who)


def _event_list(counted: Counted, number: Callable[[CountedEvent], int], who: Reader) -> FigureList:
    events = [event for event in _events(counted) if number(event)]
    match counted.rule.measure:
        case Measure.ACCEPTED:
            return UnitList(events, number, OutcomeKind.ADOPTED, who)
        case Measure.RESOLVED:
            return UnitList(events, number, OutcomeKind.RESOLVED, who)
        case measure:
            return EventList(events, number, who, names=measure is Measure.ATTENDANCES)


def _events(counted: Counted) -> list[CountedEvent]:
    now, _before = counted.books.events
    return [event for event in now if event.counts_as(counted.rule.category)]


def _suggestions(counted: Counted, *statuses: Status) -> QuerySet[Suggestion]:
    books = counted.books
    events = events_in(books.body, books.period, category=counted.rule.category, at=books.at)
    return Suggestion.objects.filter(topic__deliberation__in=events, status__in=statuses)


def _support(suggestion: Suggestion) -> int:
    return suggestion.support


def _each(_suggestion: Suggestion) -> int:
    return 1


def _book(counted: Counted, who: Reader) -> FigureList:
    """Of what is no event."""
    rule, books = counted.rule, counted.books
    match rule.measure:
        case Measure.SUBMISSIONS:
            return SubmissionList(submissions_of(rule, books.body).filter(dated("filed", books.period)), who)
        case Measure.REFERRALS | Measure.ANSWERED:
            found = answered_of if rule.measure is Measure.ANSWERED else referrals_of
            return ReferralList(found(rule, books.body).filter(timed("issued_at", books.period)), who)
    outcomes = outcomes_of(rule, books.body, at=books.at).filter(dated("date", books.period))
    match rule.measure:
        case Measure.ITEMS:
            return ItemList(outcomes, who)
        case Measure.AMOUNT:
            return OutcomeList(with_amounts(outcomes), amount, who)
        case _:
            return OutcomeList(outcomes, one, who)
