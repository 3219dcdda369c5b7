"""What the feeds tell: the latest that is public."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Max, Q
from django.urls import reverse

from .open_rows import public_deliberations, public_outcomes

MOST = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed; `path` is that of its page."""

    path: str
    title: str
    text: str
    by: str
    category: str
    published: dt.datetime
    updated: dt.datetime


def new_deliberations(at: dt.datetime) -> tuple[Entry, ...]:
    """Those with topics, the one announced last first. One query."""
    rows = (
        public_deliberations(at)
        .annotate(announced=Max("topics__announced_at", filter=Q(topics__announced_at__lte=at)))
        .filter(announced__isnull=False)
        .select_related("host", "channel")
        .order_by("-announced", "-pk")[:MOST]
    )
    return tuple(
        Entry(
            path=reverse("consultations:deliberation", args=[row.pk]),
            title=row.title,
            text=row.channel.name,
            by=row.host.name,
            category=row.channel.name,
            published=row.announced,
            updated=row.announced,
        )
        for row in rows
    )


def new_outcomes(at: dt.datetime) -> tuple[Entry, ...]:
    """The one entered last first. One query."""
    rows = public_outcomes(at).select_related("body").order_by("-entered_at", "-pk")[:MOST]
    return tuple(
        Entry(
            path=reverse("consultations:outcome", args=[row.pk]),
            title=row.words,
            text=" · ".join(
                part
                for part in (row.get_kind_display(), row.get_level_display(), row.document_number)
                if part
            ),
            by=row.body.name,
            category=str(row.get_kind_display()),
            published=row.entered_at,
            updated=row.entered_at,
        )
        for row in rows
    )
