"""What somebody does with their own notifications: read them, and say what they want to be told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from ..enums import News
from ..models import Notification, NotificationChoice


def mark_read(*, user_id: int, at: dt.datetime, ids: Collection[int] | None = None) -> int:
    """Note that this person has read these notifications of theirs, or all of them; how many were new."""
    new = Notification.objects.filter(user_id=user_id, read_at=None)
    if ids is not None:
        new = new.filter(pk__in=ids)
    return new.update(read_at=at)


def choose_news(*, user_id: int, told: Collection[str], mailed: Collection[str] | None) -> None:
    """Keep what this person wants to be told, and what of it by e-mail; None: as it was.

    What comes by e-mail is told inside the site as well. Kinds that there are not are passed over.
    """
    choice = {"off": [kind for kind in News.values if kind not in {*told, *(mailed or ())}]}
    if mailed is not None:
        choice["mailed"] = [kind for kind in News.values if kind in mailed]
    NotificationChoice.objects.update_or_create(user_id=user_id, defaults=choice)
