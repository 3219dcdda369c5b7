"""Replies 答复: the answer of the leading body with its class, and what co-handling bodies contribute to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from ..enums import Move
from ..errors import NotAllowed, UnknownGrade
from ..models import Grade, Reply
from ..referral_states import Handling, Person
from .attachments import KeptAttachment, attach, keeping_attachments
from .kept_files import Upload
from .referral_opening import OpenedReferral, acting_body, open_referral
from .summaries import accept

REPLY_LENGTH = 10_000
"""Characters."""


@dataclass(frozen=True, slots=True)
class Replied:
    """A reply that was taken, and how many days after the due date; 0: in time."""

    reply: Reply
    late_days: int


def answer_referral(
    *,
    referral_id: int,
    text: str,
    grade_id: int | None,
    files: Sequence[Upload] = (),
    by: Person,
    at: dt.datetime | None = None,
) -> Replied:
    """Answer it for the leading body; after the due date, too, and marked as late.

    Raises UnknownGrade, BadForm, BadAttachment; then no file was kept.
    """
    with keeping_attachments(files) as kept:
        return _answer(referral_id, text, grade_id, kept, by=by, at=at)


def contribute_to_referral(
    *,
    referral_id: int,
    text: str,
    body_id: int | None = None,
    files: Sequence[Upload] = (),
    by: Person,
    at: dt.datetime | None = None,
) -> Replied:
    """Say something for a co-handling body, for the one that answers; a second word takes the place of the first.

    `body_id` None: the first co-handling body for which this person acts. Raises BadForm, NotAllowed, BadAttachment.
    """
    with keeping_attachments(files) as kept:
        return _contribute(referral_id, text, body_id, kept, by=by, at=at)


@transaction.atomic
def _answer(
    referral_id: int,
    text: str,
    grade_id: int | None,
    kept: Sequence[KeptAttachment],
    *,
    by: Person,
    at: dt.datetime | None,
) -> Replied:
    opened = open_referral(referral_id, Move.ANSWER, by=by, at=at)
    grade = Grade.objects.filter(pk=grade_id).first() if grade_id is not None else None
    if grade is None:
        raise UnknownGrade
    body = opened.standing.lead
    reply = _reply(opened, body, text, kept, grade)
    opened.referral.answered_at = opened.at
    late = opened.standing.days_late(opened.on)
    public = {"grade": grade.letter} | ({"late_days": late} if late else {})
    opened.step(Move.ANSWER, body=body, facts={"reply": reply.pk}, public=public)
    return Replied(reply, late)


@transaction.atomic
def _contribute(
    referral_id: int,
    text: str,
    body_id: int | None,
    kept: Sequence[KeptAttachment],
    *,
    by: Person,
    at: dt.datetime | None,
) -> Replied:
    opened = open_referral(referral_id, Move.CONTRIBUTE, by=by, at=at)
    body = acting_body(opened, leads=False, body_id=body_id)
    if body is None:
        raise NotAllowed
    referral = opened.referral
    earlier = referral.replies.filter(body_id=body.body_id, round=referral.round, withdrawn_at=None).first()
    if earlier is not None:
        earlier.withdrawn_at = opened.at
        earlier.save(update_fields=["withdrawn_at"])
    reply = _reply(opened, body, text, kept, None)
    late = opened.standing.days_late(opened.on)
    facts = {"reply": reply.pk, "instead_of": earlier.pk if earlier is not None else None}
    public = {"body": body.name} | ({"late_days": late} if late else {})
    opened.step(Move.CONTRIBUTE, body=body, facts=facts, public=public)
    return Replied(reply, late)


def _reply(
    opened: OpenedReferral, body: Handling, text: str, kept: Sequence[KeptAttachment], grade: Grade | None
) -> Reply:
    reply = Reply.objects.create(
        referral=opened.referral,
        body_id=body.body_id,
        round=opened.referral.round,
        text=accept(text, REPLY_LENGTH, what=_("the reply")),
        grade=grade,
        at=opened.at,
        by_id=opened.user_id,
        link_id=opened.link_id,
    )
    for file in kept:
        attach(file, reply=reply, by_id=opened.user_id, at=opened.at)
    return reply
