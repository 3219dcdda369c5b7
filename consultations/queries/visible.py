"""Which topics and deliberations somebody may see: `rules.may_see` and its like, asked of the database for many at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from jianyan.accounts.enums import Role
from jianyan.accounts.models import Body
from jianyan.accounts.roles import Actor

from ..enums import Phase, Visibility
from ..models import Attendance, Deliberation, EventRecord, Topic
from ..rules import STAFF, phase


def visible_topics(actor: Actor | None, at: dt.datetime) -> QuerySet[Topic]:
    """Topics that this person may see at that instant. One query for the bodies of the roles, if there are any."""
    return Topic.objects.filter(_seen(actor, Q(announced_at__lte=at), of="deliberation__"))


def visible_deliberations(actor: Actor | None, at: dt.datetime) -> QuerySet[Deliberation]:
    """As `visible_topics`: those of which a topic is announced, or what took place is on record."""
    announced = Q(
        Exists(Topic.objects.filter(deliberation=OuterRef("pk"), announced_at__lte=at))
        | Exists(EventRecord.objects.filter(deliberation=OuterRef("pk"), withdrawn_at=None))
    )
    return Deliberation.objects.filter(_seen(actor, announced, of=""))


def is_announced(deliberation: Deliberation, topics: Iterable[Topic], at: dt.datetime) -> bool:
    """Whether it is open to others than those who prepare it: a topic is announced, or what took place is on record."""
    record: EventRecord | None = getattr(deliberation, "record", None)
    if record is not None and record.withdrawn_at is None:
        return True
    return any(phase(topic, at) is not Phase.DRAFT for topic in topics)


def _seen(actor: Actor | None, announced: Q, *, of: str) -> Q:
    """`of`: what leads from the rows that are asked for to their deliberation."""
    seen = announced & Q(**{f"{of}visibility": Visibility.PUBLIC})
    if actor is None:
        return seen
    grants = [(role, ids) for role, ids in actor.grants.items() if role in (*STAFF, Role.MEMBER)]
    paths = dict(
        Body.objects.filter(pk__in={pk for _, ids in grants for pk in ids}).values_list("id", "path")
    )
    for role, ids in grants:
        for pk in ids:
            hosted = Q(**{f"{of}host__path__startswith": paths[pk]})
            if role is Role.MEMBER:
                hosted &= announced & Q(**{f"{of}visibility": Visibility.MEMBERS})
            seen |= hosted
    # A subquery, not a join: a join would show a topic once for every attendance.
    invited = Attendance.objects.filter(user_id=actor.user_id).values("deliberation")
    return seen | announced & Q(**{f"{of}visibility": Visibility.INVITED, f"{of}pk__in": invited})
