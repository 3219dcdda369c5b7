"""The rows behind figures that are counted from events: events, hosts, attendances, and what was said and came of it."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jianyan.accounts.models import Body
from jianyan.accounts.people import ORDERINGS

from ..enums import OutcomeKind
from ..models import Attendance, OutcomeCover
from .counted_events import CountedEvent
from .event_counts import CAME, EVENT
from .figure_row import Detail, FigureRow, Place, Reader, ShownEvent, readable_outcomes, shown_events


@dataclass(frozen=True)
class EventList:
    """One row per event that adds anything; `names`: with who came, where the reader may know."""

    events: Sequence[CountedEvent]
    number: Callable[[CountedEvent], int]
    who: Reader
    names: bool = False

    @property
    def count(self) -> int:
        """How many events."""
        return len(self.events)

    def between(self, start: int, stop: int) -> tuple[FigureRow, ...]:
        """By date."""
        events = self.events[start:stop]
        ids = [event.id for event in events]
        shown = shown_events(ids, self.who)
        came = _came(ids) if self.names and self.who.staff else {}
        return tuple(
            FigureRow(
                day=event.day,
                what=shown[event.id].title,
                whose=shown[event.id].host,
                place=shown[event.id].place,
                value=self.number(event),
                details=_names(came.get(event.id, ()), event),
            )
            for event in events
        )


@dataclass(frozen=True)
class HostList:
    """One row per host, with its events below it; the host of the first event first."""

    events: Sequence[CountedEvent]
    who: Reader

    @property
    def _hosts(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(event.host_id for event in self.events))

    @property
    def count(self) -> int:
        """How many hosts."""
        return len(self._hosts)

    def between(self, start: int, stop: int) -> tuple[FigureRow, ...]:
        """In the order in which they began."""
        hosts = self._hosts[start:stop]
        names = {host.pk: str(host) for host in Body.objects.filter(pk__in=hosts)}
        held: defaultdict[int, list[CountedEvent]] = defaultdict(list)
        for event in self.events:
            if event.host_id in names:
                held[event.host_id].append(event)
        shown = shown_events([event.id for events in held.values() for event in events], self.who)
        return tuple(
            FigureRow(
                day=held[host][0].day,
                what=names[host],
                note=_("%(count)s events") % {"count": len(held[host])},
                details=tuple(
                    Detail(shown[event.id].title, event.day, shown[event.id].place) for event in held[host]
                ),
            )
            for host in hosts
        )


class UnitList:
    """One row per thing that came of an event: told by its outcome where there is one, numbered where there is none."""

    def __init__(
        self,
        events: Sequence[CountedEvent],
        number: Callable[[CountedEvent], int],
        kind: OutcomeKind,
        who: Reader,
    ) -> None:
        self._events = [event for event in events if number(event)]
        self._number, self._kind, self._who = number, kind, who
        # How many rows there are up to and with each event.
        self._until = list(itertools.accumulate(map(number, self._events)))

    @property
    def count(self) -> int:
        """How many things."""
        return self._until[-1] if self._until else 0

    def between(self, start: int, stop: int) -> tuple[FigureRow, ...]:
        """Event by event."""
        stop = min(stop, self.count)
        if start >= stop:
            return ()
        first, last = bisect_right(self._until, start), bisect_right(self._until, stop - 1)
        events = self._events[first : last + 1]
        ids = [event.id for event in events]
        shown, told = shown_events(ids, self._who), _told(ids, self._kind)
        readable = readable_outcomes([pk for of in told.values() for pk, _words in of], self._who)
        begins = self._until[first - 1] if first else 0
        rows = (
            self._row(
                event,
                shown[event.id],
                [one if one[0] in readable else None for one in told.get(event.id, ())],
                place,
            )
            for event in events
            for place in range(self._number(event))
        )
        return tuple(itertools.islice(rows, start - begins, stop - begins))

    def _row(
        self, event: CountedEvent, shown: ShownEvent, told: Sequence[tuple[int, str] | None], place: int
    ) -> FigureRow:
        nth = _("%(place)s of %(count)s") % {"place": place + 1, "count": self._number(event)}
        link: Place | None = None
        if place >= len(told):
            what, note = nth, _("counted on paper, not listed")
        elif (outcome := told[place]) is not None:
            what, note, link = outcome[1], nth, ("consultations:outcome", outcome[0])
        else:
            what, note = _("an outcome that is not public"), nth
        return FigureRow(
            day=event.day,
            what=what,
            whose=shown.host,
            place=link,
            event=shown.title,
            event_place=shown.place,
            note=note,
        )


def _told(ids: Collection[int], kind: OutcomeKind) -> dict[int, list[tuple[int, str]]]:
    """By event (id, words) of the standing outcomes of that kind that lead to it, by date; one query."""
    rows = (
        OutcomeCover.objects.filter(outcome__withdrawn_at=None, outcome__kind=kind)
        .annotate(event=EVENT)
        .filter(event__in=ids)
        .order_by("outcome__date", "outcome_id")
        .values_list("event", "outcome_id", "outcome__words")
        .distinct()
    )
    found: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    for event, outcome_id, words in rows:
        found[event].append((outcome_id, words))
    return found


def _came(ids: Collection[int]) -> dict[int, list[str]]:
    """By event the names of who came, by strokes, guests after them; one query."""
    rows = (
        Attendance.objects.filter(deliberation__in=ids, presence__in=CAME)
        .select_related("user")
        .order_by(*(f"user__{key}" for key in ORDERINGS["strokes"]), "guest_name", "pk")
    )
    found: defaultdict[int, list[str]] = defaultdict(list)
    guests: defaultdict[int, list[str]] = defaultdict(list)
    for row in rows:
        (found if row.user_id is not None else guests)[row.deliberation_id].append(row.name)
    return {pk: [*found[pk], *guests[pk]] for pk in {*found, *guests}}


def _names(names: Sequence[str], event: CountedEvent) -> tuple[Detail, ...]:
    if not names:
        return ()
    lines = [Detail(pgettext("between names", ", ").join(names))]
    if (unnamed := event.counts.attendance - len(names)) > 0:
        lines.append(Detail(_("%(count)s more were counted on paper, not listed") % {"count": unnamed}))
    return tuple(lines)
