"""Proposals and reports of public opinion: which ones somebody may see, their list, and the page of one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import ExtractYear

from jianyan.accounts.enums import Role
from jianyan.accounts.models import Body, Membership, User
from jianyan.accounts.people import ORDERINGS
from jianyan.accounts.roles import Actor, in_force_on

from ..enums import PUBLIC, Cosigning, Sponsor, SubmissionKind, SubmissionState
from ..keeping import READERS, may_keep, may_read_books
from ..models import Cosigner, Outcome, OutcomeCover, Submission, Suggestion
from .behalf import Named, named_among
from .came_of import CameOf, came_of
from .events import bodies_of
from .visible import visible_deliberations

PER_PAGE = 50

_Grown = Submission.suggestions.through
_Named = Submission.members.through


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionFilters:
    """What a reader asks for; empty is everything. `taken_out`: those alone that count no more, for who keeps the books."""

    kind: str = ""
    state: str = ""
    sponsor: str = ""
    body: int | None = None
    year: int | None = None
    taken_out: bool = False
    page: int = 1

    @property
    def any(self) -> bool:
        """Whether anything is filtered."""
        return bool(self.kind or self.state or self.sponsor or self.body or self.year or self.taken_out)


@dataclass(frozen=True, slots=True)
class SubmissionRow:
    """A document in a line."""

    id: int
    kind_name: str
    number: str
    title: str
    sponsor: str
    body: str
    filed: dt.date
    state: str
    state_name: str
    suggestions: int
    taken_out: bool


@dataclass(frozen=True, slots=True)
class SubmissionList:
    """One page, newest first. `kinds`: (value, name, how many) of all that this reader may see under the other filters."""

    filters: SubmissionFilters
    rows: tuple[SubmissionRow, ...]
    found: int
    pages: int
    kinds: tuple[tuple[str, str, int], ...]
    bodies: tuple[tuple[int, str], ...]
    years: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class GrownFrom:
    """A suggestion that a document grew from, as everybody reads it; its text is empty where it is not shown."""

    id: int
    number: int
    topic_id: int
    topic: str
    text: str


@dataclass(frozen=True, slots=True)
class SubmissionPage:
    """One document. `text` is None where it is not for this reader: a report of public opinion is its writers' and readers'.

    `ways`: (state, name) of those that may follow.
    """

    submission: Submission
    kind_name: str
    sponsor_kind_name: str
    state_name: str
    text: str | None
    suggestions: tuple[GrownFrom, ...]
    outcomes: tuple[CameOf, ...]
    may_edit: bool
    moved: bool


def visible_submissions(actor: Actor | None, at: dt.datetime) -> QuerySet[Submission]:
    """Those that this person may know of.

    Open is what grew from suggestions that are open to them, all of them, and a proposal that stands alone; members
    know of what they put forward; whoever reads the books, of everything in them.
    """
    grown = _Grown.objects.filter(submission=OuterRef("pk"))
    seen = visible_deliberations(actor, at).values("pk")
    closed = grown.exclude(suggestion__topic__deliberation__in=seen)
    open_to_all = ~Exists(closed) & (Q(kind=SubmissionKind.PROPOSAL) | Q(Exists(grown)))
    theirs = Q(pk__in=())
    if actor is not None:
        theirs = Q(Exists(_Named.objects.filter(submission=OuterRef("pk"), user=actor.user_id)))
    return Submission.objects.filter(Q(withdrawn_at=None) & (open_to_all | theirs) | books_read(actor))


def books_read(actor: Actor | None) -> Q:
    """Filters outcomes and documents: those in books that this person may read. One query."""
    return Q(pk__in=()) if actor is None else bodies_of(actor, READERS, through="body__path")


def submission_list(actor: Actor | None, filters: SubmissionFilters, *, at: dt.datetime) -> SubmissionList:
    """A page of them: nine queries at most."""
    seen = visible_submissions(actor, at)
    standing = seen.filter(withdrawn_at=None)
    under = seen.exclude(withdrawn_at=None) if filters.taken_out else standing
    if filters.state:
        under = under.filter(state=filters.state)
    if filters.sponsor:
        under = under.filter(sponsor_kind=filters.sponsor)
    if filters.body is not None:
        under = under.filter(body__path__contains=f"/{filters.body}/")
    if filters.year is not None:
        under = under.filter(filed__year=filters.year)
    counted = dict(under.order_by().values_list("kind").annotate(Count("pk", distinct=True)))
    found = counted.get(filters.kind, 0) if filters.kind else sum(counted.values())
    rows = under.filter(kind=filters.kind) if filters.kind else under
    pages = max(1, -(-found // PER_PAGE))
    first = (min(filters.page, pages) - 1) * PER_PAGE
    shown = rows.select_related("body").annotate(grown=Count("suggestions", distinct=True))
    bodies = Body.objects.filter(pk__in=standing.values("body")).order_by("path")
    years = standing.order_by().annotate(year=ExtractYear("filed")).values_list("year", flat=True).distinct()
    return SubmissionList(
        filters=filters,
        rows=tuple(_row(row, row.grown) for row in shown[first : first + PER_PAGE]),
        found=found,
        pages=pages,
        kinds=tuple((kind.value, str(kind.label), counted.get(kind.value, 0)) for kind in SubmissionKind),
        bodies=tuple((body.pk, str(body)) for body in bodies),
        years=tuple(sorted(years, reverse=True)),
    )


def _row(row: Submission, suggestions: int) -> SubmissionRow:
    return SubmissionRow(
        id=row.pk,
        kind_name=str(SubmissionKind(row.kind).label),
        number=row.number,
        title=row.title,
        sponsor=row.sponsor,
        body=str(row.body),
        filed=row.filed,
        state=row.state,
        state_name=str(SubmissionState(row.state).label),
        suggestions=suggestions,
        taken_out=row.withdrawn_at is not None,
    )


def submission_page(submission_id: int, actor: Actor | None, *, at: dt.datetime) -> SubmissionPage | None:
    """The page of one; None where there is none that this reader may know of. Seven queries at most."""
    grown = Suggestion.objects.select_related("topic").order_by("topic", "number")
    submission = (
        visible_submissions(actor, at)
        .select_related("body", "sponsor_body")
        .prefetch_related(Prefetch("suggestions", grown))
        .filter(pk=submission_id)
        .first()
    )
    if submission is None:
        return None
    covers = OutcomeCover.objects.filter(submission=submission, outcome__withdrawn_at=None)
    outcomes = Outcome.objects.filter(pk__in=covers.values("outcome")).order_by("date", "id")
    suggestions = tuple(submission.suggestions.all())
    return SubmissionPage(
        submission=submission,
        kind_name=str(SubmissionKind(submission.kind).label),
        sponsor_kind_name=str(Sponsor(submission.sponsor_kind).label),
        state_name=str(SubmissionState(submission.state).label),
        text=submission.text if _may_read(submission, suggestions, actor) else None,
        suggestions=tuple(_grown_from(one) for one in suggestions),
        outcomes=tuple(came_of(one) for one in outcomes),
        may_edit=may_keep(actor, submission.body.lineage) is None,
        moved=submission.state != SubmissionState.FILED,
    )


def _may_read(submission: Submission, grown: tuple[Suggestion, ...], actor: Actor | None) -> bool:
    """A proposal is read by whoever knows of it; a report by those who keep or wrote it."""
    if submission.kind == SubmissionKind.PROPOSAL or may_read_books(actor, submission.body.lineage) is None:
        return True
    if actor is None:
        return False
    if actor.user_id in {one.author_id for one in grown}:
        return True
    cosigned = Cosigner.objects.filter(suggestion__in=grown, member=actor.user_id, state=Cosigning.AGREED)
    return submission.members.filter(pk=actor.user_id).exists() or cosigned.exists()


def _grown_from(row: Suggestion) -> GrownFrom:
    return GrownFrom(
        id=row.pk,
        number=row.number,
        topic_id=row.topic_id,
        topic=row.topic.title,
        text=row.public_text if row.status in PUBLIC else "",
    )


def members_called(body: Body, names: Iterable[str], *, on: dt.date) -> Named:
    """Who is meant by these names, of those who were members of the body, or above or below it, on that day."""
    wanted = list(dict.fromkeys(name for name in names if name))
    if not wanted:
        return Named((), (), ())
    within = Body.objects.filter(path__startswith=f"/{body.lineage[0]}/")
    held = Membership.objects.filter(in_force_on(on), role=Role.MEMBER, body__in=within)
    people = User.objects.filter(pk__in=held.values("user"))
    people = people.only("display_name", "phone").order_by(*ORDERINGS["strokes"])
    return named_among(list(people), wanted)
