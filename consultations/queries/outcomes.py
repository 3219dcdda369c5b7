"""Outcomes: which ones somebody may see, their list, and the page of one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce, ExtractYear
from django.urls import reverse
from django.utils.translation import gettext as _

from jianyan.accounts.models import Body
from jianyan.accounts.roles import Actor

from ..enums import PUBLIC, Level, OutcomeKind
from ..keeping import may_keep
from ..models import Attachment, Outcome, OutcomeCover
from .attachments import may_read_evidence
from .submissions import books_read, visible_submissions
from .visible import visible_deliberations

PER_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeFilters:
    """What a reader asks for; empty is everything. `taken_out`: those alone that count no more, for who keeps the books."""

    kind: str = ""
    level: str = ""
    body: int | None = None
    year: int | None = None
    taken_out: bool = False
    page: int = 1

    @property
    def any(self) -> bool:
        """Whether anything is filtered."""
        return bool(self.kind or self.level or self.body or self.year or self.taken_out)


@dataclass(frozen=True, slots=True)
class Covered:
    """Something that an outcome covers: what it is, in words, where it is; its text as everybody reads it, or empty."""

    kind: str
    kind_name: str
    words: str
    path: str
    text: str


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """An outcome in a line. `amount`: in yuan, grouped by thousands; empty where there is none."""

    id: int
    kind: str
    kind_name: str
    level_name: str
    date: dt.date
    words: str
    document_number: str
    amount: str
    amount_of: str
    body: str
    covers: tuple[Covered, ...]
    taken_out: bool


@dataclass(frozen=True, slots=True)
class OutcomeList:
    """One page, newest first. `kinds`: (value, name, how many) of all that this reader may see under the other filters."""

    filters: OutcomeFilters
    rows: tuple[OutcomeRow, ...]
    found: int
    pages: int
    kinds: tuple[tuple[str, str, int], ...]
    bodies: tuple[tuple[int, str], ...]
    years: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class OutcomePage:
    """One outcome. `together`: how many 批示 stand on the same document, this one among them; `files` None: not for them."""

    outcome: Outcome
    row: OutcomeRow
    together: int
    files: tuple[Attachment, ...] | None
    may_edit: bool


def visible_outcomes(actor: Actor | None, at: dt.datetime) -> QuerySet[Outcome]:
    """Those that this person may see: what they cover is open to them, all of it; and all in books that they read."""
    seen = visible_deliberations(actor, at).values("pk")
    documents = visible_submissions(actor, at).values("pk")
    of = Coalesce(
        "deliberation",
        "suggestion__topic__deliberation",
        "referral__deliberation",
        "summary__deliberation",
    )
    closed = (
        OutcomeCover.objects.filter(outcome=OuterRef("pk"))
        .annotate(event=of)
        .filter(
            Q(submission=None) & ~Q(event__in=seen)
            | Q(submission__isnull=False) & ~Q(submission__in=documents)
        )
    )
    return Outcome.objects.filter(Q(withdrawn_at=None) & ~Exists(closed) | books_read(actor))


def outcome_list(actor: Actor | None, filters: OutcomeFilters, *, at: dt.datetime) -> OutcomeList:
    """A page of them: nine queries at most."""
    seen = visible_outcomes(actor, at)
    standing = seen.filter(withdrawn_at=None)
    under = seen.exclude(withdrawn_at=None) if filters.taken_out else standing
    if filters.level:
        under = under.filter(level=filters.level)
    if filters.body is not None:
        under = under.filter(body__path__contains=f"/{filters.body}/")
    if filters.year is not None:
        under = under.filter(date__year=filters.year)
    counted = dict(under.order_by().values_list("kind").annotate(Count("pk")))
    found = counted.get(filters.kind, 0) if filters.kind else sum(counted.values())
    rows = under.filter(kind=filters.kind) if filters.kind else under
    pages = max(1, -(-found // PER_PAGE))
    first = (min(filters.page, pages) - 1) * PER_PAGE
    bodies = Body.objects.filter(pk__in=standing.values("body")).order_by("path")
    years = standing.order_by().annotate(year=ExtractYear("date")).values_list("year", flat=True).distinct()
    return OutcomeList(
        filters=filters,
        rows=tuple(_row(row) for row in _with_covers(rows)[first : first + PER_PAGE]),
        found=found,
        pages=pages,
        kinds=tuple((kind.value, str(kind.label), counted.get(kind.value, 0)) for kind in OutcomeKind),
        bodies=tuple((body.pk, str(body)) for body in bodies),
        years=tuple(sorted(years, reverse=True)),
    )


def outcome_page(outcome_id: int, actor: Actor | None, *, at: dt.datetime) -> OutcomePage | None:
    """The page of one; None where there is none that this reader may see. Ten queries at most."""
    outcome = _with_covers(visible_outcomes(actor, at)).filter(pk=outcome_id).first()
    if outcome is None:
        return None
    together = 1
    if outcome.item:
        alike = Outcome.objects.filter(
            body=outcome.body_id, kind=outcome.kind, item=outcome.item, withdrawn_at=None
        )
        together = alike.count()
    may_read = may_read_evidence(actor, outcome)
    return OutcomePage(
        outcome=outcome,
        row=_row(outcome),
        together=together,
        files=tuple(outcome.attachments.filter(withdrawn_at=None)) if may_read else None,
        may_edit=may_keep(actor, outcome.body.lineage) is None,
    )


def covered(covers: Iterable[OutcomeCover]) -> tuple[Covered, ...]:
    """In words, in the order in which they were named; of suggestions by topic and number."""
    rows = sorted(covers, key=lambda cover: (cover.suggestion is None, _place(cover), cover.pk or 0))
    return tuple(_covered(row) for row in rows)


def with_covered(rows: QuerySet[OutcomeCover]) -> QuerySet[OutcomeCover]:
    """With what `covered` reads: no further query."""
    return rows.select_related(
        "suggestion__topic", "referral", "summary", "deliberation", "submission"
    ).order_by("id")


def _place(cover: OutcomeCover) -> tuple[int, int]:
    suggestion = cover.suggestion
    return (suggestion.topic_id, suggestion.number) if suggestion is not None else (0, 0)


def _covered(row: OutcomeCover) -> Covered:
    if row.suggestion is not None:
        one = row.suggestion
        topic = reverse("consultations:topic", args=[one.topic_id])
        shown = one.status in PUBLIC
        return Covered(
            kind="suggestion",
            kind_name=_("Suggestion"),
            words=_("no. %(number)s in “%(topic)s”") % {"number": one.number, "topic": one.topic.title},
            path=f"{topic}#s{one.merged_into_id or one.pk}",
            text=one.public_text if shown else "",
        )
    if row.referral is not None:
        path = reverse("consultations:referral", args=[row.referral.pk])
        return Covered("referral", _("Referral"), row.referral.item, path, "")
    if row.summary is not None:
        path = reverse("consultations:summary", args=[row.summary.pk])
        return Covered("summary", _("Consultation summary"), row.summary.title, path, "")
    if row.submission is not None:
        path = reverse("consultations:submission", args=[row.submission.pk])
        return Covered("submission", _("Proposal or report"), row.submission.title, path, "")
    if row.deliberation is None:
        # The database refuses a row that covers nothing.
        raise ValueError(row.pk)
    path = reverse("consultations:deliberation", args=[row.deliberation.pk])
    return Covered("deliberation", _("Event"), row.deliberation.title, path, "")


def _with_covers(rows: QuerySet[Outcome]) -> QuerySet[Outcome]:
    return rows.select_related("body").prefetch_related(
        Prefetch("covers", with_covered(OutcomeCover.objects.all()))
    )


def _row(row: Outcome) -> OutcomeRow:
    return OutcomeRow(
        id=row.pk,
        kind=row.kind,
        kind_name=str(OutcomeKind(row.kind).label),
        level_name=str(Level(row.level).label),
        date=row.date,
        words=row.words,
        document_number=row.document_number,
        amount="" if row.amount is None else f"{row.amount:,.2f}".removesuffix(".00"),
        amount_of=row.amount_of,
        body=str(row.body),
        covers=covered(row.covers.all()),
        taken_out=row.withdrawn_at is not None,
    )
