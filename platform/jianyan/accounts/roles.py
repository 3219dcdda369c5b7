"""From memberships to what an actor carries into every rule. One query; the rules themselves touch none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from .enums import Role

if TYPE_CHECKING:
    from .models import User


def no_grants() -> Mapping[Role, frozenset[int]]:
    """The grants of somebody without any role."""
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person with the roles in force: role → ids of the bodies in which it is held."""

    user_id: int
    name: str
    grants: Mapping[Role, frozenset[int]] = field(default_factory=no_grants)

    def holds(self, role: Role, lineage: Iterable[int]) -> bool:
        """Whether the role is held in one of these bodies: the lineage of the host, root first."""
        return not self.grants.get(role, frozenset()).isdisjoint(lineage)


def in_force_on(day: dt.date) -> Q:
    """Filters memberships: those in force on that day."""
    return (Q(since__isnull=True) | Q(since__lte=day)) & (Q(until__isnull=True) | Q(until__gte=day))


def actor_of(user: object, *, at: dt.datetime | None = None) -> Actor | None:
    """The actor for a signed-in, active user at that instant (now by default); None for everybody else."""
    from .models import Membership, User

    if not isinstance(user, User) or not user.is_active:
        return None
    in_force = in_force_on(timezone.localdate(at))
    held = Membership.objects.filter(in_force, user=user).values_list("role", "body_id")
    return _acting(user, held)


def actors_of(users: Iterable[User], *, at: dt.datetime | None = None) -> dict[int, Actor]:
    """By id the actors for these users, but for closed accounts; for all of them one query."""
    from .models import Membership

    active = {user.pk: user for user in users if user.is_active}
    held: dict[int, list[tuple[str, int]]] = {pk: [] for pk in active}
    in_force = in_force_on(timezone.localdate(at))
    rows = Membership.objects.filter(in_force, user__in=active)
    for user_id, role, body_id in rows.values_list("user_id", "role", "body_id"):
        held[user_id].append((role, body_id))
    return {pk: _acting(user, held[pk]) for pk, user in active.items()}


def _acting(user: User, held: Iterable[tuple[str, int]]) -> Actor:
    grants: dict[Role, set[int]] = {}
    for role, body_id in held:
        grants.setdefault(Role(role), set()).add(body_id)
    frozen = {role: frozenset(ids) for role, ids in grants.items()}
    return Actor(user.pk, user.display_name, MappingProxyType(frozen))


def refuse_conflicting_roles(*, user_id: int, role: Role, ignoring: int | None = None) -> None:
    """Raise ValidationError where one person would be both administrator and auditor, anywhere."""
    from .models import Membership

    excludes = {Role.ADMINISTRATOR: Role.AUDITOR, Role.AUDITOR: Role.ADMINISTRATOR}.get(role)
    if excludes is None:
        return
    others = Membership.objects.filter(user_id=user_id, role=excludes)
    if ignoring is not None:
        others = others.exclude(pk=ignoring)
    if others.exists():
        raise ValidationError(_("One person cannot be both administrator and auditor."))
