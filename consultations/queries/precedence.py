"""In which order people are named, on pages and in documents: those who lead first, all others by strokes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from django.db.models import F
from django.utils import timezone

from jianyan.accounts.enums import Role
from jianyan.accounts.models import Membership, User
from jianyan.accounts.names import stroke_key
from jianyan.accounts.roles import in_force_on

from ..models import Attendance, Deliberation

Place: TypeAlias = tuple[int, str, str, int]
"""What to sort by."""

_AFTER_THOSE_WHO_LEAD = 100_000


@dataclass(frozen=True, slots=True)
class Precedence:
    """Who leads. `given`: the secretary has said so, person by person; else `chairs` do, user id → place from 1."""

    given: bool
    chairs: Mapping[int, int]

    def leads(self, user_id: int | None, precedence: int | None) -> int | None:
        """The place among those who lead, by what the person's row says; None for all others."""
        if self.given or user_id is None:
            return precedence
        return self.chairs.get(user_id)

    def place(self, row: Attendance) -> Place:
        """Where somebody stands who is listed; of a row that was loaded with its user."""
        if row.user is not None:
            return self.place_of(row.user, row.precedence)
        led = self.leads(None, row.precedence)
        return _first(led), stroke_key(row.guest_name), row.guest_name, row.pk

    def place_of(self, user: User, precedence: int | None) -> Place:
        """Where somebody stands who has an account, whether they are listed or not."""
        return _first(self.leads(user.pk, precedence)), user.name_strokes, user.name_pinyin, user.pk


def precedence_in(deliberation: Deliberation, rows: Iterable[Attendance]) -> Precedence:
    """As the rows of the deliberation say; where none does, the chairs of its host when it began. At most one query.

    Chairs of the bodies above come first, then those of the host, each by the time of their appointment.
    """
    # A guest who was taken off the list leads nobody.
    if any(row.precedence is not None and (row.presence or row.user_id is not None) for row in rows):
        return Precedence(given=True, chairs={})
    lineage = deliberation.host.lineage
    day = timezone.localdate(deliberation.starts_at)
    appointed = (
        Membership.objects.filter(in_force_on(day), role=Role.CHAIR, body_id__in=lineage)
        .order_by(F("since").asc(nulls_first=True), "id")
        .values_list("body_id", "user_id")
    )
    chairs = [user_id for body in lineage for body_id, user_id in appointed if body_id == body]
    places = {user_id: place for place, user_id in enumerate(dict.fromkeys(chairs), start=1)}
    return Precedence(given=False, chairs=places)


def _first(led: int | None) -> int:
    return _AFTER_THOSE_WHO_LEAD if led is None else led
