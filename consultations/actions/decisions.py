"""A moderator decides on what they saw: nothing is decided about a text or a state that has changed since."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from django.db import transaction
from django.utils import timezone

from jianyan.accounts.roles import Actor

from .. import rules
from ..enums import Status
from ..errors import AlreadyDecided, ChangedMeanwhile, Refused, TakenByAnother, UnknownSuggestion
from ..models import Claim, Suggestion
from ..queries.desk import edition_of
from .locking import lock_topic, lock_topic_of
from .merging import merge_suggestions
from .moderation import (
    accept_reason,
    assign_theme,
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


NEED_REASON = (Decision.RETURN, Decision.DECLINE, Decision.HIDE)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one of several suggestions. `refusal`: why it was left as it is; None where it was done."""

    suggestion_id: int
    number: int
    refusal: Refused | None


@transaction.atomic
def decide(
    decision: Decision,
    *,
    topic_id: int,
    suggestion_id: int,
    seen: str,
    by: Actor,
    at: dt.datetime | None = None,
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
    _require_unchanged(suggestion, seen)
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


def decide_each(
    decision: Decision,
    *,
    topic_id: int,
    seen: Mapping[int, str],
    by: Actor,
    at: dt.datetime | None = None,
    reason: str = "",
) -> tuple[Outcome, ...]:
    """Decide about several, each by itself under its own lock; one that is refused stops none of the others.

    `seen`: suggestion → the edition that was seen. What another moderator has open is left to them (TakenByAnother).
    Raises what concerns them all: ReasonMissing, and what refuses the moderator.
    """
    if decision in NEED_REASON:
        reason = accept_reason(reason)

    @transaction.atomic
    def one(suggestion_id: int) -> None:
        _topic, suggestion = lock_topic_of(suggestion_id)
        _leave_to_others(suggestion, by=by, at=at or timezone.now())
        decide(
            decision,
            topic_id=topic_id,
            suggestion_id=suggestion_id,
            seen=seen[suggestion_id],
            by=by,
            at=at,
            reason=reason,
        )

    return _each(topic_id, seen, one)


def assign_theme_each(
    *, topic_id: int, themes: Mapping[int, int | None], by: Actor, at: dt.datetime | None = None
) -> tuple[Outcome, ...]:
    """Put each suggestion under its theme, or under none, each by itself."""

    def one(suggestion_id: int) -> None:
        assign_theme(suggestion_id=suggestion_id, theme_id=themes[suggestion_id], by=by, at=at)

    return _each(topic_id, themes, one)


@transaction.atomic
def merge_seen(
    *,
    topic_id: int,
    seen: Mapping[int, str],
    into: int,
    into_seen: str,
    by: Actor,
    at: dt.datetime | None = None,
) -> Suggestion:
    """Merge suggestions as a preview showed them, all or none; `seen` and `into_seen` are editions.

    Raises AlreadyDecided or ChangedMeanwhile where one of them has moved on, and what merging refuses.
    """
    topic = lock_topic(topic_id)
    rules.require(rules.may_curate(by, topic))
    editions = {**seen, into: into_seen}
    for suggestion in topic.suggestions.filter(pk__in=editions).select_related("decided_by"):
        _require_unchanged(suggestion, editions[suggestion.pk])
    return merge_suggestions(topic_id=topic_id, suggestion_ids=tuple(seen), into=into, by=by, at=at)


def _each(topic_id: int, wanted: Mapping[int, object], one: Callable[[int], None]) -> tuple[Outcome, ...]:
    numbers = dict(Suggestion.objects.filter(topic_id=topic_id, pk__in=wanted).values_list("id", "number"))
    if numbers.keys() != wanted.keys():
        raise UnknownSuggestion
    return tuple(
        _outcome(pk, number, one) for pk, number in sorted(numbers.items(), key=lambda pair: pair[1])
    )


def _outcome(suggestion_id: int, number: int, one: Callable[[int], None]) -> Outcome:
    try:
        one(suggestion_id)
    except Refused as refusal:
        # Who may not do it at all is told once, and not for each.
        if refusal.status == 403:
            raise
        return Outcome(suggestion_id, number, refusal)
    return Outcome(suggestion_id, number, None)


def _leave_to_others(suggestion: Suggestion, *, by: Actor, at: dt.datetime) -> None:
    claim = Claim.objects.select_related("moderator").filter(suggestion=suggestion, until__gt=at).first()
    if claim is not None and claim.moderator_id != by.user_id:
        raise TakenByAnother(number=suggestion.number, name=str(claim.moderator))


_DECIDED = (Status.PUBLISHED, Status.RETURNED, Status.DECLINED, Status.HIDDEN, Status.MERGED)


def _require_unchanged(suggestion: Suggestion, seen: str) -> None:
    if edition_of(suggestion) == seen:
        return
    if seen.partition("-")[0] == suggestion.status:
        raise ChangedMeanwhile(number=suggestion.number)
    # Who withdrew or sent it again is its author, whom the last decision does not name.
    decided = suggestion.status in _DECIDED and suggestion.decided_by is not None
    raise AlreadyDecided(
        number=suggestion.number,
        status=suggestion.get_status_display(),
        name=str(suggestion.decided_by) if decided else "",
        at=suggestion.decided_at if decided else None,
    )
