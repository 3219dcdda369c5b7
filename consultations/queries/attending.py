"""The people of a deliberation: members of its host, whoever is listed, and guests, in the order of printing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, Q
from django.utils import timezone

from jianyan.accounts.enums import BodyKind, Role
from jianyan.accounts.models import Body, Membership, User
from jianyan.accounts.roles import in_force_on

from ..enums import Mode, Presence
from ..models import Attendance, Deliberation
from .precedence import Place, Precedence, precedence_in

UNITS = (BodyKind.DEPARTMENT, BodyKind.PARTY, BodyKind.STUDIO, BodyKind.SOCIETY)
"""What somebody stands for who is in no sector."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is awaited or was there. A guest has no `user_id`; who is not on the list yet has no `row_id`.

    `presence` is empty where nothing is known. `precedence` is what the secretary has given, `leads` the place among
    those who are named first, for whatever reason.
    """

    user_id: int | None
    row_id: int | None
    name: str
    phone: str
    sector: Body | None
    unit: str
    other_units: tuple[str, ...]
    presence: str
    mode: str
    precedence: int | None
    leads: int | None
    place: Place
    checked_in_at: dt.datetime | None = None
    corrected: bool = False
    leave_reason: str = ""

    @property
    def anchor(self) -> str:
        """What their line on the page is called."""
        return f"p{self.user_id}" if self.user_id is not None else f"guest{self.row_id}"

    @property
    def is_gone(self) -> bool:
        """A guest who was taken off the list; the row stays, for whoever puts them on it again."""
        return self.user_id is None and not self.presence


def people_of(deliberation: Deliberation, *, at: dt.datetime) -> list[Person]:
    """All of them, in three or four queries; the deliberation is loaded with its host.

    Of a past one, those who were members then. Among them are guests who are gone from the list.
    """
    listed = list(deliberation.attendances.select_related("user"))
    rows = {row.user_id: row for row in listed if row.user_id is not None}
    precedence = precedence_in(deliberation, listed)
    day = timezone.localdate(min(at, deliberation.ends_at))
    members = Membership.objects.filter(
        in_force_on(day), role=Role.MEMBER, body_id__in=deliberation.host.lineage, user__is_active=True
    )
    users = list(User.objects.filter(Q(pk__in=members.values("user_id")) | Q(pk__in=list(rows))))
    sectors, units = _bodies([user.pk for user in users])
    usual = usual_mode(deliberation)
    people = [
        _person(user, rows.get(user.pk), precedence, sectors.get(user.pk), units.get(user.pk), usual)
        for user in users
    ]
    guests = [_guest(row, precedence) for row in listed if row.user_id is None]
    return sorted(people + guests, key=lambda person: person.place)


def usual_mode(deliberation: Deliberation) -> str:
    """How somebody of whom nothing else is known took part."""
    return Mode.OFFLINE if deliberation.mode == Mode.OFFLINE else Mode.ONLINE


def _person(
    user: User,
    row: Attendance | None,
    precedence: Precedence,
    sector: Body | None,
    unit: Body | None,
    usual: str,
) -> Person:
    named = [name for body in (sector, unit) if body is not None for name in (body.name, body.short_name)]
    names = [name for name in (*named, user.position) if name]
    given = row.precedence if row is not None else None
    return Person(
        user_id=user.pk,
        row_id=row.pk if row is not None else None,
        name=user.display_name,
        phone=user.phone or "",
        sector=sector,
        unit=names[0] if names else "",
        other_units=tuple(names[1:]),
        presence=row.presence if row is not None else "",
        mode=row.mode if row is not None else usual,
        precedence=given,
        leads=precedence.leads(user.pk, given),
        place=precedence.place_of(user, given),
        checked_in_at=row.checked_in_at if row is not None else None,
        corrected=row is not None and row.corrected_by_id is not None,
        leave_reason=row.leave_reason if row is not None and row.presence == Presence.ON_LEAVE else "",
    )


def _guest(row: Attendance, precedence: Precedence) -> Person:
    return Person(
        user_id=None,
        row_id=row.pk,
        name=row.guest_name,
        phone="",
        sector=None,
        unit=row.guest_unit,
        other_units=(),
        presence=row.presence,
        mode=row.mode,
        precedence=row.precedence,
        leads=precedence.leads(None, row.precedence),
        place=precedence.place(row),
    )


def _bodies(user_ids: Sequence[int]) -> tuple[dict[int, Body], dict[int, Body]]:
    """Each person's latest sector, the one that their suggestions carry, and their latest other unit."""
    memberships = (
        Membership.objects.filter(user_id__in=user_ids, body__kind__in=[BodyKind.SECTOR, *UNITS])
        .order_by(F("since").asc(nulls_first=True), "id")
        .select_related("body")
    )
    sectors: dict[int, Body] = {}
    units: dict[int, Body] = {}
    for membership in memberships:
        # The last one written stays: the latest.
        of_kind = sectors if membership.body.kind == BodyKind.SECTOR else units
        of_kind[membership.user_id] = membership.body
    return sectors, units
