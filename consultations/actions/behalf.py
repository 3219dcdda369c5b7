"""代录: staff enter what a member has handed in on paper or said in the room. The idea is the member's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from jianyan.accounts.roles import Actor

from .. import rules
from ..enums import News, Source, Status, Step
from ..errors import BadForm, Refused, SlotTaken, SlotTakenBy
from ..journal import pseudonym
from ..models import Suggestion
from .cosigning import invite, member_of
from .kept_files import KeptFile, Upload, discard_file
from .locking import lock_topic
from .notifying import notify_people
from .scans import attach_scan, keep_scan
from .slots import free_slot
from .suggestions import Posted, accept_reference, accept_text, add_suggestion, journal_suggestion


def enter_suggestion(
    *,
    topic_id: int,
    member_id: int,
    source: str,
    text: str,
    client_ref: str,
    scan: Upload | None = None,
    cosigner_ids: Sequence[int] = (),
    by: Actor,
    at: dt.datetime | None = None,
) -> Posted:
    """Post one idea into a free slot of that member, with the paper's scan, and ask those who are named on it to sign.

    It waits for review like any other, and the member is told. From the opening until the topic is frozen, since paper
    is often typed when the hall is empty. The same `client_ref` (a UUID) again is the same suggestion.
    Raises UnknownMember, SlotTakenBy, BadScan, and what the rules refuse a text or this person.
    """
    # On the disk before a row can name it: a row without its file is never committed.
    kept = keep_scan(scan) if scan is not None else None
    try:
        posted, is_new = _enter(
            topic_id, member_id, source, text, client_ref, kept, cosigner_ids, by=by, at=at
        )
    except Refused:
        if kept is not None:
            discard_file(kept)
        raise
    if kept is not None and not is_new:
        discard_file(kept)
    return posted


@transaction.atomic
def _enter(
    topic_id: int,
    member_id: int,
    source: str,
    text: str,
    client_ref: str,
    kept: KeptFile | None,
    cosigner_ids: Sequence[int],
    *,
    by: Actor,
    at: dt.datetime | None,
) -> tuple[Posted, bool]:
    topic = lock_topic(topic_id)
    at = at or timezone.now()
    rules.require(rules.may_enter(by, topic, at))
    reference = accept_reference(client_ref)
    earlier = topic.suggestions.filter(author_id=member_id, client_ref=reference).first()
    if earlier is not None:
        return Posted(earlier, topic.revision), False
    if source not in Source.values:
        raise BadForm(detail=source)
    member = member_of(topic, member_id, at=at)
    text = accept_text(topic, text)
    try:
        slot = free_slot(topic, member_id)
    except SlotTaken:
        raise SlotTakenBy(name=str(member)) from None
    suggestion = add_suggestion(
        topic,
        member_id,
        text,
        reference,
        slot=slot,
        status=Status.PENDING,
        at=at,
        entered_by=by,
        entered_from=source,
    )
    if kept is not None:
        attach_scan(suggestion, kept, by=by, at=at)
    invited = invite(topic, suggestion, cosigner_ids, at=at)
    _journal(suggestion, len(invited), by=by, at=at)
    notify_people(topic, News.COSIGN, invited, suggestion, topic.revision, at)
    return Posted(suggestion, topic.revision), True


def _journal(suggestion: Suggestion, invited: int, *, by: Actor, at: dt.datetime) -> None:
    topic = suggestion.topic
    more: dict[str, object] = {
        "author": pseudonym(topic.secret, suggestion.author_id),
        "entered": suggestion.entered_from,
    }
    if invited:
        more |= {"invited": invited}
    journal_suggestion(topic, suggestion, Step.POSTED, by=by, at=at, **more)
