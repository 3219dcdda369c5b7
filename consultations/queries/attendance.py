"""The page of who takes part in a deliberation, by sector, and guests; and its figures."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from jianyan.accounts.roles import Actor

from .. import rules
from ..enums import Mode, Presence
from ..models import Deliberation
from .attendance_plan import told_apart
from .attending import Person, people_of


@dataclass(frozen=True, slots=True)
class Counts:
    """How many people, by how they took part; `on_site` are those of the present and observers who were there."""

    people: int
    present: int
    observers: int
    on_leave: int
    on_site: int

    @property
    def away(self) -> int:
        """Of whom nothing is known."""
        return self.people - self.present - self.observers - self.on_leave


@dataclass(frozen=True, slots=True)
class Group:
    """The people of one sector, those who are in none, or the guests who have no account; in the order of printing."""

    name: str
    people: tuple[Person, ...]
    counts: Counts


@dataclass(frozen=True, slots=True)
class AttendancePage:
    """The whole list. `frozen`: it has gone into the summary and can no longer change.

    `leaders` are the names of those who are printed first, as the secretary would type them; `led_by_chairs`: nobody
    has given an order, so the chairs are.
    """

    deliberation: Deliberation
    groups: tuple[Group, ...]
    counts: Counts
    leaders: tuple[str, ...]
    led_by_chairs: bool
    frozen: bool
    may_correct: bool


def attendance_page(deliberation_id: int, actor: Actor, *, at: dt.datetime) -> AttendancePage | None:
    """For moderators and secretaries of the host: seven queries at most. None for others, and where there is none."""
    deliberation = list_for(deliberation_id, actor)
    if deliberation is None:
        return None
    people = listed_people(deliberation, at=at)
    names = told_apart(people, by_unit=True)
    sectors = {person.sector.pk: person.sector for person in people if person.sector is not None}
    ordered = sorted(sectors.values(), key=lambda body: (body.position, body.pk))
    groups = [
        _group(body.name, (one for one in people if one.sector is not None and one.sector.pk == body.pk))
        for body in ordered
    ]
    groups.append(
        _group(
            _("Without a sector"), (one for one in people if one.sector is None and one.user_id is not None)
        )
    )
    groups.append(_group(_("Guests"), (one for one in people if one.user_id is None)))
    frozen = deliberation.topics.filter(frozen_at__isnull=False).exists()
    return AttendancePage(
        deliberation=deliberation,
        groups=tuple(group for group in groups if group.people),
        counts=_counts(people),
        leaders=tuple(name for person, name in zip(people, names, strict=True) if person.leads is not None),
        led_by_chairs=all(person.precedence is None for person in people),
        frozen=frozen,
        may_correct=not frozen and rules.may_summarise(actor, deliberation) is None,
    )


def list_for(deliberation_id: int, actor: Actor) -> Deliberation | None:
    """The deliberation with host and channel, for those who may read its list; None for others. One query."""
    deliberation = Deliberation.objects.select_related("host", "channel").filter(pk=deliberation_id).first()
    if deliberation is None or rules.may_prepare(actor, deliberation) is not None:
        return None
    return deliberation


def listed_people(deliberation: Deliberation, *, at: dt.datetime) -> list[Person]:
    """Everybody on the list, in the order of printing."""
    return [person for person in people_of(deliberation, at=at) if not person.is_gone]


def _group(name: str, people: Iterable[Person]) -> Group:
    them = tuple(people)
    return Group(name, them, _counts(them))


def _counts(people: Iterable[Person]) -> Counts:
    every = list(people)
    by = Counter(person.presence for person in every)
    there = (Presence.PRESENT, Presence.OBSERVER)
    return Counts(
        people=len(every),
        present=by[Presence.PRESENT],
        observers=by[Presence.OBSERVER],
        on_leave=by[Presence.ON_LEAVE],
        on_site=sum(person.presence in there and person.mode == Mode.OFFLINE for person in every),
    )
