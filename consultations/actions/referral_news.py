"""Who hears of which step of a referral: those who follow what it carries, those who handle it, those who referred it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils import timezone

from jianyan.accounts.enums import Role
from jianyan.accounts.models import Body, Membership
from jianyan.accounts.roles import in_force_on

from ..enums import Move, News, Satisfied
from ..models import Referral, ReferralStep, Topic
from .notifying import notify_people, tell_followers

TO_FOLLOWERS = {
    Move.ISSUE: News.REFERRED,
    Move.ACCEPT: News.REFERRED,
    Move.SEND_BACK: News.REFERRED,
    Move.READDRESS: News.REFERRED,
    Move.EXTEND: News.REFERRED,
    Move.WITHDRAW: News.REFERRED,
    Move.SUPERVISE: News.REFERRED,
    Move.UNDO: News.REFERRED,
    Move.ANSWER: News.REPLIED,
    Move.REOPEN: News.REPLIED,
    Move.CLOSE: News.REPLIED,
}
TO_HANDLERS = (
    *(Move.ISSUE, Move.READDRESS, Move.EXTEND, Move.WITHDRAW, Move.SUPERVISE),
    *(Move.REMIND, Move.REOPEN, Move.UNDO),
)


def tell_of_step(
    referral: Referral,
    step: ReferralStep,
    public: Mapping[str, Any],
    carried: Mapping[Topic, Sequence[int]],
    *,
    bodies: Iterable[Body],
) -> None:
    """Tell everybody once: followers in the first topic in which they follow something, others in the first topic.

    `carried`: the locked topics in order, with the ids of their suggestions; whoever took the step is not told.
    """
    move, at = Move(step.move), step.at
    doer = frozenset((step.by_id,)) if step.by_id is not None else frozenset()
    first = next(iter(carried))
    if move in TO_HANDLERS:
        people = _holders(Role.HANDLER, (pk for body in bodies for pk in body.lineage), at) - doer
        notify_people(first, News.TO_HANDLE, people, None, first.revision, at)
    if move is Move.SEND_BACK or public.get("degree") == Satisfied.NO:
        people = _holders(Role.SECRETARY, referral.deliberation.host.lineage, at) - doer
        notify_people(first, News.RETURNED_TO_US, people, None, first.revision, at)
    if move in TO_FOLLOWERS:
        told = doer
        for topic, suggestion_ids in carried.items():
            told |= tell_followers(
                topic, TO_FOLLOWERS[move], suggestion_ids, revision=topic.revision, at=at, but=told
            )


def _holders(role: Role, body_ids: Iterable[int], at: dt.datetime) -> frozenset[int]:
    held = Membership.objects.filter(
        in_force_on(timezone.localdate(at)), role=role, body__in=set(body_ids)
    ).order_by()
    return frozenset(held.values_list("user_id", flat=True))
