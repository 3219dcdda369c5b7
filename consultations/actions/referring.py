"""Referring 交办: handing a line of a signed summary, or published suggestions, to the bodies that handle them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jianyan.accounts.enums import Role
from jianyan.accounts.roles import Actor

from .. import rules
from ..enums import PUBLIC, Move, ReferralState, SummaryStatus
from ..errors import (
    AlreadyReferred,
    BadDue,
    NothingToRefer,
    NotSigned,
    UnknownDeliberation,
    UnknownPassage,
    UnknownSummary,
)
from ..models import (
    Assignment,
    Deliberation,
    Referral,
    ReferralBody,
    ReferralStep,
    Suggestion,
    Summary,
    Topic,
)
from ..queries.referred_lines import referred_lines
from ..referral_states import next_state, plus_months
from .assignments import ITEM_LENGTH
from .grades import usual_grades
from .handling_bodies import chosen_bodies
from .locking import lock_topics
from .referral_opening import journal_step
from .summaries import accept


@transaction.atomic
def refer(
    *,
    deliberation_id: int,
    summary_id: int | None = None,
    assignment_id: int | None = None,
    suggestion_ids: Sequence[int] = (),
    item: str = "",
    lead_id: int | None,
    cohandling_ids: Sequence[int] = (),
    due: dt.date | None = None,
    by: Actor,
    at: dt.datetime | None = None,
) -> Referral:
    """Hand a line of a signed summary, or published suggestions, to a leading and to co-handling bodies.

    From an assignment: its words where `item` is empty, and the suggestions that its statement rests on. `due` None: as
    the channel's rule says. Raises UnknownDeliberation, UnknownSummary, NotSigned, UnknownPassage, NothingToRefer,
    AlreadyReferred, LeadMissing, BodyTwice, UnknownBody, NotAHandler, BadDue, BadForm, and what the rules refuse.
    """
    assignment = _assignment(assignment_id) if assignment_id is not None else None
    carried = _cited_by(assignment) if assignment is not None else tuple(suggestion_ids)
    topics = lock_topics(_topic_ids(deliberation_id, carried))
    at = at or timezone.now()
    today = timezone.localdate(at)
    deliberation = Deliberation.objects.select_related("host", "channel").filter(pk=deliberation_id).first()
    if deliberation is None:
        raise UnknownDeliberation
    rules.require(rules.may_summarise(by, deliberation))
    if assignment is not None:
        summary_id = assignment.summary_id
        item = item if item.strip() else assignment.item
    summary = _signed(summary_id, deliberation) if summary_id is not None else None
    suggestions = _referable(carried, deliberation)
    if assignment is not None:
        if assignment.pk in referred_lines(assignment.summary_id):
            raise AlreadyReferred
    elif not suggestions:
        raise NothingToRefer
    else:
        require_not_referred(carried)
    item = accept(item, ITEM_LENGTH, what=_("what is referred"))
    bodies = chosen_bodies(lead_id, cohandling_ids, today)
    due = due or plus_months(today, deliberation.channel.referral_months)
    if due < today:
        raise BadDue
    # Whoever answers chooses one of them.
    usual_grades()
    referral = Referral.objects.create(
        deliberation=deliberation,
        summary=summary,
        assignment=assignment,
        item=item,
        state=next_state(None, Move.ISSUE),
        due=due,
        first_due=due,
        issued_at=at,
        issued_by_id=by.user_id,
    )
    referral.suggestions.set(suggestions)
    ReferralBody.objects.bulk_create(
        ReferralBody(referral=referral, body_id=pk, leads=leads) for pk, leads in bodies
    )
    step = ReferralStep.objects.create(
        referral=referral, move=Move.ISSUE, at=at, after=referral.state, by_id=by.user_id
    )
    journal_step(referral, topics, step, by=by, office=Role.SECRETARY.value, public={})
    return referral


def require_not_referred(suggestion_ids: Collection[int], *, but: int | None = None) -> None:
    """Raise AlreadyReferred where a standing referral, other than `but`, carries one of these suggestions."""
    standing = Referral.objects.filter(suggestions__in=suggestion_ids).exclude(state=ReferralState.WITHDRAWN)
    if set(standing.values_list("pk", flat=True)) - {but}:
        raise AlreadyReferred


def _assignment(assignment_id: int) -> Assignment:
    assignment = Assignment.objects.filter(pk=assignment_id, removed=False).first()
    if assignment is None:
        raise UnknownPassage
    return assignment


def _cited_by(assignment: Assignment) -> tuple[int, ...]:
    """What its statement rests on: read before the locks, since it names them, and nothing signed changes."""
    if assignment.statement is None:
        return ()
    cited: Any = assignment.statement.citations.values_list("suggestion_id", flat=True)
    return tuple(cited)


def _topic_ids(deliberation_id: int, suggestion_ids: Collection[int]) -> set[int]:
    if suggestion_ids:
        return set(Suggestion.objects.filter(pk__in=suggestion_ids).values_list("topic_id", flat=True))
    return set(Topic.objects.filter(deliberation=deliberation_id).values_list("pk", flat=True))


def _signed(summary_id: int, deliberation: Deliberation) -> Summary:
    summary = Summary.objects.filter(pk=summary_id, deliberation=deliberation).first()
    if summary is None:
        raise UnknownSummary
    if summary.status != SummaryStatus.SIGNED:
        raise NotSigned
    return summary


def _referable(suggestion_ids: Collection[int], deliberation: Deliberation) -> list[Suggestion]:
    found = list(
        Suggestion.objects.filter(pk__in=suggestion_ids, topic__deliberation=deliberation, status__in=PUBLIC)
    )
    if len(found) != len(set(suggestion_ids)):
        raise NothingToRefer
    return found
