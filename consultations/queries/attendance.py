"""Who takes part in a deliberation, by sector and in stroke order: members of the host, and whoever is listed."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, Q
from django.utils import timezone

from jianyan.accounts.enums import BodyKind, Role
from jianyan.accounts.models import Body, Membership, User
from jianyan.accounts.people import ORDERINGS
from jianyan.accounts.roles import Actor, in_force_on

from .. import rules
from ..enums import Mode, Presence
from ..models import Deliberation


@dataclass(frozen=True, slots=True)
class Line:
    """One person. `presence` is empty where nothing is known; `corrected`: a secretary has set it."""

    user_id: int
    name: str
    presence: str
    mode: str
    checked_in_at: dt.datetime | None
    corrected: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """How many people, by how they took part; `on_site` are those of the present and observers who were there."""

    people: int
    present: int
    observers: int
    on_leave: int
    on_site: int


@dataclass(frozen=True, slots=True)
class Group:
    """The people of one sector; `name` is empty for those who are in none."""

    name: str
    lines: tuple[Line, ...]
    counts: Counts


@dataclass(frozen=True, slots=True)
class AttendancePage:
    """The whole list. `frozen`: it has gone into the summary and can no longer change."""

    deliberation: Deliberation
    groups: tuple[Group, ...]
    counts: Counts
    frozen: bool
    may_correct: bool


def attendance_page(deliberation_id: int, actor: Actor, *, at: dt.datetime) -> AttendancePage | None:
    """For moderators and secretaries of the host: six queries. None for others, and where there is none."""
    deliberation = Deliberation.objects.select_related("host", "channel").filter(pk=deliberation_id).first()
    if deliberation is None or rules.may_prepare(actor, deliberation) is not None:
        return None
    rows = {row.user_id: row for row in deliberation.attendances.all()}
    # Of a past one, those who were members then.
    day = timezone.localdate(min(at, deliberation.ends_at))
    members = Membership.objects.filter(
        in_force_on(day), role=Role.MEMBER, body_id__in=deliberation.host.lineage, user__is_active=True
    )
    people = list(
        User.objects.filter(Q(pk__in=members.values("user_id")) | Q(pk__in=list(rows))).order_by(
            *ORDERINGS["strokes"]
        )
    )
    sectors = _sectors([person.pk for person in people])
    bodies = sorted(set(sectors.values()), key=lambda body: (body.position, body.pk))
    usual = usual_mode(deliberation)
    lines: dict[int | None, list[Line]] = {body.pk: [] for body in bodies}
    for person in people:
        row = rows.get(person.pk)
        line = Line(
            user_id=person.pk,
            name=person.display_name,
            presence=row.presence if row is not None else "",
            mode=row.mode if row is not None else usual,
            checked_in_at=row.checked_in_at if row is not None else None,
            corrected=row is not None and row.corrected_by_id is not None,
        )
        sector = sectors.get(person.pk)
        lines.setdefault(sector.pk if sector is not None else None, []).append(line)
    names = {body.pk: body.name for body in bodies}
    groups = tuple(
        Group(names[key] if key is not None else "", tuple(group), _counts(group))
        for key, group in lines.items()
    )
    frozen = deliberation.topics.filter(frozen_at__isnull=False).exists()
    return AttendancePage(
        deliberation=deliberation,
        groups=groups,
        counts=_counts(line for group in groups for line in group.lines),
        frozen=frozen,
        may_correct=not frozen and rules.may_summarise(actor, deliberation) is None,
    )


def usual_mode(deliberation: Deliberation) -> str:
    """How somebody of whom nothing else is known took part."""
    return Mode.OFFLINE if deliberation.mode == Mode.OFFLINE else Mode.ONLINE


def _sectors(user_ids: list[int]) -> dict[int, Body]:
    """Each person's latest sector: the one that their suggestions carry."""
    memberships = Membership.objects.filter(user_id__in=user_ids, body__kind=BodyKind.SECTOR)
    ordered = memberships.order_by(F("since").asc(nulls_first=True), "id").select_related("body")
    # The last one written stays: the latest.
    return {membership.user_id: membership.body for membership in ordered}


def _counts(lines: Iterable[Line]) -> Counts:
    every = list(lines)
    by = Counter(line.presence for line in every)
    there = (Presence.PRESENT, Presence.OBSERVER)
    return Counts(
        people=len(every),
        present=by[Presence.PRESENT],
        observers=by[Presence.OBSERVER],
        on_leave=by[Presence.ON_LEAVE],
        on_site=sum(line.presence in there and line.mode == Mode.OFFLINE for line in every),
    )
