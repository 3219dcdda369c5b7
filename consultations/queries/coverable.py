"""What somebody who keeps books may enter an outcome or a document for: those that they have named, and those to choose from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from django.db.models import Exists, OuterRef, Q, QuerySet

from jianyan.accounts.models import Body
from jianyan.accounts.roles import Actor

from ..enums import ReferralState, SummaryStatus
from ..models import (
    Deliberation,
    EventRecord,
    Outcome,
    OutcomeCover,
    Referral,
    Submission,
    Suggestion,
    Summary,
    Topic,
)
from .events import hosts_kept
from .outcomes import Covered, covered

OFFERED = 100
"""Of each kind, the latest are offered."""
ITEMS = 30


@dataclass(frozen=True, slots=True)
class Named:
    """Something that was named. `key`: how forms name it, kind and id; `host_id`: the body that it belongs to."""

    key: str
    covered: Covered
    host_id: int


@dataclass(frozen=True, slots=True)
class Coverable:
    """What can be chosen in the books of one person; all unevaluated, latest first."""

    bodies: QuerySet[Body]
    topics: QuerySet[Topic]
    referrals: QuerySet[Referral]
    summaries: QuerySet[Summary]
    deliberations: QuerySet[Deliberation]
    submissions: QuerySet[Submission]


def coverable(actor: Actor, at: dt.datetime) -> Coverable:
    """Everything in the books of this person that is open to others than its writers. One query for the bodies' paths."""
    kept = hosts_kept(actor)
    announced = Topic.objects.filter(deliberation=OuterRef("pk"), announced_at__lte=at)
    entered = EventRecord.objects.filter(deliberation=OuterRef("pk"), withdrawn_at=None)
    return Coverable(
        bodies=kept,
        topics=Topic.objects.filter(deliberation__host__in=kept, announced_at__lte=at).order_by(
            "-opens_at", "-id"
        ),
        referrals=Referral.objects.filter(deliberation__host__in=kept)
        .exclude(state=ReferralState.WITHDRAWN)
        .order_by("-id"),
        summaries=Summary.objects.filter(deliberation__host__in=kept, status=SummaryStatus.SIGNED)
        .defer("content", "snapshot")
        .order_by("-signed_at", "-id"),
        deliberations=Deliberation.objects.filter(
            Q(Exists(announced)) | Q(Exists(entered)), host__in=kept
        ).order_by("-starts_at", "-id"),
        submissions=Submission.objects.filter(body__in=kept, withdrawn_at=None).order_by("-filed", "-id"),
    )


def named(keys: Mapping[str, frozenset[int]], within: Coverable) -> tuple[Named, ...]:
    """These, by kind and id, as far as they are in the books, also where they are open no more: a query for each kind."""
    rows = [
        row
        for kind, find in (
            ("suggestion", _suggestions),
            ("referral", _referrals),
            ("summary", _summaries),
            ("deliberation", _events),
            ("submission", _submissions),
        )
        if keys.get(kind)
        for row in find(keys[kind], within)
    ]
    return tuple(Named(_key(row), covered([row])[0], host) for row, host in rows)


def items_known(kept: QuerySet[Body]) -> tuple[str, ...]:
    """What outcomes in these books say they are about, latest first: one query."""
    rows = Outcome.objects.filter(body__in=kept, withdrawn_at=None).exclude(item="").order_by("-id")
    return tuple(dict.fromkeys(rows.values_list("item", flat=True)[: ITEMS * 3]))[:ITEMS]


def _key(row: OutcomeCover) -> str:
    kinds = {
        "suggestion": row.suggestion_id,
        "referral": row.referral_id,
        "summary": row.summary_id,
        "deliberation": row.deliberation_id,
        "submission": row.submission_id,
    }
    return next(f"{kind}-{pk}" for kind, pk in kinds.items() if pk is not None)


_Found: TypeAlias = Iterator[tuple[OutcomeCover, int]]
"""Something as it would be covered, and the id of the body that it belongs to."""


def _suggestions(ids: frozenset[int], within: Coverable) -> _Found:
    rows = Suggestion.objects.filter(pk__in=ids, topic__deliberation__host__in=within.bodies)
    for row in rows.select_related("topic__deliberation").order_by("topic", "number"):
        yield OutcomeCover(suggestion=row), row.topic.deliberation.host_id


def _referrals(ids: frozenset[int], within: Coverable) -> _Found:
    rows = Referral.objects.filter(pk__in=ids, deliberation__host__in=within.bodies)
    for row in rows.select_related("deliberation").order_by("id"):
        yield OutcomeCover(referral=row), row.deliberation.host_id


def _summaries(ids: frozenset[int], within: Coverable) -> _Found:
    rows = Summary.objects.filter(pk__in=ids, deliberation__host__in=within.bodies)
    for row in rows.select_related("deliberation").defer("content", "snapshot").order_by("id"):
        yield OutcomeCover(summary=row), row.deliberation.host_id


def _events(ids: frozenset[int], within: Coverable) -> _Found:
    for row in Deliberation.objects.filter(pk__in=ids, host__in=within.bodies).order_by("id"):
        yield OutcomeCover(deliberation=row), row.host_id


def _submissions(ids: frozenset[int], within: Coverable) -> _Found:
    for row in Submission.objects.filter(pk__in=ids, body__in=within.bodies).order_by("id"):
        yield OutcomeCover(submission=row), row.body_id
