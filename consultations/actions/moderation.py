"""What moderators decide about a suggestion: publish, return, decline, hide, restore; its theme; what is featured.

`at` None: the instant at which the topic's lock was got.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from jianyan.accounts.roles import Actor

from .. import rules
from ..enums import Status, Step
from ..errors import ReasonMissing, UnknownTheme
from ..events import SuggestionsChanged, emit
from ..models import Claim, Suggestion, Topic
from ..screening import covered
from ..text import clean
from .locking import lock_topic_of
from .overtaking import overtake_proposal
from .recording import record
from .screened import settle_screening
from .slots import retake_slots
from .suggestions import journal_suggestion, public_facts, require_alone


def _decide(
    suggestion_id: int, becomes: Status, kind: Step, *, by: Actor, at: dt.datetime | None, reason: str
) -> Suggestion:
    topic, suggestion = lock_topic_of(suggestion_id)
    at = at or timezone.now()
    rules.require(rules.may_decide(by, topic, suggestion, becomes=becomes))
    if becomes is not Status.PUBLISHED:
        require_alone(suggestion)
    if becomes in (Status.DECLINED, Status.HIDDEN):
        overtake_proposal(suggestion, at=at)
    suggestion.status = becomes
    suggestion.reason = reason
    if becomes is Status.PUBLISHED:
        suggestion.published_at = suggestion.published_at or at
    else:
        suggestion.featured = False
    return _settle(topic, suggestion, kind, by=by, at=at)


def _settle(topic: Topic, suggestion: Suggestion, kind: Step, *, by: Actor, at: dt.datetime) -> Suggestion:
    suggestion.decided_by_id = by.user_id
    suggestion.decided_at = at
    suggestion.save(
        update_fields=["status", "slot", "reason", "published_at", "featured", "decided_by", "decided_at"]
    )
    Claim.objects.filter(suggestion=suggestion).delete()
    settle_screening(suggestion, by=by, at=at)
    # The author reads the reason as it is; the journal is everybody's.
    more = {"reason": covered(suggestion.reason)} if suggestion.reason else {}
    journal_suggestion(topic, suggestion, kind, by=by, at=at, **more)
    return suggestion


def accept_reason(text: str) -> str:
    """The reason as its author will read it, at most 500 characters. Raises ReasonMissing, BadCharacters."""
    if not text.strip():
        raise ReasonMissing
    return clean(text)[:500]


@transaction.atomic
def publish_suggestion(*, suggestion_id: int, by: Actor, at: dt.datetime | None = None) -> Suggestion:
    """Show it to everybody."""
    return _decide(suggestion_id, Status.PUBLISHED, Step.PUBLISHED, by=by, at=at, reason="")


@transaction.atomic
def return_suggestion(
    *, suggestion_id: int, by: Actor, reason: str, at: dt.datetime | None = None
) -> Suggestion:
    """Give it back to its author to edit; the author keeps the slot. Raises ReasonMissing."""
    return _decide(suggestion_id, Status.RETURNED, Step.RETURNED, by=by, at=at, reason=accept_reason(reason))


@transaction.atomic
def decline_suggestion(
    *, suggestion_id: int, by: Actor, reason: str, at: dt.datetime | None = None
) -> Suggestion:
    """Do not take it; the author's slot is free again. Raises ReasonMissing."""
    return _decide(suggestion_id, Status.DECLINED, Step.DECLINED, by=by, at=at, reason=accept_reason(reason))


@transaction.atomic
def hide_suggestion(
    *, suggestion_id: int, by: Actor, reason: str, at: dt.datetime | None = None
) -> Suggestion:
    """Stop showing a published one; its votes stay. Raises ReasonMissing."""
    return _decide(suggestion_id, Status.HIDDEN, Step.HIDDEN, by=by, at=at, reason=accept_reason(reason))


@transaction.atomic
def restore_suggestion(*, suggestion_id: int, by: Actor, at: dt.datetime | None = None) -> Suggestion:
    """Undo hiding or declining: a hidden one is shown again, a declined one waits again, if slots are free."""
    topic, suggestion = lock_topic_of(suggestion_id)
    at = at or timezone.now()
    rules.require(rules.may_restore(by, topic, suggestion))
    if suggestion.status == Status.DECLINED:
        retake_slots(topic, suggestion)
        suggestion.status = Status.PENDING
    else:
        suggestion.status = Status.PUBLISHED
    suggestion.reason = ""
    return _settle(topic, suggestion, Step.RESTORED, by=by, at=at)


@transaction.atomic
def assign_theme(
    *, suggestion_id: int, theme_id: int | None, by: Actor, at: dt.datetime | None = None
) -> Suggestion:
    """Put a suggestion under a theme of its topic, or under none."""
    topic, suggestion = lock_topic_of(suggestion_id)
    at = at or timezone.now()
    rules.require(rules.may_curate(by, topic))
    if theme_id is not None and not topic.themes.filter(pk=theme_id).exists():
        raise UnknownTheme
    if suggestion.theme_id == theme_id:
        return suggestion
    suggestion.theme_id = theme_id
    suggestion.save(update_fields=["theme"])
    journal_suggestion(topic, suggestion, Step.THEMED, by=by, at=at, theme=theme_id)
    return suggestion


@transaction.atomic
def feature_suggestion(
    *, suggestion_id: int, on: bool, by: Actor, at: dt.datetime | None = None
) -> Suggestion:
    """Feature a published suggestion, in place of the one featured before; or stop featuring it."""
    topic, suggestion = lock_topic_of(suggestion_id)
    at = at or timezone.now()
    rules.require(rules.may_feature(by, topic, suggestion, on=on))
    if suggestion.featured == on:
        return suggestion
    before = list(topic.suggestions.filter(featured=True).exclude(pk=suggestion.pk)) if on else []
    for other in before:
        other.featured = False
        other.save(update_fields=["featured"])
    suggestion.featured = on
    suggestion.save(update_fields=["featured"])
    changed = [suggestion, *before]
    payload = public_facts(suggestion, topic) | {
        "suggestions": [one.pk for one in changed],
        "featured": suggestion.pk if on else None,
    }
    record(topic, Step.FEATURED, payload, at=at, actor=by)
    emit(
        SuggestionsChanged(
            topic_id=topic.pk,
            revision=topic.revision,
            suggestions=tuple(one.pk for one in changed),
            authors=tuple(one.author_id for one in changed),
        )
    )
    return suggestion
