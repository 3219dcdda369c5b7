"""Which topics somebody may see: `rules.may_see`, asked of the database for many topics at once."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q, QuerySet

from jianyan.accounts.enums import Role
from jianyan.accounts.models import Body
from jianyan.accounts.roles import Actor

from ..enums import Visibility
from ..models import Topic
from ..rules import STAFF


def visible_topics(actor: Actor | None, at: dt.datetime) -> QuerySet[Topic]:
    """Topics that this person may see at that instant. One query for the bodies of the roles, if there are any."""
    announced = Q(announced_at__lte=at)
    seen = announced & Q(deliberation__visibility=Visibility.PUBLIC)
    if actor is not None:
        grants = [(role, ids) for role, ids in actor.grants.items() if role in (*STAFF, Role.MEMBER)]
        paths = dict(
            Body.objects.filter(pk__in={pk for _, ids in grants for pk in ids}).values_list("id", "path")
        )
        for role, ids in grants:
            for pk in ids:
                hosted = Q(deliberation__host__path__startswith=paths[pk])
                if role is Role.MEMBER:
                    hosted &= announced & Q(deliberation__visibility=Visibility.MEMBERS)
                seen |= hosted
        # A subquery, not a join: a join would show a topic once for every attendance.
        invited = Topic.objects.filter(
            deliberation__visibility=Visibility.INVITED, deliberation__attendances__user_id=actor.user_id
        )
        seen |= announced & Q(pk__in=invited.values("pk"))
    return Topic.objects.filter(seen)
