"""The way of a suggestion: posted, published, written into a summary, referred, answered, and what came of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jianyan.accounts.roles import Actor

from ..enums import Move, ReferralState, Satisfied, StatementKind, SubmissionKind, SummaryStatus
from ..models import (
    Citation,
    Merge,
    Outcome,
    Referral,
    ReferralBody,
    ReferralStep,
    Reply,
    Satisfaction,
    Submission,
    Suggestion,
    Summary,
)
from ..referral_states import OPEN
from .came_of import CameOf, Outcomes, outcomes_on
from .outcomes import visible_outcomes

TOLD = (Move.ACCEPT, Move.SEND_BACK, Move.READDRESS, Move.REOPEN, Move.CLOSE)
"""Steps that are stations; to whom it went first, replies and ratings have rows of their own."""


ENDINGS = (Move.REOPEN, Move.CLOSE)
"""What an author's word brings about at the same instant."""


@dataclass(frozen=True, slots=True)
class Station:
    """One station. `at` None: it is still there, waiting; `urgent`: for longer than it may. `url`: where it can be read.

    Of what has only a date, `at` is the end of that day.
    """

    kind: str
    words: str
    at: dt.datetime | None
    url: str = ""
    urgent: bool = False


Way = tuple[Station, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    """What the database says of these suggestions, by their ids, and of all their referrals."""

    merges: dict[int, Merge]
    summaries: dict[int, dict[str, Summary]]
    referrals: dict[int, list[Referral]]
    submissions: dict[int, list[Submission]]
    outcomes: Outcomes


def ways_of(suggestions: Collection[Suggestion], actor: Actor | None, *, at: dt.datetime) -> dict[int, Way]:
    """By id, the ways of these suggestions as this person may read them; what was merged goes on with its representative.

    As many queries for many as for one; none where there are none.
    """
    if not suggestions:
        return {}
    ids = {one.pk for one in suggestions}
    ids |= {one.merged_into_id for one in suggestions if one.merged_into_id is not None}
    found = _find(ids, visible_outcomes(actor, at))
    today = timezone.localdate(at)
    return {one.pk: _way(one, found, today) for one in suggestions}


def _find(ids: Collection[int], seen: QuerySet[Outcome]) -> _Found:
    referrals: dict[int, list[Referral]] = {}
    loaded: dict[int, Referral] = {}
    links = Referral.suggestions.through.objects.filter(suggestion__in=ids).exclude(
        referral__state=ReferralState.WITHDRAWN
    )
    pairs = list(links.order_by("referral").values_list("suggestion", "referral"))
    if pairs:
        loaded = {one.pk: one for one in _with_stations({pk for _of, pk in pairs})}
    for suggestion, referral in pairs:
        referrals.setdefault(suggestion, []).append(loaded[referral])
    summaries = _summaries(ids)
    return _Found(
        merges={
            one.suggestion_id: one
            for one in Merge.objects.filter(suggestion__in=ids, undone_at=None).select_related("into")
        },
        summaries=summaries,
        referrals=referrals,
        submissions=_submissions(ids),
        outcomes=outcomes_on(
            seen,
            referrals=loaded,
            suggestions=ids,
            summaries={one.pk for signed in summaries.values() for one in signed.values()},
        ),
    )


def _with_stations(referral_ids: Collection[int]) -> Iterable[Referral]:
    return Referral.objects.filter(pk__in=referral_ids).prefetch_related(
        Prefetch("bodies", ReferralBody.objects.select_related("body")),
        Prefetch("steps", ReferralStep.objects.filter(move__in=TOLD, undone_at=None).order_by("id")),
        Prefetch("replies", Reply.objects.filter(withdrawn_at=None).select_related("grade", "body")),
        Prefetch("replies__satisfactions", Satisfaction.objects.order_by("at", "id")),
    )


def _summaries(ids: Collection[int]) -> dict[int, dict[str, Summary]]:
    """By id of the suggestion and by kind, the first signed summary in which a sentence rests on it."""
    cited: dict[int, dict[str, Summary]] = {}
    rows = (
        Citation.objects.filter(
            suggestion__in=ids,
            statement__removed=False,
            statement__section__summary__status=SummaryStatus.SIGNED,
        )
        .exclude(statement__kind=StatementKind.LEAD)
        .order_by("statement__section__summary__signed_at")
        .values_list("suggestion", "statement__section__summary")
        .distinct()
    )
    pairs = list(rows)
    summaries = Summary.objects.defer("snapshot", "content").in_bulk({pk for _of, pk in pairs})
    for suggestion, pk in pairs:
        cited.setdefault(suggestion, {}).setdefault(summaries[pk].kind, summaries[pk])
    return cited


def _submissions(ids: Collection[int]) -> dict[int, list[Submission]]:
    links = Submission.suggestions.through.objects.filter(
        suggestion__in=ids, submission__withdrawn_at=None
    ).select_related("submission")
    found: dict[int, list[Submission]] = {}
    for link in links:
        found.setdefault(link.suggestion_id, []).append(link.submission)
    return found


def _way(suggestion: Suggestion, found: _Found, today: dt.date) -> Way:
    ids = [pk for pk in (suggestion.pk, suggestion.merged_into_id) if pk is not None]
    summaries = {one.pk: one for pk in ids for one in found.summaries.get(pk, {}).values()}
    referrals = {one.pk: one for pk in ids for one in found.referrals.get(pk, ())}
    submissions = {one.pk: one for pk in ids for one in found.submissions.get(pk, ())}
    came = found.outcomes.covering(referrals=referrals, suggestions=ids, summaries=summaries)
    stations = [
        *_in_the_topic(suggestion, found.merges.get(suggestion.pk)),
        *(_written(one) for one in summaries.values()),
        *(station for one in referrals.values() for station in _handled(one, today)),
        *(_grown(one) for one in submissions.values()),
        *(_came(one) for one in came),
    ]
    waiting = [one for one in stations if one.at is None]
    reached = [(one.at, one.kind in ENDINGS, one) for one in stations if one.at is not None]
    return (*(one for _at, _last, one in sorted(reached, key=lambda each: each[:2])), *waiting)


def _in_the_topic(suggestion: Suggestion, merge: Merge | None) -> Iterable[Station]:
    yield Station("posted", _("Handed in"), suggestion.posted_at)
    if suggestion.published_at is not None:
        yield Station("published", _("Published"), suggestion.published_at)
    if merge is not None:
        words = _("Merged into #%(number)s") % {"number": merge.into.number}
        yield Station("merged", words, merge.merged_at)


def _written(summary: Summary) -> Station:
    words = _("Written into %(kind)s %(number)s") % {
        "kind": summary.get_kind_display(),
        "number": summary.number_text,
    }
    return Station("summary", words, summary.signed_at, reverse("consultations:summary", args=[summary.pk]))


def _handled(referral: Referral, today: dt.date) -> Iterable[Station]:
    url = reverse("consultations:referral", args=[referral.pk])
    bodies = referral.bodies.all()
    lead = next((str(one.body) for one in bodies if one.leads), "")
    yield Station("referred", _("Referred to %(body)s") % {"body": lead}, referral.issued_at, url)
    for step in referral.steps.all():
        yield Station(step.move, str(step.get_move_display()), step.at, url)
    for reply in referral.replies.all():
        yield from _replied(reply, url, leads={one.body_id for one in bodies if one.leads})
    if referral.state in OPEN:
        late = (today - referral.due).days
        words = (
            _("Overdue by %(days)s days") % {"days": late}
            if late > 0
            else _("In hand, due on %(day)s") % {"day": referral.due.isoformat()}
        )
        yield Station("waiting", words, None, url, urgent=late > 0)


def _replied(reply: Reply, url: str, *, leads: Collection[int]) -> Iterable[Station]:
    if reply.body_id not in leads:
        yield Station("contributed", _("Contribution of %(body)s") % {"body": reply.body}, reply.at, url)
        return
    graded = (
        _("Answered, class %(letter)s") % {"letter": reply.grade.letter} if reply.grade else _("Answered")
    )
    yield Station("answered", graded, reply.at, url)
    for degree in Satisfied:
        said = [one for one in reply.satisfactions.all() if one.degree == degree]
        if said:
            yield Station(
                "rated",
                _("Rated: %(degree)s") % {"degree": degree.label},
                said[-1].at,
                url,
                urgent=degree is Satisfied.NO,
            )


def _grown(submission: Submission) -> Station:
    kind = SubmissionKind(submission.kind).label
    words = _("Grown into: %(kind)s %(number)s") % {"kind": kind, "number": submission.number}
    return Station("submission", words.strip(), _end_of(submission.filed))


def _came(outcome: CameOf) -> Station:
    words = _("%(kind)s: %(words)s") % {"kind": outcome.kind_name, "words": outcome.words}
    return Station(
        outcome.kind, words, _end_of(outcome.day), reverse("consultations:outcome", args=[outcome.id])
    )


def _end_of(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.max))
