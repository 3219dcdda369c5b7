"""Checking in: a member who joins an open topic is present at its deliberation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from jianyan.accounts.roles import Actor

from .. import rules
from ..enums import Mode, Phase, Presence
from ..models import Attendance, Topic


@transaction.atomic
def check_in(*, topic_id: int, people: Iterable[Actor], at: dt.datetime) -> set[int]:
    """Note that members with a voice are present online: the ids of those who have come for the first time.

    A crowd takes as many queries as one person. What a secretary has set stays.
    """
    topic = Topic.objects.select_related("deliberation__host").filter(pk=topic_id).first()
    if topic is None or rules.phase(topic, at) is not Phase.OPEN:
        return set()
    here = {actor.user_id for actor in people if rules.has_voice(actor, topic)}
    listed = Attendance.objects.filter(deliberation_id=topic.deliberation_id, user_id__in=here)
    checked_in = dict(listed.values_list("user_id", "checked_in_at"))
    awaited = {user_id for user_id, checked in checked_in.items() if checked is None}
    if awaited:
        listed.filter(checked_in_at=None, presence="").update(presence=Presence.PRESENT)
        listed.filter(checked_in_at=None).update(checked_in_at=at)
    unlisted = here - checked_in.keys()
    Attendance.objects.bulk_create(
        [
            Attendance(
                deliberation_id=topic.deliberation_id,
                user_id=user_id,
                presence=Presence.PRESENT,
                mode=Mode.ONLINE,
                checked_in_at=at,
            )
            for user_id in sorted(unlisted)
        ],
        # Another process may have listed somebody in this moment.
        ignore_conflicts=True,
    )
    return awaited | unlisted
