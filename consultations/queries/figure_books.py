"""The rows behind figures that are counted from outcomes, proposals and reports, and referrals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ..models import Outcome, OutcomeCover, Referral, Submission
from .event_counts import EVENT
from .figure_row import Detail, FigureRow, Reader, ShownEvent, readable_outcomes, shown_events
from .figures import Value
from .submissions import visible_submissions


@dataclass(frozen=True)
class OutcomeList:
    """One row per outcome, by date."""

    outcomes: QuerySet[Outcome]
    value: Callable[[Outcome], Value]
    who: Reader

    @property
    def count(self) -> int:
        """How many outcomes."""
        return self.outcomes.count()

    def between(self, start: int, stop: int) -> tuple[FigureRow, ...]:
        """By date."""
        outcomes = list(self.outcomes.select_related("body").order_by("date", "pk")[start:stop])
        sources = _sources(outcomes, self.who)
        return tuple(_outcome_row(one, sources[one.pk], self.value(one)) for one in outcomes)


class ItemList:
    """One row per document, with all outcomes on it below; an outcome without one is a row of its own."""

    def __init__(self, outcomes: QuerySet[Outcome], who: Reader) -> None:
        self._outcomes, self._who = outcomes, who

    @cached_property
    def _documents(self) -> tuple[tuple[int, ...], ...]:
        """The ids of the outcomes on each, by date."""
        found: dict[str | int, list[int]] = {}
        for pk, item in self._outcomes.order_by("date", "pk").values_list("pk", "item"):
            found.setdefault(item or pk, []).append(pk)
        return tuple(map(tuple, found.values()))

    @property
    def count(self) -> int:
        """How many documents."""
        return len(self._documents)

    def between(self, start: int, stop: int) -> tuple[FigureRow, ...]:
        """By the date of the first outcome on each."""
        documents = self._documents[start:stop]
        ids = [pk for document in documents for pk in document]
        outcomes = {one.pk: one for one in Outcome.objects.filter(pk__in=ids).select_related("body")}
        sources = _sources(outcomes.values(), self._who)
        return tuple(_document_row([outcomes[pk] for pk in document], sources) for document in documents)


@dataclass(frozen=True)
class SubmissionList:
    """One row per proposal or report."""

    submissions: QuerySet[Submission]
    who: Reader

    @property
    def count(self) -> int:
        """How many documents."""
        return self.submissions.count()

    def between(self, start: int, stop: int) -> tuple[FigureRow, ...]:
        """By the date on which they were filed."""
        documents = list(self.submissions.order_by("filed", "pk")[start:stop])
        ids = [document.pk for document in documents]
        known = visible_submissions(self.who.actor, self.who.at).filter(pk__in=ids)
        seen = frozenset(known.values_list("pk", flat=True))
        return tuple(_submission_row(document, open_to=document.pk in seen) for document in documents)


@dataclass(frozen=True)
class ReferralList:
    """One row per referral."""

    referrals: QuerySet[Referral]
    who: Reader

    @property
    def count(self) -> int:
        """How many referrals."""
        return self.referrals.count()

    def between(self, start: int, stop: int) -> tuple[FigureRow, ...]:
        """By the date on which they were issued."""
        referrals = list(
            self.referrals.prefetch_related("bodies__body").order_by("issued_at", "pk")[start:stop]
        )
        shown = shown_events({one.deliberation_id for one in referrals}, self.who)
        return tuple(_referral_row(one, shown[one.deliberation_id]) for one in referrals)


def amount(outcome: Outcome) -> Decimal:
    """In yuan."""
    return outcome.amount or Decimal(0)


def one(_outcome: Outcome) -> int:
    """Each counts as one."""
    return 1


def with_amounts(outcomes: QuerySet[Outcome]) -> QuerySet[Outcome]:
    """Those that add anything to a sum of money."""
    return outcomes.filter(Q(amount__gt=0))


@dataclass(frozen=True, slots=True)
class _Source:
    """Whether the reader may read an outcome, and one of the events that it leads to."""

    open: bool
    event: ShownEvent | None


def _sources(outcomes: Iterable[Outcome], who: Reader) -> Mapping[int, _Source]:
    """By outcome; six queries at most."""
    ids = [outcome.pk for outcome in outcomes]
    readable = readable_outcomes(ids, who)
    covers = OutcomeCover.objects.filter(outcome__in=ids).annotate(event=EVENT).filter(event__isnull=False)
    events: defaultdict[int, list[int]] = defaultdict(list)
    for outcome_id, event_id in covers.order_by("pk").values_list("outcome_id", "event"):
        events[outcome_id].append(event_id)
    shown = shown_events({event for found in events.values() for event in found}, who)

    def source(pk: int) -> _Source:
        # One that the reader may know, before one that they may not.
        of = sorted((shown[event] for event in events[pk]), key=lambda event: event.place is None)
        return _Source(pk in readable, of[0] if of else None)

    return {pk: source(pk) for pk in ids}


def _outcome_row(outcome: Outcome, source: _Source, value: Value) -> FigureRow:
    event = source.event
    return FigureRow(
        day=outcome.date,
        what=outcome.words if source.open else _("an outcome that is not public"),
        whose=event.host if event is not None else str(outcome.body),
        place=("consultations:outcome", outcome.pk) if source.open else None,
        event=event.title if event is not None else "",
        event_place=event.place if event is not None else None,
        note=_joined(outcome.get_level_display(), *([outcome.document_number] if source.open else [])),
        value=value,
    )


def _document_row(outcomes: list[Outcome], sources: Mapping[int, _Source]) -> FigureRow:
    first = outcomes[0]
    row = _outcome_row(first, sources[first.pk], 1)
    if len(outcomes) == 1:
        return row
    return FigureRow(
        day=row.day,
        what=row.what,
        whose=row.whose,
        event=row.event,
        event_place=row.event_place,
        note=_("%(count)s on this document") % {"count": len(outcomes)},
        details=tuple(_detail(outcome, open_to=sources[outcome.pk].open) for outcome in outcomes),
    )


def _detail(outcome: Outcome, *, open_to: bool) -> Detail:
    return Detail(
        _joined(
            outcome.words if open_to else _("an outcome that is not public"), outcome.get_level_display()
        ),
        outcome.date,
        ("consultations:outcome", outcome.pk) if open_to else None,
    )


def _submission_row(document: Submission, *, open_to: bool) -> FigureRow:
    kind = document.get_kind_display()
    if not open_to:
        return FigureRow(day=document.filed, what=_("a document that is not public"), note=kind)
    return FigureRow(
        day=document.filed,
        what=document.title,
        whose=document.sponsor,
        place=("consultations:submission", document.pk),
        note=_joined(
            kind, document.number, document.get_sponsor_kind_display(), document.get_state_display()
        ),
    )


def _referral_row(referral: Referral, event: ShownEvent) -> FigureRow:
    bodies = pgettext("between names", ", ").join(str(part.body) for part in referral.bodies.all())
    public = event.place is not None
    return FigureRow(
        day=timezone.localdate(referral.issued_at),
        what=referral.item if public else _("a referral that is not public"),
        whose=bodies,
        place=("consultations:referral", referral.pk) if public else None,
        event=event.title,
        event_place=event.place,
        note=referral.get_state_display(),
    )


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
