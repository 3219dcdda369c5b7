"""Appending to a topic's journal: the one place where a revision rises."""

from __future__ import annotations

import datetime as dt
from typing import Any

from jianyan.accounts.roles import Actor

from ..enums import Step
from ..journal import entry_hash
from ..models import JournalEntry, Topic


def record(
    topic: Topic, kind: Step, payload: dict[str, Any], *, at: dt.datetime, actor: Actor | None
) -> JournalEntry:
    """Append one entry to a locked topic, and save its new revision and head. Call it once per action."""
    revision = topic.revision + 1
    digest = entry_hash(topic.head, revision, at, kind.value, payload, algorithm=topic.hash_algorithm)
    entry = JournalEntry.objects.create(
        topic=topic,
        revision=revision,
        at=at,
        kind=kind,
        payload=payload,
        hash=digest,
        actor_id=actor.user_id if actor is not None else None,
    )
    topic.revision = revision
    topic.head = digest
    topic.save(update_fields=["revision", "head"])
    return entry
