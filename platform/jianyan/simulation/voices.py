"""Who could take part in a topic."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet
from django.utils import timezone

from jianyan.accounts.enums import Role
from jianyan.accounts.models import Body, Membership, User
from jianyan.accounts.roles import in_force_on


def voices_in(host: Body, *, at: dt.datetime) -> QuerySet[User]:
    """Active users who are members of the host or of a body above it, at that instant, by id."""
    seats = Membership.objects.filter(
        in_force_on(timezone.localdate(at)), role=Role.MEMBER, body_id__in=host.lineage
    )
    return User.objects.filter(is_active=True, pk__in=seats.values("user_id")).order_by("id")
