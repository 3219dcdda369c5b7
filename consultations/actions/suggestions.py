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
from ..enums import PUBLIC, Status, Step
from ..errors import BadReference, RepresentsOthers, TooLong
from ..events import SuggestionsChanged, emit
from ..journal import pseudonym, sealed
from ..models import Suggestion, SuggestionVersion, Topic
from ..screening import masks
from ..text import clean, measure
from .locking import lock_topic, lock_topic_of
from .overtaking import overtake_proposal
from .recording import record
from .screened import raise_flags
from .slots import free_slot


@dataclass(frozen=True, slots=True)
class Posted:
    """What an author's wish has led to: the suggestion, and the topic's revision that holds it."""

    suggestion: Suggestion
    revision: int


def require_alone(suggestion: Suggestion) -> None:
    """Whoever stands for others too cannot go before they are set free. Raises RepresentsOthers."""
    if suggestion.merged.exists():
        raise RepresentsOthers


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


def accept_reference(client_ref: str) -> str:
    """The reference as it is stored. Raises BadReference for what is no UUID."""
    try:
        return str(uuid.UUID(client_ref))
    except ValueError:
        raise BadReference from None


def _sector_of(user_id: int) -> int | None:
    return (
        Membership.objects.filter(user_id=user_id, body__kind=BodyKind.SECTOR)
        .order_by("-since", "-id")
        .values_list("body_id", flat=True)
        .first()
    )


def add_suggestion(
    topic: Topic,
    author_id: int,
    text: str,
    reference: str,
    *,
    slot: int,
    status: Status,
    at: dt.datetime,
    entered_by: Actor | None = None,
    entered_from: str = "",
) -> Suggestion:
    """The row of a new idea under the topic's lock, with the next number. `text` and `reference` were accepted."""
    topic.numbered += 1
    topic.save(update_fields=["numbered"])
    suggestion = Suggestion.objects.create(
        topic=topic,
        author_id=author_id,
        sector_id=_sector_of(author_id),
        number=topic.numbered,
        slot=slot,
        client_ref=reference,
        text=text,
        masked=masks(text),
        status=status,
        posted_at=at,
        published_at=at if status is Status.PUBLISHED else None,
        entered_by_id=entered_by.user_id if entered_by is not None else None,
        entered_from=entered_from,
    )
    raise_flags(suggestion, at=at)
    return suggestion


@transaction.atomic
def post_suggestion(*, topic_id: int, by: Actor, text: str, client_ref: str, at: dt.datetime) -> Posted:
    """Post one idea into the first free slot. The same `client_ref` (a UUID) again is the same suggestion."""
    topic = lock_topic(topic_id)
    reference = accept_reference(client_ref)
    earlier = topic.suggestions.filter(author_id=by.user_id, client_ref=reference).first()
    if earlier is not None:
        return Posted(earlier, topic.revision)
    rules.require(rules.may_post(by, topic, at))
    text = accept_text(topic, text)
    suggestion = add_suggestion(
        topic,
        by.user_id,
        text,
        reference,
        slot=free_slot(topic, by.user_id),
        status=Status.PENDING if topic.premoderated else Status.PUBLISHED,
        at=at,
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
    has_votes = suggestion.votes.exclude(choice=None).exists() or suggestion.merged.exists()
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
    suggestion.masked = masks(text)
    suggestion.reason = ""
    suggestion.save(update_fields=["text", "masked", "reason"])
    raise_flags(suggestion, at=at)


@transaction.atomic
def withdraw_suggestion(*, suggestion_id: int, by: Actor, at: dt.datetime) -> Posted:
    """Take one's own idea back; row, number and votes stay, the slot is free again. Twice is once."""
    topic, suggestion = lock_topic_of(suggestion_id)
    rules.require(rules.may_withdraw(by, topic, suggestion, at))
    if suggestion.status == Status.WITHDRAWN:
        return Posted(suggestion, topic.revision)
    require_alone(suggestion)
    overtake_proposal(suggestion, at=at)
    suggestion.status = Status.WITHDRAWN
    suggestion.featured = False
    suggestion.save(update_fields=["status", "featured"])
    journal_suggestion(topic, suggestion, Step.WITHDRAWN, by=by, at=at)
    return Posted(suggestion, topic.revision)
