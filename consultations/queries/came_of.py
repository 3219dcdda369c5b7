"""What came of referrals and suggestions: outcomes in a line, by what they cover."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from ..enums import OutcomeKind
from ..models import Deliberation, Outcome, OutcomeCover, Referral, Submission, Suggestion, Summary


@dataclass(frozen=True, slots=True)
class CameOf:
    """An outcome in a line."""

    id: int
    kind: str
    kind_name: str
    level_name: str
    words: str
    day: dt.date


@dataclass(frozen=True, slots=True)
class Outcomes:
    """By id of what they cover, each list without order. Those of a document count for each suggestion in it."""

    of_referral: dict[int, list[CameOf]] = field(default_factory=dict)
    of_suggestion: dict[int, list[CameOf]] = field(default_factory=dict)
    of_summary: dict[int, list[CameOf]] = field(default_factory=dict)

    def covering(
        self, *, referrals: Iterable[int] = (), suggestions: Iterable[int] = (), summaries: Iterable[int] = ()
    ) -> tuple[CameOf, ...]:
        """What covers any of these, each once, by date."""
        found = {
            one.id: one
            for covered, ids in (
                (self.of_referral, referrals),
                (self.of_suggestion, suggestions),
                (self.of_summary, summaries),
            )
            for pk in ids
            for one in covered.get(pk, ())
        }
        return tuple(sorted(found.values(), key=lambda one: (one.day, one.id)))


def outcomes_on(
    seen: QuerySet[Outcome],
    *,
    referrals: Collection[int] = (),
    suggestions: Collection[int] = (),
    summaries: Collection[int] = (),
) -> Outcomes:
    """What came of these, by their ids, of the outcomes that the reader may see: two queries."""
    grown = Submission.suggestions.through.objects.filter(suggestion__in=suggestions)
    covers = (
        OutcomeCover.objects.filter(outcome__in=seen, outcome__withdrawn_at=None)
        .filter(
            Q(referral__in=referrals)
            | Q(suggestion__in=suggestions)
            | Q(summary__in=summaries)
            | Q(submission__in=grown.values("submission"), submission__withdrawn_at=None)
        )
        .select_related("outcome")
    )
    came = Outcomes()
    documents: dict[int, list[CameOf]] = {}
    for cover in covers:
        line = came_of(cover.outcome)
        for ids, pk in (
            (came.of_referral, cover.referral_id),
            (came.of_suggestion, cover.suggestion_id),
            (came.of_summary, cover.summary_id),
            (documents, cover.submission_id),
        ):
            if pk is not None:
                ids.setdefault(pk, []).append(line)
    for pk, document in grown.filter(submission__in=documents).values_list("suggestion", "submission"):
        came.of_suggestion.setdefault(pk, []).extend(documents[document])
    return came


def outcomes_covering(
    seen: QuerySet[Outcome],
    *,
    referrals: QuerySet[Referral],
    suggestions: QuerySet[Suggestion],
    summaries: QuerySet[Summary],
    deliberations: QuerySet[Deliberation] | None = None,
) -> QuerySet[Outcome]:
    """Those of the outcomes that the reader may see which cover any of these, each once."""
    grown = Submission.objects.filter(withdrawn_at=None, suggestions__in=suggestions)
    covers = OutcomeCover.objects.filter(
        Q(referral__in=referrals)
        | Q(suggestion__in=suggestions)
        | Q(summary__in=summaries)
        | Q(submission__in=grown)
        | Q(deliberation__in=Deliberation.objects.none() if deliberations is None else deliberations)
    )
    return seen.filter(withdrawn_at=None, pk__in=covers.values("outcome"))


def came_of(outcome: Outcome) -> CameOf:
    """An outcome in a line."""
    return CameOf(
        id=outcome.pk,
        kind=outcome.kind,
        kind_name=str(OutcomeKind(outcome.kind).label),
        level_name=str(outcome.get_level_display()),
        words=outcome.words,
        day=outcome.date,
    )
