"""The figures of a report: every indicator that is in force, counted for a body and all below it, and a year before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, TypeAlias

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import translation

from jianyan.accounts.models import Body

from ..enums import Measure, ReportPart, Status, Unit
from ..indicators import IndicatorRule
from ..models import Suggestion
from ..periods import Period
from ..rounding import exactly, printed
from .attendees import Held, attendees, held_on, memberships_in
from .counted_books import answerable_of, answered_of, dated, outcomes_of, referrals_of, submissions_of, timed
from .counted_events import CountedEvent, counted_events
from .event_counts import during, held_by
from .indicators import indicators_of

Value: TypeAlias = int | Decimal


@dataclass(frozen=True, slots=True)
class Figure:
    """An indicator with what was counted for it, in words of one language.

    `printed` is rounded down as the indicator says, `exact` is not, nor is `change_exact`, which has no sign. `counts`
    says what was counted, by the rule that is in force since the year `since` (`own`: of the body with that name).
    `of` is what the value is a share of, if it is.
    """

    slug: str
    name: str
    part: ReportPart
    measure: Measure
    category: str | None
    parameters: Mapping[str, Any]
    unit: Unit
    step: int
    counts: str
    since: int
    own: str
    value: Value
    printed: str
    exact: str
    before: Value
    before_printed: str
    before_exact: str
    change_exact: str
    of: int | None

    @property
    def change(self) -> Value:
        """How much more than a year before; negative where it is less."""
        return self.value - self.before

    @property
    def share(self) -> int | None:
        """Per cent of what it is a share of, rounded down; None where there is nothing."""
        return int(self.value * 100 / self.of) if self.of else None


def figures(
    body: Body, period: Period, *, at: dt.datetime, language: str | None = None
) -> tuple[Figure, ...]:
    """All figures in the order of the report. What they take grows with the indicators, and with no row that is counted.

    `language`: zh-hans or en, the active one by default. Raises BadIndicator.
    """
    return tuple(one.figure for one in counted_figures(body, period, at=at, language=language))


def counted_figures(
    body: Body, period: Period, *, at: dt.datetime, language: str | None = None
) -> tuple[Counted, ...]:
    """As `figures`, each with its rule and the books, for whoever asks for the rows behind them as well."""
    language = language or translation.get_language() or "zh-hans"
    books = Books(body, period, at)
    rules = indicators_of(body, period.year, language=language)
    return tuple(Counted(rule, _figure(rule, books, language), books) for rule in rules)


def figure_of(
    slug: str, body: Body, period: Period, *, at: dt.datetime, language: str | None = None
) -> Counted | None:
    """One of them; None where no such indicator is in force. Raises BadIndicator."""
    language = language or translation.get_language() or "zh-hans"
    rules = indicators_of(body, period.year, language=language)
    rule = next((rule for rule in rules if rule.slug == slug), None)
    if rule is None:
        return None
    books = Books(body, period, at)
    return Counted(rule, _figure(rule, books, language), books)


def _figure(rule: IndicatorRule, books: Books, language: str) -> Figure:
    value, before = books.count(rule)
    return Figure(
        slug=rule.slug,
        name=rule.name,
        part=rule.part,
        measure=rule.measure,
        category=rule.category,
        parameters=rule.parameters,
        unit=rule.unit,
        step=rule.step,
        counts=rule.counts,
        since=rule.since,
        own=rule.own,
        value=value,
        printed=printed(value, rule.unit, rule.step, language),
        exact=exactly(value, rule.unit, language),
        before=before,
        before_printed=printed(before, rule.unit, rule.step, language),
        before_exact=exactly(before, rule.unit, language),
        change_exact=exactly(value - before if value > before else before - value, rule.unit, language),
        of=books.base(rule),
    )


class Books:
    """What a body and all below it did in a period, and in the one before: read once for however many indicators."""

    def __init__(self, body: Body, period: Period, at: dt.datetime) -> None:
        self.body, self.at = body, at
        self.period, self.earlier = period, period.before()

    def count(self, rule: IndicatorRule) -> tuple[Value, Value]:
        """The value of an indicator, and the one before."""
        number = event_number(rule)
        if number is not None:
            return self._summed(rule, number)
        match rule.measure:
            case Measure.HOSTS:
                return self._hosts(rule)
            case Measure.VOTES:
                return self._summed(rule, lambda event: self._support.get(event.id, 0))
            case Measure.PERSONS:
                now, before = self.persons(rule)
                return len(now), len(before)
            case Measure.OUTCOMES:
                return self._numbered(outcomes_of(rule, self.body, at=self.at), dated, "date")
            case Measure.ITEMS:
                return self._items(rule)
            case Measure.AMOUNT:
                return self._amount(rule)
            case Measure.SUBMISSIONS:
                return self._numbered(submissions_of(rule, self.body), dated, "filed")
            case _:
                # Referrals; a test counts every measure.
                found = answered_of if rule.measure is Measure.ANSWERED else referrals_of
                return self._numbered(found(rule, self.body), timed, "issued_at")

    def base(self, rule: IndicatorRule) -> int | None:
        """What the value of an indicator is a share of; None where it is no share."""
        if rule.measure is not Measure.ANSWERED:
            return None
        return answerable_of(rule, self.body).filter(timed("issued_at", self.period)).count()

    @cached_property
    def events(self) -> tuple[tuple[CountedEvent, ...], tuple[CountedEvent, ...]]:
        """Those of the period, and those of the one before."""
        found = counted_events(self.body, (self.period, self.earlier), at=self.at)
        # Longer than a year, the two share events.
        now = tuple(event for event in found if event.day in self.period)
        return now, tuple(event for event in found if event.day in self.earlier)

    @cached_property
    def _support(self) -> Mapping[int, int]:
        """By event the supporting votes of its public suggestions; a merged group's are its representative's."""
        events = held_by(self.body, at=self.at).filter(during(self.period) | during(self.earlier))
        rows = (
            Suggestion.objects.filter(topic__deliberation__in=events, status=Status.PUBLISHED)
            .order_by()
            .values_list("topic__deliberation_id")
            .annotate(stood=Sum("support"))
        )
        return dict(rows)

    @cached_property
    def came(self) -> tuple[tuple[int, CountedEvent], ...]:
        """(user id, event) for each who came to one of them."""
        events = {event.id: event for part in self.events for event in part}
        return tuple(attendees(events, (self.period, self.earlier)))

    def _summed(self, rule: IndicatorRule, number: Callable[[CountedEvent], int]) -> tuple[int, int]:
        now, before = (
            sum(number(event) for event in part if event.counts_as(rule.category)) for part in self.events
        )
        return now, before

    def _hosts(self, rule: IndicatorRule) -> tuple[int, int]:
        now, before = (
            len({event.host_id for event in part if event.counts_as(rule.category)}) for part in self.events
        )
        return now, before

    def persons(self, rule: IndicatorRule) -> tuple[frozenset[int], frozenset[int]]:
        """The ids of the different persons that an indicator counts: of the period, and of the one before."""
        members = memberships_in(self.body) if rule.words("who") else None
        return (
            _persons(self.came, self.period, rule.category, members),
            _persons(self.came, self.earlier, rule.category, members),
        )

    def _numbered(
        self, found: QuerySet[Any], within: Callable[[str, Period], Q], field: str
    ) -> tuple[int, int]:
        rows = found.aggregate(
            now=Count("pk", filter=within(field, self.period)),
            before=Count("pk", filter=within(field, self.earlier)),
        )
        return rows["now"], rows["before"]

    def _items(self, rule: IndicatorRule) -> tuple[int, int]:
        """Documents: outcomes that share an `item` are about one, and one without is about one of its own."""
        now, before = dated("date", self.period), dated("date", self.earlier)
        shared, alone = ~Q(item=""), Q(item="")
        rows = outcomes_of(rule, self.body, at=self.at).aggregate(
            now=Count("item", distinct=True, filter=now & shared),
            now_alone=Count("pk", filter=now & alone),
            before=Count("item", distinct=True, filter=before & shared),
            before_alone=Count("pk", filter=before & alone),
        )
        return rows["now"] + rows["now_alone"], rows["before"] + rows["before_alone"]

    def _amount(self, rule: IndicatorRule) -> tuple[Decimal, Decimal]:
        rows = outcomes_of(rule, self.body, at=self.at).aggregate(
            now=Sum("amount", filter=dated("date", self.period)),
            before=Sum("amount", filter=dated("date", self.earlier)),
        )
        return rows["now"] or Decimal(0), rows["before"] or Decimal(0)


@dataclass(frozen=True, slots=True)
class Counted:
    """A figure with the rule that it was counted by, and the books that it was counted from."""

    rule: IndicatorRule
    figure: Figure
    books: Books


def event_number(rule: IndicatorRule) -> Callable[[CountedEvent], int] | None:
    """What one event adds to the figure, for the measures that are sums over events; None for the others."""
    match rule.measure:
        case Measure.EVENTS:
            return _one
        case Measure.ATTENDANCES:
            return lambda event: event.counts.attendance
        case Measure.STATEMENTS if rule.words("from"):
            return lambda event: event.counts.suggestions
        case Measure.STATEMENTS:
            return lambda event: event.counts.statements
        case Measure.ACCEPTED:
            return lambda event: event.counts.accepted
        case Measure.RESOLVED:
            return lambda event: event.counts.resolved
    return None


def _one(_event: CountedEvent) -> int:
    return 1


def _persons(
    came: Iterable[tuple[int, CountedEvent]],
    period: Period,
    category: str | None,
    members: Mapping[int, tuple[Held, ...]] | None,
) -> frozenset[int]:
    """The ids of those who came to an event of the period; with `members` only who was one on its day. Each once."""
    found: set[int] = set()
    for user_id, event in came:
        if user_id in found or event.day not in period or not event.counts_as(category):
            continue
        if members is None or held_on(members.get(user_id, ()), event.day) is not None:
            found.add(user_id)
    return frozenset(found)
