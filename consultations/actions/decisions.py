"""Deciding at the desk on what was seen: never on a text or a state that has changed since."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import assert_never

from django.db import transaction

from jianyan.accounts.roles import Actor

from .. import rules
from ..errors import AlreadyDecided, ChangedMeanwhile, UnknownSuggestion
from ..models import Suggestion
from ..queries.desk import edition_of
from .locking import lock_topic_of
from .moderation import (
    decline_suggestion,
    hide_suggestion,
    publish_suggestion,
    restore_suggestion,
    return_suggestion,
)


class Decision(StrEnum):
    """What a moderator can decide about a suggestion."""

    PUBLISH = "publish"
    RETURN = "return"
    DECLINE = "decline"
    HIDE = "hide"
    RESTORE = "restore"


@transaction.atomic
def decide(
    decision: Decision,
    *,
    topic_id: int,
    suggestion_id: int,
    seen: str,
    by: Actor,
    at: dt.datetime,
    reason: str = "",
) -> Suggestion:
    """Decide on the edition that was `seen` (see `queries.desk.edition_of`), under the topic's lock.

    Raises AlreadyDecided where the state has changed since, ChangedMeanwhile where only the text has,
    UnknownSuggestion where the topic has no such suggestion, and what the action itself refuses.
    """
    topic, suggestion = lock_topic_of(suggestion_id)
    rules.require(rules.may_curate(by, topic))
    if topic.pk != topic_id:
        raise UnknownSuggestion
    if edition_of(suggestion) != seen:
        if seen.partition("-")[0] != suggestion.status:
            raise AlreadyDecided(status=suggestion.get_status_display())
        raise ChangedMeanwhile
    match decision:
        case Decision.PUBLISH:
            return publish_suggestion(suggestion_id=suggestion_id, by=by, at=at)
        case Decision.RETURN:
            return return_suggestion(suggestion_id=suggestion_id, by=by, at=at, reason=reason)
        case Decision.DECLINE:
            return decline_suggestion(suggestion_id=suggestion_id, by=by, at=at, reason=reason)
        case Decision.HIDE:
            return hide_suggestion(suggestion_id=suggestion_id, by=by, at=at, reason=reason)
        case Decision.RESTORE:
            return restore_suggestion(suggestion_id=suggestion_id, by=by, at=at)
    assert_never(decision)
