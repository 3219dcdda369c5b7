"""Appeals 申诉: a member says that something in their record is wrong, and a secretary answers."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.db import transaction

from jianyan.accounts.models import User
from jianyan.accounts.roles import Actor

from .. import keeping, rules
from ..enums import AppealState
from ..errors import (
    AppealAnswered,
    NotAllowed,
    OwnRecord,
    TooLong,
    TooManyAppeals,
    UnknownRecord,
)
from ..models import Appeal
from ..queries.member_record import record_bodies
from ..text import clean, measure
from .point_rules import LONGEST_REASON, correct_points
from .record_freezing import lock_year

LONGEST = 1000
"""Characters of an appeal or of its answer."""
LONGEST_ABOUT = 120
MOST_OPEN = 10


@transaction.atomic
def appeal(*, body_id: int, year: int, about: str, text: str, by: Actor, at: dt.datetime) -> Appeal:
    """Say what is wrong or missing in one's own record; `about` names the line, empty: something else.

    Also of a year that is frozen: its secretary may undo that.
    Raises UnknownRecord, NotAllowed, TooManyAppeals, Empty, TooLong, BadCharacters.
    """
    body = lock_year(body_id, year)
    member = User.objects.get(pk=by.user_id)
    if body not in record_bodies(member, year):
        raise NotAllowed
    text = _words(text)
    about = clean(about) if about.strip() else ""
    waiting = Appeal.objects.filter(body=body, user=member, year=year, state=AppealState.OPEN)
    if waiting.count() >= MOST_OPEN:
        raise TooManyAppeals(limit=MOST_OPEN)
    return Appeal.objects.create(
        body=body, user=member, year=year, about=about[:LONGEST_ABOUT], text=text, at=at
    )


@transaction.atomic
def answer_appeal(
    *,
    appeal_id: int,
    accepted: bool,
    answer: str,
    amount: Decimal | None = None,
    by: Actor,
    at: dt.datetime,
) -> Appeal:
    """Accept an appeal, with a correction of `amount` points where there is one, or decline it; either with words.

    Raises UnknownRecord, NotAllowed, OwnRecord, AppealAnswered, Empty, TooLong, BadCharacters, and what
    `correct_points` does.
    """
    of = Appeal.objects.filter(pk=appeal_id).values_list("body_id", "year").first()
    if of is None:
        raise UnknownRecord
    body = lock_year(*of)
    rules.require(keeping.may_keep(by, body.lineage))
    found = Appeal.objects.get(pk=appeal_id)
    if found.user_id == by.user_id:
        raise OwnRecord
    if found.state != AppealState.OPEN:
        raise AppealAnswered
    found.answer = _words(answer)
    if accepted and amount:
        found.correction = correct_points(
            body_id=body.pk,
            user_id=found.user_id,
            year=found.year,
            amount=amount,
            reason=found.answer[:LONGEST_REASON],
            by=by,
            at=at,
        )
    found.state = AppealState.ACCEPTED if accepted else AppealState.DECLINED
    found.answered_at, found.answered_by_id = at, by.user_id
    found.save()
    return found


def _words(text: str) -> str:
    text = clean(text)
    if measure(text) > LONGEST:
        raise TooLong(length=measure(text), limit=LONGEST)
    return text
