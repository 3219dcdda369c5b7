"""Appending to a topic's journal: the one place where a revision rises."""

from __future__ import annotations

import datetime as dt
from typing import Any

from jianyan.accounts.roles import Actor

from .. import rules
from ..enums import Step
from ..journal import entry_hash
from ..models import JournalEntry, Topic
from .notifying import notify

_OF_STAFF = {
    *(Step.PREPARED, Step.ANNOUNCED, Step.OPENED, Step.PAUSED, Step.RESUMED, Step.EXTENDED, Step.CLOSED),
    *(Step.NOTICE, Step.PUBLISHED, Step.RETURNED, Step.DECLINED, Step.HIDDEN, Step.RESTORED, Step.THEMED),
    *(Step.FEATURED, Step.MERGED, Step.UNMERGED, Step.PROPOSED, Step.SETTLED, Step.UNMASKED, Step.THEMES),
    *(Step.FROZEN, Step.UNFROZEN, Step.SUMMARY_DRAFTED, Step.SUMMARY_EDITED, Step.SUMMARY_SUBMITTED),
    *(Step.SUMMARY_RETURNED, Step.SUMMARY_SIGNED, Step.SUMMARY_REOPENED, Step.OUTCOME, Step.SUBMITTED),
}


def record(
    topic: Topic, kind: Step, payload: dict[str, Any], *, at: dt.datetime, actor: Actor | None
) -> JournalEntry:
    """Append one entry to a locked topic, and save its new revision and head. Call it once per action.

    The public journal says in which role a moderator or secretary took the step, never who it was.
    """
    if actor is not None and (kind in _OF_STAFF or "entered" in payload):
        payload = payload | {"by": rules.duty_in(actor, topic)}
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
    notify(topic, entry)
    return entry
