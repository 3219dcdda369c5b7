"""Flags: members ask the moderators to look at a suggestion; moderators settle them, or show what was masked."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from jianyan.accounts.roles import Actor

from .. import rules
from ..enums import Cosigning, Step
from ..errors import AlreadyFlagged, ChangedMeanwhile, RateLimited, TooLong, TooManyFlags
from ..events import FlagsChanged, emit
from ..models import Cosigner, Flag, Suggestion, Topic, Vote
from ..queries.desk import edition_of
from ..text import clean
from .locking import lock_topic_of
from .recording import record
from .screened import settle_screening
from .suggestions import journal_suggestion

WORDS = 200
"""Characters that somebody may add to a reason."""

OPEN = 20
"""Open flags of one person in one topic."""

PACE = 10
"""Flags of one person in a minute, wherever they are."""

MINUTE = dt.timedelta(minutes=1)


def flag_suggestion(
    *, suggestion_id: int, kind: str, by: Actor, text: str = "", at: dt.datetime | None = None
) -> Flag:
    """Report a published suggestion of somebody else's, or ask that a merged one of one's own be split again.

    Nothing public changes. Raises AlreadyFlagged while an earlier one of theirs waits, TooManyFlags, RateLimited.
    """
    # Before the lock, too: whoever sends thousands must not keep the topic from those who vote.
    _require_pace(by, at or timezone.now())
    return _flag(suggestion_id, kind, by, text, at)


@transaction.atomic
def _flag(suggestion_id: int, kind: str, by: Actor, text: str, at: dt.datetime | None) -> Flag:
    topic, suggestion = lock_topic_of(suggestion_id)
    at = at or timezone.now()
    rules.require(
        rules.may_flag(
            by,
            topic,
            suggestion,
            at,
            kind=kind,
            own=_is_of(suggestion, by),
            stands=Vote.objects.filter(suggestion=suggestion, voter_id=by.user_id)
            .exclude(choice=None)
            .exists(),
        )
    )
    text = clean(text) if text.strip() else ""
    if len(text) > WORDS:
        raise TooLong(length=len(text), limit=WORDS)
    waiting = Flag.objects.filter(member_id=by.user_id, settled_at=None)
    if waiting.filter(suggestion=suggestion).exists():
        raise AlreadyFlagged
    if waiting.filter(topic=topic).count() >= OPEN:
        raise TooManyFlags(limit=OPEN)
    _require_pace(by, at)
    flag = Flag.objects.create(
        topic=topic, suggestion=suggestion, member_id=by.user_id, kind=kind, text=text, flagged_at=at
    )
    _journal(topic, suggestion, Step.FLAGGED, by=by, at=at, kind=str(flag.kind))
    return flag


@transaction.atomic
def settle_flags(*, suggestion_id: int, by: Actor, at: dt.datetime | None = None) -> int:
    """The moderators are done with the open flags of a suggestion; how many that were.

    Only flags of people are journalled: the journal names none of the screening's.
    """
    topic, suggestion = lock_topic_of(suggestion_id)
    at = at or timezone.now()
    rules.require(rules.may_curate(by, topic))
    waiting = Flag.objects.filter(suggestion=suggestion, settled_at=None)
    of_people = waiting.exclude(member=None).count()
    settled = waiting.update(settled_at=at, settled_by_id=by.user_id)
    if of_people:
        _journal(topic, suggestion, Step.SETTLED, by=by, at=at, flags=of_people)
    return settled


@transaction.atomic
def unmask_suggestion(
    *, suggestion_id: int, by: Actor, seen: str | None = None, at: dt.datetime | None = None
) -> Suggestion:
    """Show what the screening has masked; on a text without masked passages nothing happens.

    `seen`: the edition that the moderator has read (`queries.desk.edition_of`). Raises ChangedMeanwhile for another.
    """
    topic, suggestion = lock_topic_of(suggestion_id)
    at = at or timezone.now()
    rules.require(rules.may_curate(by, topic))
    if seen is not None and edition_of(suggestion) != seen:
        raise ChangedMeanwhile
    if not suggestion.masked:
        return suggestion
    suggestion.masked = []
    suggestion.save(update_fields=["masked"])
    settle_screening(suggestion, by=by, at=at)
    journal_suggestion(topic, suggestion, Step.UNMASKED, by=by, at=at)
    return suggestion


def _is_of(suggestion: Suggestion, by: Actor) -> bool:
    """Whether it is their own, alone or with others."""
    if suggestion.author_id == by.user_id:
        return True
    signed = Cosigner.objects.filter(suggestion=suggestion, member_id=by.user_id, state=Cosigning.AGREED)
    return signed.exists()


def _require_pace(by: Actor, at: dt.datetime) -> None:
    if Flag.objects.filter(member_id=by.user_id, flagged_at__gt=at - MINUTE).count() >= PACE:
        raise RateLimited


def _journal(
    topic: Topic, suggestion: Suggestion, step: Step, *, by: Actor, at: dt.datetime, **more: str | int
) -> None:
    """Which suggestion and why; who it was is in the table alone."""
    record(
        topic, step, {"suggestions": [suggestion.pk], "number": suggestion.number, **more}, at=at, actor=by
    )
    emit(FlagsChanged(topic_id=topic.pk, revision=topic.revision))
