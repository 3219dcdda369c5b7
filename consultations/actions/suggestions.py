"""A member's own ideas: post, edit, withdraw."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from jianyan.accounts.enums import BodyKind
from jianyan.accounts.models import Membership
from jianyan.accounts.roles import Actor

from .. import rules
from ..enums import LIVE, PUBLIC, Status, Step
from ..errors import BadReference, SlotTaken, TooLong
from ..events import SuggestionsChanged, emit
from ..journal import pseudonym, sealed
from ..models import Suggestion, SuggestionVersion, Topic
from ..text import clean, measure
from .locking import lock_topic, lock_topic_of
from .overtaking import overtake_proposal
from .recording import record


@dataclass(frozen=True, slots=True)
class Posted:
    """What an author's wish has led to: the suggestion, and the topic's revision that holds it."""

    suggestion: Suggestion
    revision: int


def accept_text(topic: Topic, text: str) -> str:
    """The cleaned text. Raises Empty, BadCharacters or TooLong."""
    text = clean(text)
    length = measure(text)
    if length > topic.length:
        raise TooLong(length=length, limit=topic.length)
    return text


def public_facts(suggestion: Suggestion, topic: Topic) -> dict[str, Any]:
    """What the public journal says of a suggestion: the text once it is public, a commitment to it before."""
    facts: dict[str, Any] = {
        "suggestions": [suggestion.pk],
        "number": suggestion.number,
        "status": str(suggestion.status),
    }
    if suggestion.status in PUBLIC:
        facts["text"] = suggestion.public_text
    else:
        facts["sealed"] = sealed(topic.secret, suggestion.text)
    return facts


def journal_suggestion(
    topic: Topic, suggestion: Suggestion, kind: Step, *, by: Actor, at: dt.datetime, **more: Any
) -> None:
    """Record one step of one suggestion and tell of it after commit."""
    record(topic, kind, public_facts(suggestion, topic) | more, at=at, actor=by)
    emit(
        SuggestionsChanged(
            topic_id=topic.pk,
            revision=topic.revision,
            suggestions=(suggestion.pk,),
            authors=(suggestion.author_id,),
        )
    )


def _reference(client_ref: str) -> str:
    try:
        return str(uuid.UUID(client_ref))
    except ValueError:
        raise BadReference from None


def _free_slot(topic: Topic, user_id: int) -> int:
    taken = set(topic.suggestions.filter(author_id=user_id, status__in=LIVE).values_list("slot", flat=True))
    for slot in range(1, topic.ideas + 1):
        if slot not in taken:
            return slot
    raise SlotTaken


def _sector_of(user_id: int) -> int | None:
    return (
        Membership.objects.filter(user_id=user_id, body__kind=BodyKind.SECTOR)
        .order_by("-since", "-id")
        .values_list("body_id", flat=True)
        .first()
    )


@transaction.atomic
def post_suggestion(*, topic_id: int, by: Actor, text: str, client_ref: str, at: dt.datetime) -> Posted:
    """Post one idea into the first free slot. The same `client_ref` (a UUID) again is the same suggestion."""
    topic = lock_topic(topic_id)
    reference = _reference(client_ref)
    earlier = topic.suggestions.filter(author_id=by.user_id, client_ref=reference).first()
    if earlier is not None:
        return Posted(earlier, topic.revision)
    rules.require(rules.may_post(by, topic, at))
    text = accept_text(topic, text)
    slot = _free_slot(topic, by.user_id)
    topic.numbered += 1
    topic.save(update_fields=["numbered"])
    suggestion = Suggestion.objects.create(
        topic=topic,
        author_id=by.user_id,
        sector_id=_sector_of(by.user_id),
        number=topic.numbered,
        slot=slot,
        client_ref=reference,
        text=text,
        status=Status.PENDING if topic.premoderated else Status.PUBLISHED,
        posted_at=at,
        published_at=None if topic.premoderated else at,
    )
    author = pseudonym(topic.secret, by.user_id)
    journal_suggestion(topic, suggestion, Step.POSTED, by=by, at=at, author=author)
    return Posted(suggestion, topic.revision)


@transaction.atomic
def edit_suggestion(*, suggestion_id: int, by: Actor, text: str, at: dt.datetime) -> Posted:
    """Change one's own text. A returned idea waits for review again; so does a published one without votes.

    Once a published idea has votes the edit makes a visible version and the idea stays published: its supporters
    see that it was edited. Without votes, under review before publication, it goes back to the queue.
    """
    topic, suggestion = lock_topic_of(suggestion_id)
    rules.require(rules.may_edit(by, topic, suggestion, at))
    text = accept_text(topic, text)
    if text == suggestion.text and suggestion.status != Status.RETURNED:
        return Posted(suggestion, topic.revision)
    if text != suggestion.text:
        overtake_proposal(suggestion, at=at)
    replace_text(suggestion, text, at=at)
    has_votes = suggestion.votes.exclude(choice=None).exists()
    if suggestion.status == Status.PUBLISHED and has_votes:
        suggestion.edited_at = at
    elif topic.premoderated:
        suggestion.status = Status.PENDING
        suggestion.featured = False
    else:
        suggestion.status = Status.PUBLISHED
    suggestion.save(update_fields=["status", "edited_at", "featured"])
    journal_suggestion(topic, suggestion, Step.EDITED, by=by, at=at)
    return Posted(suggestion, topic.revision)


def replace_text(suggestion: Suggestion, text: str, *, at: dt.datetime) -> None:
    """Put another text in place of the one that is kept as a version; the reason for which it came back goes with it."""
    SuggestionVersion.objects.create(
        suggestion=suggestion, text=suggestion.text, status=suggestion.status, replaced_at=at
    )
    suggestion.text = text
    suggestion.reason = ""
    suggestion.save(update_fields=["text", "reason"])


@transaction.atomic
def withdraw_suggestion(*, suggestion_id: int, by: Actor, at: dt.datetime) -> Posted:
    """Take one's own idea back; row, number and votes stay, the slot is free again. Twice is once."""
    topic, suggestion = lock_topic_of(suggestion_id)
    rules.require(rules.may_withdraw(by, topic, suggestion, at))
    if suggestion.status == Status.WITHDRAWN:
        return Posted(suggestion, topic.revision)
    overtake_proposal(suggestion, at=at)
    suggestion.status = Status.WITHDRAWN
    suggestion.featured = False
    suggestion.save(update_fields=["status", "featured"])
    journal_suggestion(topic, suggestion, Step.WITHDRAWN, by=by, at=at)
    return Posted(suggestion, topic.revision)
