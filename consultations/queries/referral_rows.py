"""Referrals as rows of a list, whoever reads it: what, on which suggestions, who handles it, where it stands, what came of it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from jianyan.accounts.roles import Actor

from ..enums import PUBLIC, ReferralState, Satisfied
from ..models import Referral, ReferralBody, Reply, Satisfaction, Suggestion
from ..referral_states import OPEN
from .came_of import CameOf, outcomes_on
from .outcomes import visible_outcomes

PUBLIC_STATES = tuple(state for state in ReferralState if state is not ReferralState.WITHDRAWN)
"""Those of the referrals that are followed up: one that was taken back is none any more."""


@dataclass(frozen=True, slots=True)
class CitedIdea:
    """A suggestion that a referral rests on, by its number and as everybody reads it; empty where it is not shown."""

    id: int
    number: int
    topic_id: int
    topic: str
    theme: str
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The leading body's last reply. `letter` and `meaning` are of its class."""

    id: int
    letter: str
    meaning: str
    text: str
    day: dt.date


@dataclass(frozen=True, slots=True)
class ReferralRow:
    """One referral. `overdue`: days since it was due, 0 where it is not or the clock has stopped.

    `satisfied`: (degree, how many authors say so) of the answer, those that somebody has said.
    """

    id: int
    item: str
    deliberation_id: int
    deliberation: str
    summary_id: int | None
    number: str
    lead: str
    helping: tuple[str, ...]
    state: str
    state_name: str
    issued: dt.date
    due: dt.date
    put_off: bool
    overdue: int
    accepted: dt.date | None
    answered: dt.date | None
    closed: dt.date | None
    supervised: bool
    round: int
    ideas: tuple[CitedIdea, ...]
    answer: Answer | None
    satisfied: tuple[tuple[str, int], ...]
    outcomes: tuple[CameOf, ...]

    @property
    def is_open(self) -> bool:
        """Whether the clock runs."""
        return self.state in OPEN


def with_all(rows: QuerySet[Referral]) -> QuerySet[Referral]:
    """The referrals with everything that `rows_of` reads but outcomes: five queries, however many they are."""
    ideas = Suggestion.objects.select_related("topic", "theme").order_by(
        "topic__position", "topic_id", "number"
    )
    replies = Reply.objects.filter(withdrawn_at=None).select_related("grade").order_by("round", "id")
    return rows.select_related("deliberation", "summary").prefetch_related(
        Prefetch("bodies", ReferralBody.objects.select_related("body")),
        Prefetch("suggestions", ideas),
        Prefetch("replies", replies),
        Prefetch("replies__satisfactions", Satisfaction.objects.order_by("id")),
    )


def rows_of(
    referrals: Iterable[Referral], actor: Actor | None, *, at: dt.datetime
) -> tuple[ReferralRow, ...]:
    """The rows of referrals that were loaded `with_all`, as this person reads them; few queries more, for what came of them."""
    loaded = list(referrals)
    resting = {one.pk: tuple(idea.pk for idea in one.suggestions.all()) for one in loaded}
    came = outcomes_on(
        visible_outcomes(actor, at),
        referrals=resting,
        suggestions={pk for ids in resting.values() for pk in ids},
    )
    today = timezone.localdate(at)
    return tuple(
        _row(one, came.covering(referrals=(one.pk,), suggestions=resting[one.pk]), today) for one in loaded
    )


def overdue(day: dt.date) -> Q:
    """Filters referrals: those that were due before that day and are not answered."""
    return Q(state__in=OPEN, due__lt=day)


def day_of(at: dt.datetime | None) -> dt.date | None:
    """The day of an instant where the site is."""
    return timezone.localdate(at) if at is not None else None


def cited(suggestion: Suggestion) -> CitedIdea:
    """A suggestion with topic and theme loaded, by its number."""
    return CitedIdea(
        id=suggestion.pk,
        number=suggestion.number,
        topic_id=suggestion.topic_id,
        topic=suggestion.topic.title,
        theme=suggestion.theme.name if suggestion.theme is not None else "",
        text=suggestion.public_text if suggestion.status in PUBLIC else "",
    )


def _row(referral: Referral, came: tuple[CameOf, ...], today: dt.date) -> ReferralRow:
    bodies = list(referral.bodies.all())
    leads = next((one for one in bodies if one.leads), None)
    reply = next(
        (
            one
            for one in reversed(referral.replies.all())
            if leads is not None and one.body_id == leads.body_id
        ),
        None,
    )
    runs = referral.state in OPEN
    return ReferralRow(
        id=referral.pk,
        item=referral.item,
        deliberation_id=referral.deliberation_id,
        deliberation=referral.deliberation.title,
        summary_id=referral.summary_id,
        number=referral.summary.number_text if referral.summary is not None else "",
        lead=str(leads.body) if leads is not None else "",
        helping=tuple(str(one.body) for one in bodies if not one.leads),
        state=referral.state,
        state_name=str(referral.get_state_display()),
        issued=timezone.localdate(referral.issued_at),
        due=referral.due,
        put_off=referral.due > referral.first_due,
        overdue=max(0, (today - referral.due).days) if runs else 0,
        accepted=day_of(referral.accepted_at),
        answered=day_of(referral.answered_at),
        closed=day_of(referral.closed_at),
        supervised=referral.supervised_at is not None,
        round=referral.round,
        ideas=tuple(cited(one) for one in referral.suggestions.all()),
        answer=_answer(reply) if reply is not None else None,
        satisfied=_satisfied(reply.satisfactions.all()) if reply is not None else (),
        outcomes=came,
    )


def _answer(reply: Reply) -> Answer:
    grade = reply.grade
    return Answer(
        id=reply.pk,
        letter=grade.letter if grade is not None else "",
        meaning=grade.meaning if grade is not None else "",
        text=reply.text,
        day=timezone.localdate(reply.at),
    )


def _satisfied(said: Iterable[Satisfaction]) -> tuple[tuple[str, int], ...]:
    counts = Counter(one.degree for one in said)
    return tuple((str(degree.label), counts[degree]) for degree in Satisfied if counts[degree])
