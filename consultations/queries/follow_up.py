"""建言落实: of one deliberation or of all that somebody may see, what was referred to whom, and what came of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from jianyan.accounts.models import Body
from jianyan.accounts.roles import Actor

from ..enums import PUBLIC, ReferralState, Satisfied
from ..models import Deliberation, Outcome, Referral, Reply, Satisfaction, Suggestion, Summary, Theme
from .came_of import CameOf, came_of, outcomes_covering
from .outcomes import visible_outcomes
from .referral_rows import PUBLIC_STATES, ReferralRow, overdue, rows_of, with_all
from .visible import visible_deliberations

PER_PAGE = 50
AT_ONCE = 200
"""Rows that an export reads at a time."""

OVERDUE, SUPERVISED = "overdue", "supervised"
STATES = (*(state.value for state in PUBLIC_STATES), OVERDUE, SUPERVISED)
"""What `state` filters by: where it stands, or that it is late, or under oversight."""

SORTS = {
    "issued": ("issued_at", "id"),
    "due": ("due", "id"),
    "state": ("state", "due", "id"),
    "answered": ("answered_at", "id"),
    "item": ("item", "id"),
}
NEWEST = "-issued"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a reader asks for; empty is everything. `sort`: a key of SORTS, led by a minus for the other way round."""

    search: str = ""
    state: str = ""
    body: int | None = None
    theme: str = ""
    sort: str = NEWEST
    page: int = 1

    @property
    def any(self) -> bool:
        """Whether anything is filtered."""
        return bool(self.search or self.state or self.body or self.theme)


@dataclass(frozen=True, slots=True)
class Figures:
    """Of everything that the reader may see here, whatever is filtered. `satisfied`: of authors, by degree."""

    referred: int
    answered: int
    closed: int
    overdue: int
    supervised: int
    satisfied: tuple[tuple[str, int], ...]
    outcomes: int


@dataclass(frozen=True, slots=True)
class FollowUp:
    """One page. `bodies` (id, name) and `themes` are what can be filtered by; `further`: outcomes beside all referrals."""

    deliberation: Deliberation | None
    filters: Filters
    figures: Figures
    rows: tuple[ReferralRow, ...]
    found: int
    pages: int
    bodies: tuple[tuple[int, str], ...]
    themes: tuple[str, ...]
    further: tuple[CameOf, ...]


def deliberation_followed(
    deliberation_id: int, actor: Actor | None, *, at: dt.datetime
) -> Deliberation | None:
    """The deliberation, for somebody who may see it."""
    return (
        visible_deliberations(actor, at).select_related("host", "channel").filter(pk=deliberation_id).first()
    )


def follow_up(
    actor: Actor | None, *, at: dt.datetime, filters: Filters, deliberation: Deliberation | None = None
) -> FollowUp:
    """The page, of one deliberation that the person may see or of all of them; as many queries for many as for one."""
    seen = _seen(actor, at, deliberation)
    scope = _scope(seen)
    outcomes = visible_outcomes(actor, at)
    figures = _figures(scope, seen, outcomes, at)
    rows = filtered(scope, filters, at)
    found = rows.count() if filters.any else figures.referred
    pages = max(1, -(-found // PER_PAGE))
    page = min(max(1, filters.page), pages)
    shown = with_all(rows)[(page - 1) * PER_PAGE : page * PER_PAGE]
    return FollowUp(
        deliberation=deliberation,
        filters=replace(filters, page=page),
        figures=figures,
        rows=rows_of(shown, actor, at=at),
        found=found,
        pages=pages,
        bodies=tuple(
            (body.pk, str(body))
            for body in Body.objects.filter(pk__in=scope.values("bodies__body")).order_by("position", "id")
        ),
        themes=tuple(
            Theme.objects.filter(suggestions__referrals__in=scope)
            .order_by("name")
            .values_list("name", flat=True)
            .distinct()
        ),
        further=_further(scope, deliberation, outcomes) if deliberation is not None else (),
    )


def all_rows(
    actor: Actor | None, *, at: dt.datetime, filters: Filters, deliberation: Deliberation | None = None
) -> Iterator[ReferralRow]:
    """Every row that these filters find, in their order: read a few hundred at a time."""
    rows = filtered(_scope(_seen(actor, at, deliberation)), filters, at)
    ids = list(rows.values_list("pk", flat=True))
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        loaded = {one.pk: one for one in with_all(Referral.objects.filter(pk__in=some))}
        yield from rows_of((loaded[pk] for pk in some), actor, at=at)


def _seen(actor: Actor | None, at: dt.datetime, deliberation: Deliberation | None) -> QuerySet[Deliberation]:
    if deliberation is not None:
        return Deliberation.objects.filter(pk=deliberation.pk)
    return visible_deliberations(actor, at)


def _scope(seen: QuerySet[Deliberation]) -> QuerySet[Referral]:
    return Referral.objects.filter(state__in=PUBLIC_STATES, deliberation__in=seen).order_by()


def filtered(scope: QuerySet[Referral], filters: Filters, at: dt.datetime) -> QuerySet[Referral]:
    """Those of them that the filters let through, in their order."""
    rows = scope
    if filters.state == OVERDUE:
        rows = rows.filter(overdue(timezone.localdate(at)))
    elif filters.state == SUPERVISED:
        rows = rows.filter(supervised_at__isnull=False)
    elif filters.state:
        rows = rows.filter(state=filters.state)
    # Subqueries, not joins: a join would show a referral once for every body and suggestion.
    if filters.body is not None:
        rows = rows.filter(pk__in=Referral.objects.filter(bodies__body=filters.body).values("pk"))
    if filters.theme:
        of_theme = Suggestion.objects.filter(theme__name=filters.theme)
        rows = rows.filter(pk__in=Referral.objects.filter(suggestions__in=of_theme).values("pk"))
    if filters.search:
        rows = rows.filter(_saying(filters.search))
    key = filters.sort.removeprefix("-")
    backwards = filters.sort.startswith("-")
    return rows.order_by(
        *(
            F(column).desc(nulls_last=True) if backwards else F(column).asc(nulls_last=True)
            for column in SORTS.get(key, SORTS["issued"])
        )
    )


def _saying(words: str) -> Q:
    # Whoever tries digits must not read off the hits what is masked: only whole texts are searched.
    said = Suggestion.objects.filter(status__in=PUBLIC, masked=[], text__icontains=words)
    named = Body.objects.filter(Q(name__icontains=words) | Q(short_name__icontains=words))
    return (
        Q(item__icontains=words)
        | Q(pk__in=Referral.objects.filter(suggestions__in=said).values("pk"))
        | Q(pk__in=Referral.objects.filter(bodies__body__in=named).values("pk"))
    )


def _figures(
    scope: QuerySet[Referral], seen: QuerySet[Deliberation], outcomes: QuerySet[Outcome], at: dt.datetime
) -> Figures:
    answered = Q(state=ReferralState.ANSWERED) | Q(state=ReferralState.CLOSED, answered_at__isnull=False)
    counts = scope.aggregate(
        referred=Count("pk"),
        answered=Count("pk", filter=answered),
        closed=Count("pk", filter=Q(state=ReferralState.CLOSED)),
        overdue=Count("pk", filter=overdue(timezone.localdate(at))),
        supervised=Count("pk", filter=Q(supervised_at__isnull=False)),
    )
    replies = Reply.objects.filter(referral__in=scope, round=F("referral__round"), withdrawn_at=None)
    said = dict(
        Satisfaction.objects.filter(reply__in=replies)
        .values_list("degree")
        .annotate(n=Count("pk"))
        .order_by()
    )
    came = outcomes_covering(
        outcomes,
        referrals=scope,
        suggestions=Suggestion.objects.filter(topic__deliberation__in=seen),
        summaries=Summary.objects.filter(deliberation__in=seen),
    )
    return Figures(
        **counts,
        satisfied=tuple((str(degree.label), said.get(degree.value, 0)) for degree in Satisfied),
        outcomes=came.count(),
    )


def _further(
    scope: QuerySet[Referral], deliberation: Deliberation, outcomes: QuerySet[Outcome]
) -> tuple[CameOf, ...]:
    """What came of the deliberation beside its referrals: of other suggestions, of its summary, of itself."""
    inside = outcomes_covering(
        outcomes,
        referrals=scope,
        suggestions=Suggestion.objects.filter(referrals__in=scope),
        summaries=Summary.objects.none(),
    )
    around = outcomes_covering(
        outcomes,
        referrals=Referral.objects.none(),
        suggestions=Suggestion.objects.filter(topic__deliberation=deliberation),
        summaries=Summary.objects.filter(deliberation=deliberation),
        deliberations=Deliberation.objects.filter(pk=deliberation.pk),
    )
    return tuple(came_of(one) for one in around.exclude(pk__in=inside.values("pk")).order_by("date", "id"))
