"""One of the rows behind a figure, and who is looking at them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from django.utils import timezone
from django.utils.translation import gettext as _

from jianyan.accounts.models import Body
from jianyan.accounts.roles import Actor

from ..keeping import may_read_books
from ..models import Deliberation
from .figures import Value
from .outcomes import visible_outcomes
from .visible import visible_deliberations

Place: TypeAlias = tuple[str, int]
"""Where something has a page: the name of the address, and the id."""


@dataclass(frozen=True, slots=True)
class Detail:
    """A line below a row."""

    text: str
    day: dt.date | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class FigureRow:
    """`value` is what it adds to the figure. `event`: in whose course it happened, empty where it is one itself.

    What the reader may not see is named only by its kind, and has no place.
    """

    day: dt.date | None
    what: str
    whose: str = ""
    place: Place | None = None
    event: str = ""
    event_place: Place | None = None
    note: str = ""
    value: Value = 1
    details: tuple[Detail, ...] = ()


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks, and when. `staff`: they may read the books of the body, and in them who people are."""

    actor: Actor | None
    at: dt.datetime
    staff: bool


class FigureList(Protocol):
    """The rows behind a figure, in their order."""

    @property
    def count(self) -> int:
        """How many there are."""

    def between(self, start: int, stop: int) -> tuple[FigureRow, ...]:
        """Those from `start` (from 0) until before `stop`; a few queries, whatever their number."""


@dataclass(frozen=True, slots=True)
class ShownEvent:
    """An event as the reader may know it."""

    title: str
    host: str
    day: dt.date
    place: Place | None


def reader(actor: Actor | None, body: Body, at: dt.datetime) -> Reader:
    """Who looks at the books of that body."""
    return Reader(actor, at, may_read_books(actor, body.lineage) is None)


def shown_events(ids: Collection[int], who: Reader) -> dict[int, ShownEvent]:
    """By id; three queries at most, none where there are none."""
    if not ids:
        return {}
    seen = seen_events(ids, who)
    return {
        event.pk: ShownEvent(
            title=event.title if event.pk in seen else _("an event that is not public"),
            host=str(event.host),
            day=timezone.localdate(event.starts_at),
            place=("consultations:deliberation", event.pk) if event.pk in seen else None,
        )
        for event in Deliberation.objects.filter(pk__in=ids).select_related("host")
    }


def seen_events(ids: Collection[int], who: Reader) -> frozenset[int]:
    """Which of these the reader may see; two queries at most. Who reads the books sees all that is in them."""
    if who.staff:
        return frozenset(ids)
    visible = visible_deliberations(who.actor, who.at).filter(pk__in=ids)
    return frozenset(visible.values_list("pk", flat=True))


def readable_outcomes(ids: Collection[int], who: Reader) -> frozenset[int]:
    """Which of these the reader may read; two queries at most."""
    return frozenset(visible_outcomes(who.actor, who.at).filter(pk__in=ids).values_list("pk", flat=True))
