"""What a moderator has before them at the desk: the queue, and the opened item. Real names, unlike the topic page."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.db.models import Count, F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest

from jianyan.accounts.roles import Actor

from .. import rules
from ..enums import Status
from ..models import Claim, Suggestion, SuggestionVersion, Topic
from ..text import measure

SHELVES: Mapping[str, tuple[Status, ...]] = MappingProxyType(
    {
        "waiting": (Status.PENDING,),
        "published": (Status.PUBLISHED, Status.MERGED),
        "returned": (Status.RETURNED,),
        "away": (Status.HIDDEN, Status.DECLINED),
        "all": tuple(Status),
    }
)
"""What each tab of the queue shows."""

WAITING = "waiting"
PAGE = 100
"""Rows that the queue shows before it offers more."""


WORDS = 5
"""Words of a search that count."""


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A line of the queue. `since`: when it joined it. `taken_by`: another moderator's name, or empty."""

    id: int
    number: int
    text: str
    author: str
    sector: str
    status: str
    status_name: str
    since: dt.datetime
    theme: str
    featured: bool
    taken_by: str


@dataclass(frozen=True, slots=True)
class Queue:
    """One shelf, searched; `counts` has every shelf. `oldest`: since when the oldest waiting one has waited."""

    shelf: str
    search: str
    rows: tuple[QueueRow, ...]
    found: int
    counts: dict[str, int]
    oldest: dt.datetime | None

    @property
    def more(self) -> int:
        """How many were found beyond the rows."""
        return self.found - len(self.rows)


@dataclass(frozen=True, slots=True)
class EarlierText:
    """A text that the suggestion had until `replaced_at`."""

    text: str
    status_name: str
    replaced_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Item:
    """The opened suggestion. `edition` names exactly what is seen; `may` says what this moderator can do to it."""

    id: int
    number: int
    text: str
    length: int
    author: str
    position: str
    sector: str
    status: str
    status_name: str
    reason: str
    theme: int | None
    featured: bool
    tally: tuple[int, int, int]
    posted_at: dt.datetime
    decided_at: dt.datetime | None
    decided_by: str
    earlier: tuple[EarlierText, ...]
    edition: str
    taken_by: str
    taken_until: dt.datetime | None
    may: frozenset[str]


@dataclass(frozen=True, slots=True)
class Brief:
    """What a line about a suggestion says of it. `theme` is a name, or empty."""

    id: int
    number: int
    status: str
    featured: bool
    theme: str
    edition: str


def edition_of(suggestion: Suggestion) -> str:
    """Names status and text: whoever decides says which edition they saw. `pending-` and 16 hexadecimal digits."""
    return f"{suggestion.status}-{hashlib.sha256(suggestion.text.encode()).hexdigest()[:16]}"


def queue(
    topic_id: int,
    *,
    reader: int,
    at: dt.datetime,
    shelf: str = WAITING,
    search: str = "",
    limit: int = PAGE,
) -> Queue:
    """The shelf in order of arrival (others than `waiting`: newest first), two queries; three when cut at `limit`.

    `reader` is the moderator's user id: their own claims do not count as taken.
    """
    rows = list(_shelf(topic_id, shelf, search)[: limit + 1])
    found = len(rows) if len(rows) <= limit else _shelf(topic_id, shelf, search).count()
    counts, oldest = _counts(topic_id)
    return Queue(
        shelf=shelf,
        search=search,
        rows=tuple(_row(row, row.since, reader=reader, at=at) for row in rows[:limit]),
        found=found,
        counts=counts,
        oldest=oldest,
    )


def next_waiting(topic_id: int, *, reader: int, at: dt.datetime, search: str = "") -> int | None:
    """The id of the oldest waiting suggestion that no other moderator has open; None when there is none."""
    return (
        _shelf(topic_id, WAITING, search)
        .exclude(Q(claim__until__gt=at) & ~Q(claim__moderator_id=reader))
        .values_list("id", flat=True)
        .first()
    )


def item(topic: Topic, suggestion_id: int, *, actor: Actor, at: dt.datetime) -> Item | None:
    """The suggestion of that topic as the moderator sees it, two queries; None if the topic has no such one."""
    suggestion = (
        topic.suggestions.select_related("author", "sector", "decided_by", "claim__moderator")
        .filter(pk=suggestion_id)
        .first()
    )
    if suggestion is None:
        return None
    claim = _claim_of_another(suggestion, reader=actor.user_id, at=at)
    return Item(
        id=suggestion.pk,
        number=suggestion.number,
        text=suggestion.text,
        length=measure(suggestion.text),
        author=str(suggestion.author),
        position=suggestion.author.position,
        sector=str(suggestion.sector or ""),
        status=str(suggestion.status),
        status_name=suggestion.get_status_display(),
        reason=suggestion.reason,
        theme=suggestion.theme_id,
        featured=suggestion.featured,
        tally=(suggestion.support, suggestion.neutral, suggestion.oppose),
        posted_at=suggestion.posted_at,
        decided_at=suggestion.decided_at,
        decided_by=str(suggestion.decided_by or ""),
        earlier=tuple(
            EarlierText(version.text, version.get_status_display(), version.replaced_at)
            for version in suggestion.versions.order_by("-id")
        ),
        edition=edition_of(suggestion),
        taken_by=str(claim.moderator) if claim is not None else "",
        taken_until=claim.until if claim is not None else None,
        may=allowed(topic, suggestion, actor),
    )


def allowed(topic: Topic, suggestion: Suggestion, actor: Actor) -> frozenset[str]:
    """What the rules let this moderator do to the suggestion, as the names of the desk's actions."""
    verdicts = {
        "publish": rules.may_decide(actor, topic, suggestion, becomes=Status.PUBLISHED),
        "return": rules.may_decide(actor, topic, suggestion, becomes=Status.RETURNED),
        "decline": rules.may_decide(actor, topic, suggestion, becomes=Status.DECLINED),
        "hide": rules.may_decide(actor, topic, suggestion, becomes=Status.HIDDEN),
        "restore": rules.may_restore(actor, topic, suggestion),
        "feature": rules.may_feature(actor, topic, suggestion, on=True),
        "theme": rules.may_curate(actor, topic),
    }
    return frozenset(name for name, verdict in verdicts.items() if verdict is None)


def brief(topic_id: int, suggestion_id: int) -> Brief | None:
    """The suggestion of that topic in brief, one query; None if there is none."""
    suggestion = (
        Suggestion.objects.select_related("theme").filter(pk=suggestion_id, topic_id=topic_id).first()
    )
    if suggestion is None:
        return None
    return Brief(
        id=suggestion.pk,
        number=suggestion.number,
        status=str(suggestion.status),
        featured=suggestion.featured,
        theme=str(suggestion.theme or ""),
        edition=edition_of(suggestion),
    )


def held(topic_id: int, *, reader: int) -> frozenset[int]:
    """Suggestions of the topic that this moderator has claimed, lapsed claims included."""
    rows = Claim.objects.filter(suggestion__topic_id=topic_id, moderator_id=reader)
    return frozenset(rows.values_list("suggestion_id", flat=True))


def _shelf(topic_id: int, shelf: str, search: str) -> QuerySet[Any]:
    rows = _since(Suggestion.objects.filter(topic_id=topic_id, status__in=SHELVES[shelf]))
    for word in search.split()[:WORDS]:
        found = (
            Q(text__icontains=word)
            | Q(author__display_name__icontains=word)
            | Q(sector__name__icontains=word)
        )
        if word.lstrip("#").isascii() and word.lstrip("#").isdecimal():
            found |= Q(number=int(word.lstrip("#")[:9]))
        rows = rows.filter(found)
    rows = rows.select_related("author", "sector", "theme", "claim__moderator")
    return rows.order_by("since", "number") if shelf == WAITING else rows.order_by("-number")


def _since(rows: QuerySet[Suggestion]) -> QuerySet[Any]:
    """With `since`: when it was last put into the queue by posting, by restoring, or by an edit after a decision."""
    sent_again = (
        SuggestionVersion.objects.filter(suggestion=OuterRef("pk"))
        .exclude(status=Status.PENDING)
        .order_by("-id")
        .values("replaced_at")[:1]
    )
    return rows.annotate(
        since=Greatest(
            F("posted_at"),
            Coalesce(F("decided_at"), F("posted_at")),
            Coalesce(Subquery(sent_again), F("posted_at")),
        )
    )


def _counts(topic_id: int) -> tuple[dict[str, int], dt.datetime | None]:
    rows = _since(Suggestion.objects.filter(topic_id=topic_id))
    found = rows.aggregate(
        oldest=Min("since", filter=Q(status=Status.PENDING)),
        **{shelf: Count("id", filter=Q(status__in=statuses)) for shelf, statuses in SHELVES.items()},
    )
    oldest = found.pop("oldest")
    return found, oldest


def _row(suggestion: Suggestion, since: dt.datetime, *, reader: int, at: dt.datetime) -> QueueRow:
    claim = _claim_of_another(suggestion, reader=reader, at=at)
    return QueueRow(
        id=suggestion.pk,
        number=suggestion.number,
        text=suggestion.text,
        author=str(suggestion.author),
        sector=str(suggestion.sector or ""),
        status=str(suggestion.status),
        status_name=suggestion.get_status_display(),
        since=since,
        theme=str(suggestion.theme or ""),
        featured=suggestion.featured,
        taken_by=str(claim.moderator) if claim is not None else "",
    )


def _claim_of_another(suggestion: Suggestion, *, reader: int, at: dt.datetime) -> Claim | None:
    claim: Claim | None = getattr(suggestion, "claim", None)
    return claim if claim is not None and claim.until > at and claim.moderator_id != reader else None
