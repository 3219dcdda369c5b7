"""Checking in: a member who joins an open topic is present at its deliberation."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from jianyan.accounts.roles import Actor

from .. import rules
from ..enums import Mode, Phase, Presence
from ..models import Attendance, Topic


def check_in(*, topic_id: int, by: Actor, at: dt.datetime) -> bool:
    """Note that a member with a voice is present online; True the first time. What a secretary has set stays."""
    topic = Topic.objects.select_related("deliberation__host").filter(pk=topic_id).first()
    if topic is None or rules.phase(topic, at) is not Phase.OPEN or not rules.has_voice(by, topic):
        return False
    known = Attendance.objects.filter(deliberation_id=topic.deliberation_id, user_id=by.user_id)
    if known.exclude(checked_in_at=None).exists():
        return False
    with transaction.atomic():
        attendance, created = Attendance.objects.get_or_create(
            deliberation_id=topic.deliberation_id,
            user_id=by.user_id,
            defaults={"presence": Presence.PRESENT, "mode": Mode.ONLINE, "checked_in_at": at},
        )
        if not created and attendance.checked_in_at is None:
            attendance.checked_in_at = at
            attendance.presence = attendance.presence or Presence.PRESENT
            attendance.save(update_fields=["checked_in_at", "presence"])
    return True
