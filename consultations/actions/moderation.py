"""What moderators decide about a suggestion: publish, return, decline, hide, restore; its theme; what is featured."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from jianyan.accounts.roles import Actor

from .. import rules
from ..enums import LIVE, Status, Step
from ..errors import ReasonMissing, SlotTaken, UnknownTheme
from ..events import SuggestionsChanged, emit
from ..models import Claim, Suggestion, Topic
from ..text import clean
from .locking import lock_topic_of
from .overtaking import overtake_proposal
from .recording import record
from .suggestions import journal_suggestion, public_facts


def _decide(
    suggestion_id: int, becomes: Status, kind: Step, *, by: Actor, at: dt.datetime, reason: str
) -> Suggestion:
    topic, suggestion = lock_topic_of(suggestion_id)
    rules.require(rules.may_decide(by, topic, suggestion, becomes=becomes))
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
        update_fields=["status", "reason", "published_at", "featured", "decided_by", "decided_at"]
    )
    Claim.objects.filter(suggestion=suggestion).delete()
    more = {"reason": suggestion.reason} if suggestion.reason else {}
    journal_suggestion(topic, suggestion, kind, by=by, at=at, **more)
    return suggestion


def _reason(text: str) -> str:
    if not text.strip():
        raise ReasonMissing
    return clean(text)[:500]


@transaction.atomic
def publish_suggestion(*, suggestion_id: int, by: Actor, at: dt.datetime) -> Suggestion:
    """Show it to everybody."""
    return _decide(suggestion_id, Status.PUBLISHED, Step.PUBLISHED, by=by, at=at, reason="")


@transaction.atomic
def return_suggestion(*, suggestion_id: int, by: Actor, at: dt.datetime, reason: str) -> Suggestion:
    """Give it back to its author to edit; the author keeps the slot. Raises ReasonMissing."""
    return _decide(suggestion_id, Status.RETURNED, Step.RETURNED, by=by, at=at, reason=_reason(reason))


@transaction.atomic
def decline_suggestion(*, suggestion_id: int, by: Actor, at: dt.datetime, reason: str) -> Suggestion:
    """Do not take it; the author's slot is free again. Raises ReasonMissing."""
    return _decide(suggestion_id, Status.DECLINED, Step.DECLINED, by=by, at=at, reason=_reason(reason))


@transaction.atomic
def hide_suggestion(*, suggestion_id: int, by: Actor, at: dt.datetime, reason: str) -> Suggestion:
    """Stop showing a published one; its votes stay. Raises ReasonMissing."""
    return _decide(suggestion_id, Status.HIDDEN, Step.HIDDEN, by=by, at=at, reason=_reason(reason))


@transaction.atomic
def restore_suggestion(*, suggestion_id: int, by: Actor, at: dt.datetime) -> Suggestion:
    """Undo hiding or declining: a hidden one is shown again, a declined one waits again, if its slot is free."""
    topic, suggestion = lock_topic_of(suggestion_id)
    rules.require(rules.may_restore(by, topic, suggestion))
    if suggestion.status == Status.DECLINED:
        others = topic.suggestions.filter(
            author_id=suggestion.author_id, slot=suggestion.slot, status__in=LIVE
        )
        if others.exists():
            raise SlotTaken
        suggestion.status = Status.PENDING
    else:
        suggestion.status = Status.PUBLISHED
    suggestion.reason = ""
    return _settle(topic, suggestion, Step.RESTORED, by=by, at=at)


@transaction.atomic
def assign_theme(*, suggestion_id: int, theme_id: int | None, by: Actor, at: dt.datetime) -> Suggestion:
    """Put a suggestion under a theme of its topic, or under none."""
    topic, suggestion = lock_topic_of(suggestion_id)
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
def feature_suggestion(*, suggestion_id: int, on: bool, by: Actor, at: dt.datetime) -> Suggestion:
    """Feature a published suggestion, in place of the one featured before; or stop featuring it."""
    topic, suggestion = lock_topic_of(suggestion_id)
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
