"""Who has come to which event, as persons: with the roles and the sectors that they held on its day."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db.models import F, Q

from jianyan.accounts.enums import BodyKind, Role
from jianyan.accounts.models import Body, Membership

from ..models import Attendance
from ..periods import Period
from .counted_events import CountedEvent
from .event_counts import CAME


@dataclass(frozen=True, slots=True)
class Held:
    """A membership of the body with that id: the days from–until, open where None."""

    body_id: int
    since: dt.date | None
    until: dt.date | None

    def on(self, day: dt.date) -> bool:
        """Whether it was in force on that day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


def attendees(
    events: Mapping[int, CountedEvent], periods: Iterable[Period]
) -> Iterator[tuple[int, CountedEvent]]:
    """(user id, event) for each who has come to one of these; one query. Guests without an account are left out."""
    within = Q()
    for period in periods:
        within |= Q(deliberation__starts_at__gte=period.starts_at, deliberation__starts_at__lt=period.ends_at)
    rows = Attendance.objects.filter(within, presence__in=CAME, user__isnull=False).order_by()
    # No cursor of the server: it would write all of them down before the first is read.
    for user_id, event_id in rows.values_list("user_id", "deliberation_id"):
        event = events.get(event_id)
        if user_id is not None and event is not None:
            yield user_id, event


def memberships_in(body: Body) -> Mapping[int, tuple[Held, ...]]:
    """By user: as a member of the body or of one below it, of any time; one query."""
    return _held(Q(body__path__startswith=body.path))


def sector_memberships(body: Body) -> Mapping[int, tuple[Held, ...]]:
    """By user: as a member of the sectors of the tree that the body stands in, of any time, the latest first; one query."""
    return _held(Q(body__kind=BodyKind.SECTOR, body__path__startswith=f"/{body.lineage[0]}/"))


def held_on(held: Iterable[Held], day: dt.date) -> Held | None:
    """The first of these memberships that was in force on that day."""
    return next((one for one in held if one.on(day)), None)


def _held(of: Q) -> Mapping[int, tuple[Held, ...]]:
    rows = Membership.objects.filter(of, role=Role.MEMBER).order_by(F("since").desc(nulls_last=True), "-id")
    found: defaultdict[int, list[Held]] = defaultdict(list)
    for user_id, body_id, since, until in rows.values_list("user_id", "body_id", "since", "until"):
        found[user_id].append(Held(body_id, since, until))
    return {user_id: tuple(held) for user_id, held in found.items()}
