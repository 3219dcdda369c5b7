"""What the authors say of an answer: 满意, 基本满意 or 不满意."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from jianyan.accounts.roles import Actor

from ..enums import Move, Satisfied
from ..errors import UnknownChoice, UnknownReply
from ..models import Reply, Satisfaction
from ..referral_states import move_of_rating, reopened_due
from .referral_opening import OpenedReferral, open_referral
from .summaries import accept

COMMENT_LENGTH = 500
"""Characters."""


@transaction.atomic
def rate_reply(
    *, reply_id: int, degree: str, comment: str = "", by: Actor, at: dt.datetime | None = None
) -> Satisfaction:
    """Rate the answer that stands; another rating of the same author takes the place of the first.

    The first author who is not satisfied reopens the referral, once; the last one who is satisfied closes it.
    Raises UnknownReply, UnknownChoice, BadForm, and what the rules refuse.
    """
    referral_id = Reply.objects.filter(pk=reply_id).values_list("referral_id", flat=True).first()
    if referral_id is None:
        raise UnknownReply
    opened = open_referral(referral_id, Move.RATE, by=by, at=at)
    reply = _answer_that_stands(opened, reply_id)
    if degree not in Satisfied.values:
        raise UnknownChoice
    said = Satisfied(degree)
    comment = accept(comment, COMMENT_LENGTH, what=_("the comment")) if comment.strip() else ""
    earlier = reply.satisfactions.filter(user_id=by.user_id).first()
    if earlier is not None and (earlier.degree, earlier.comment) == (said, comment):
        return earlier
    satisfaction, _made = Satisfaction.objects.update_or_create(
        reply=reply, user_id=by.user_id, defaults={"degree": said, "comment": comment, "at": opened.at}
    )
    move = move_of_rating(said, opened.standing, last_word=_all_others_satisfied(opened, reply, by))
    referral = opened.referral
    if move is Move.CLOSE:
        referral.closed_at = opened.at
    elif move is Move.REOPEN:
        referral.round = 2
        referral.answered_at = referral.closed_at = None
        due = reopened_due(opened.standing, opened.on)
        if due != referral.due:
            # A date of its own, which may be put off once as the first one could.
            referral.due = referral.first_due = due
    opened.step(move, facts={"reply": reply.pk}, public={"degree": said.value})
    return satisfaction


def _answer_that_stands(opened: OpenedReferral, reply_id: int) -> Reply:
    reply = opened.referral.replies.filter(
        pk=reply_id,
        body_id=opened.standing.lead.body_id,
        round=opened.standing.round,
        withdrawn_at=None,
    ).first()
    if reply is None:
        raise UnknownReply
    return reply


def _all_others_satisfied(opened: OpenedReferral, reply: Reply, by: Actor) -> bool:
    satisfied = set(
        reply.satisfactions.filter(degree__in=(Satisfied.YES, Satisfied.MOSTLY)).values_list(
            "user_id", flat=True
        )
    )
    return opened.standing.authors <= satisfied | {by.user_id}
