"""The search: over everything that has words and that this person may open, page by page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import connection
from django.db.models import BooleanField, Case, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import RawSQL
from django.urls import reverse
from django.utils import timezone

from jianyan.accounts.models import Body
from jianyan.accounts.roles import Actor

from ..enums import Findable
from ..grams import Piece, Word, around_the_first, marked, words_of
from ..models import SearchEntry, Suggestion, Topic
from .authors import author_name, with_authors
from .outcomes import visible_outcomes
from .submissions import visible_submissions
from .visible import visible_deliberations

PER_PAGE = 20
MOST = 2_000
"""Of what is found more often than this, the latest are looked at; the page says so."""
LONGEST_SEARCH = 100
EXCERPT = 120


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; empty fields restrict nothing."""

    words: str = ""
    kind: str = ""
    year: int | None = None
    body_id: int | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found, and where it is. `about` says what it belongs to, `by` whose it is."""

    kind: str
    kind_name: str
    path: str
    title: tuple[Piece, ...]
    text: tuple[Piece, ...]
    about: str
    by: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class KindCount:
    """How many of a kind were found."""

    kind: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of what was found. `capped`: more was found than is looked at. `pages` is 0 where nothing was."""

    wanted: Wanted
    looked_for: tuple[str, ...]
    hits: tuple[Hit, ...]
    total: int
    capped: bool
    pages: int
    kinds: tuple[KindCount, ...]
    years: tuple[int, ...]
    body: str


def search(actor: Actor | None, wanted: Wanted, *, at: dt.datetime) -> SearchPage:
    """What this person may open of what holds all the words, what has them in its title first, then the latest."""
    words = words_of(wanted.words.replace("\x00", "")[:LONGEST_SEARCH])
    body = Body.objects.filter(pk=wanted.body_id).first() if wanted.body_id is not None else None
    found = _within(_may_open(actor, at), body, wanted.year)
    # A word that stands everywhere is found in everything: nobody reads that, and counting it costs.
    latest = found.filter(_holds(words)).order_by("-at", "-id") if words else found.none()
    rows = list(latest.values_list("id", "kind")[: MOST + 1])
    looked_at = rows[:MOST]
    chosen = [pk for pk, kind in looked_at if wanted.kind in ("", kind)]
    pages = -(-len(chosen) // PER_PAGE)
    page = min(max(1, wanted.page), max(1, pages))
    return SearchPage(
        wanted=replace(wanted, page=page),
        looked_for=tuple(word.folded for word in words),
        hits=_hits(_rows(chosen, words, page), words),
        total=len(chosen),
        capped=len(rows) > MOST,
        pages=pages,
        kinds=_counts([kind for _, kind in looked_at]),
        years=_years() if words else (),
        body=body.name if body is not None else "",
    )


def _within(entries: QuerySet[SearchEntry], body: Body | None, year: int | None) -> QuerySet[SearchEntry]:
    if body is not None:
        entries = entries.filter(body__path__startswith=body.path)
    if year is not None:
        here = timezone.get_current_timezone()
        begin, end = (dt.datetime(one, 1, 1, tzinfo=here) for one in (year, year + 1))
        entries = entries.filter(at__gte=begin, at__lt=end)
    return entries


def _years() -> tuple[int, ...]:
    """The years of what there is, the last one first."""
    # Asked for both at once, a database goes through all of them.
    first, last = (
        SearchEntry.objects.order_by(way).values_list("at", flat=True).first() for way in ("at", "-at")
    )
    if first is None or last is None:
        return ()
    return tuple(range(timezone.localtime(last).year, timezone.localtime(first).year - 1, -1))


def _may_open(actor: Actor | None, at: dt.datetime) -> QuerySet[SearchEntry]:
    """Entries hold what everybody may read of what they stand for; what is left to ask is whether it is open at all."""
    seen = Q(deliberation__in=visible_deliberations(actor, at).values("pk"))
    # Of these it is not the deliberation alone that decides.
    outcomes = Q(kind=Findable.OUTCOME, object_id__in=visible_outcomes(actor, at).values("pk"))
    submissions = Q(kind=Findable.SUBMISSION, object_id__in=visible_submissions(actor, at).values("pk"))
    others = ~Q(kind__in=(Findable.OUTCOME, Findable.SUBMISSION)) & seen
    # An entry is made when a topic is announced, which may be for later.
    # Asked for once: joined, PostgreSQL goes through the topics for each entry where it expects few of these.
    announced = Q(topic=None) | Q(topic__in=Topic.objects.filter(announced_at__lte=at).values("pk"))
    return SearchEntry.objects.filter(others | outcomes | submissions, announced)


def _holds(words: Sequence[Word]) -> Q:
    on_sqlite = connection.vendor == "sqlite"
    whole = Q()
    for word in words:
        parts = word.pieces + word.begins
        if len(parts) > 1:
            # All its pieces may stand apart from one another.
            whole &= Q(folded__contains=word.folded)
        elif not on_sqlite:
            # PostgreSQL goes through the latest entries for a word that is everywhere, and sees far sooner what does not
            # have it than which pieces an entry has.
            whole &= Q(folded__contains=parts[0])
    return whole & (_on_sqlite(words) if on_sqlite else _on_postgresql(words))


def _on_sqlite(words: Sequence[Word]) -> Q:
    wanted = " AND ".join(
        [f'"{piece}"' for word in words for piece in word.pieces]
        + [f'"{begin}"*' for word in words for begin in word.begins]
    )
    sql = "SELECT rowid FROM consultations_searchindex WHERE consultations_searchindex MATCH %s"
    return Q(pk__in=RawSQL(sql, [wanted]))  # noqa: S611 - the words are a parameter


def _on_postgresql(words: Sequence[Word]) -> Q:
    wanted = " & ".join(
        [f"'{piece}'" for word in words for piece in word.pieces]
        + [f"'{begin}':*" for word in words for begin in word.begins]
    )
    sql = "array_to_tsvector(string_to_array(grams, ' ')) @@ %s::tsquery"
    return Q(RawSQL(sql, [wanted], output_field=BooleanField()))  # noqa: S611 - the words are a parameter


def _counts(kinds: Sequence[str]) -> tuple[KindCount, ...]:
    return tuple(
        KindCount(kind.value, str(kind.label), kinds.count(kind.value))
        for kind in Findable
        if kind.value in kinds
    )


def _rows(ids: Sequence[int], words: Sequence[Word], page: int) -> list[SearchEntry]:
    """One page of them in the order in which they are shown."""
    if not ids:
        return []
    in_title = Q()
    for word in words:
        in_title &= Q(title__icontains=word.folded)
    rank = Case(When(in_title, then=Value(0)), default=Value(1), output_field=IntegerField())
    begin = (page - 1) * PER_PAGE
    return list(
        SearchEntry.objects.filter(pk__in=ids)
        .select_related("deliberation", "topic", "body")
        .defer("grams", "folded")
        .order_by(rank, "-at", "-id")[begin : begin + PER_PAGE]
    )


def _hits(rows: Sequence[SearchEntry], words: Sequence[Word]) -> tuple[Hit, ...]:
    suggestions = {
        row.pk: row
        for row in with_authors(
            Suggestion.objects.filter(pk__in=[r.object_id for r in rows if r.kind == Findable.SUGGESTION])
        ).select_related("topic")
    }
    hits = []
    for row in rows:
        kind = Findable(row.kind)
        suggestion = suggestions.get(row.object_id) if kind is Findable.SUGGESTION else None
        path = _path(kind, row)
        about = row.topic.title if suggestion is not None and row.topic is not None else ""
        if not about and row.deliberation is not None and row.deliberation.title != row.title:
            about = row.deliberation.title
        hits.append(
            Hit(
                kind=kind.value,
                kind_name=str(kind.label),
                path=path,
                title=marked(row.title, words),
                text=marked(around_the_first(row.text, words, EXCERPT), words),
                about=about,
                by=author_name(suggestion, suggestion.topic) if suggestion is not None else str(row.body),
                at=row.at,
            )
        )
    return tuple(hits)


def _path(kind: Findable, row: SearchEntry) -> str:
    match kind:
        case Findable.TOPIC:
            return reverse("consultations:topic", args=[row.object_id])
        case Findable.SUGGESTION:
            return f"{reverse('consultations:topic', args=[row.topic_id])}#s{row.object_id}"
        case Findable.SUMMARY:
            return reverse("consultations:summary", args=[row.object_id])
        case Findable.REFERRAL:
            return reverse("consultations:referral", args=[row.object_id])
        case Findable.OUTCOME:
            return reverse("consultations:outcome", args=[row.object_id])
        case Findable.EVENT:
            return reverse("consultations:deliberation", args=[row.deliberation_id])
        case Findable.SUBMISSION:
            return reverse("consultations:submission", args=[row.object_id])
