"""Flags as moderators read them, and what became of one's own."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from ..enums import FlagKind
from ..models import Flag


@dataclass(frozen=True, slots=True)
class OpenFlag:
    """A flag that nobody has settled. `member`: who raised it; empty for the screening of texts."""

    id: int
    kind: str
    kind_name: str
    text: str
    member: str
    flagged_at: dt.datetime

    @property
    def of_screening(self) -> bool:
        """Whether no person has raised it."""
        return not self.member


def open_flags(topic_id: int, suggestion_id: int) -> tuple[OpenFlag, ...]:
    """The open flags of one suggestion, oldest first. For moderators: it names who raised them. One query."""
    rows = Flag.objects.filter(topic_id=topic_id, suggestion_id=suggestion_id, settled_at=None)
    return tuple(
        OpenFlag(
            row.pk,
            str(row.kind),
            str(FlagKind(row.kind).label),
            row.text,
            str(row.member) if row.member is not None else "",
            row.flagged_at,
        )
        for row in rows.select_related("member").order_by("id")
    )


def flagged_ids(topic_id: int) -> frozenset[int]:
    """The suggestions of the topic that have an open flag. One query."""
    rows = Flag.objects.filter(topic_id=topic_id, settled_at=None)
    return frozenset(rows.values_list("suggestion_id", flat=True))


def own_flags(topic_id: int, user_id: int) -> dict[int, bool]:
    """Suggestion id → whether the last flag that this person raised there still waits. One query."""
    rows = Flag.objects.filter(topic_id=topic_id, member_id=user_id).order_by("id")
    return {
        suggestion: settled is None for suggestion, settled in rows.values_list("suggestion_id", "settled_at")
    }
