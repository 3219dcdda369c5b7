"""Lists of people."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet
from django.utils import timezone

from .enums import Role
from .models import Body, Membership, User
from .names import Order
from .roles import in_force_on

ORDERINGS: dict[Order, tuple[str, ...]] = {
    "strokes": ("name_strokes", "name_pinyin", "id"),
    "pinyin": ("name_pinyin", "name_strokes", "id"),
}


def members_of(body: Body, at: dt.datetime, order: Order = "strokes") -> QuerySet[User]:
    """The active users who hold the role member in this very body at that instant, each once, in that order."""
    memberships = Membership.objects.filter(in_force_on(timezone.localdate(at)), body=body, role=Role.MEMBER)
    return User.objects.filter(is_active=True, pk__in=memberships.values("user_id")).order_by(
        *ORDERINGS[order]
    )
