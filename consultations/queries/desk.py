"""What a moderator has before them at the desk: the queue, and the opened item. Real names, unlike the topic page."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest

from jianyan.accounts.roles import Actor

from .. import rules
from ..enums import FindingKind, Proposed, Status
from ..models import Claim, Flag, Proposal, Suggestion, SuggestionVersion, Topic
from ..screening import findings
from ..text import measure
from .controls import PICKS
from .flags import OpenFlag, open_flags
from .groups import Lineage, Part, lineage
from .marking import Segment, segments
from .similar import Similar, nearest_theme, similar_to

SHELVES: Mapping[str, tuple[Status, ...]] = MappingProxyType(
    {
        "waiting": (Status.PENDING,),
        "published": (Status.PUBLISHED, Status.MERGED),
        "flagged": tuple(Status),
        "returned": (Status.RETURNED,),
        "away": (Status.HIDDEN, Status.DECLINED),
        "all": tuple(Status),
    }
)
"""What each tab of the queue shows: suggestions in these states, of `flagged` those with an open flag."""

WAITING, FLAGGED = "waiting", "flagged"

PAGE = 100
"""Rows that the queue shows before it offers more."""


JOINING = {"1": "a", "2": "b", "3": "c"}
"""Keys that pick a similar suggestion to merge into, and those that merge it into the opened one."""

WORDS = 5
"""Words of a search that count."""


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A line of the queue. `since`: when it joined it. `taken_by`: another moderator's name, or empty.

    `private`, `sensitive`: what was found in the text. `flags`: how many are open. `group`: numbers of what was
    merged into it; `into`: the number it was merged into.
    """

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
    edition: str
    private: bool
    sensitive: bool
    entered: bool
    flags: int
    group: tuple[int, ...]
    into: int | None


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
class ProposalRow:
    """Another wording that was proposed to the author. `open`: it still waits for their answer."""

    text: str
    reason: str
    state_name: str
    open: bool
    proposed_by: str
    proposed_at: dt.datetime
    answered_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Likeness:
    """A similar suggestion beside the opened one, `marked` where they share characters.

    `takes`: the opened one may be merged into it, which `key` picks; `joins`: it into the opened one, `join_key`.
    """

    suggestion: Similar
    status_name: str
    marked: tuple[Segment, ...]
    key: str
    join_key: str
    takes: bool
    joins: bool


@dataclass(frozen=True, slots=True)
class Item:
    """The opened suggestion. `edition` names exactly what is seen; `may` says what this moderator can do to it.

    `marked`: the text in pieces: `shared` with the likeliest of `alike`, `private` data, a `word` of the operator's
    list. `found` names what was found, `masked` says whether the public reads ＊ in its place. `entered`: who typed it,
    and from what, where that was not the author. `cosigners`: name, and whether they agreed. `group`: the group it is
    in. `theme_hint`: where similar ones are.
    """

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
    marked: tuple[Segment, ...]
    found: tuple[str, ...]
    masked: bool
    entered: tuple[str, str] | None
    has_scan: bool
    cosigners: tuple[tuple[str, str], ...]
    alike: tuple[Likeness, ...]
    flags: tuple[OpenFlag, ...]
    group: Lineage | None
    splits: tuple[tuple[str, Part], ...]
    proposals: tuple[ProposalRow, ...]
    theme_hint: int | None


@dataclass(frozen=True, slots=True)
class Glimpse:
    """What tells a page that its opened suggestion is another by now."""

    id: int
    number: int
    status: str
    edition: str
    taken_by: str


@dataclass(frozen=True, slots=True)
class Brief:
    """What a line about a suggestion says of it. `theme` is a name, or empty; `into` the number it was merged into."""

    id: int
    number: int
    status: str
    featured: bool
    theme: str
    edition: str
    into: int | None


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
    """The shelf in order of arrival (others than `waiting`: newest first), four queries; five when cut at `limit`.

    `reader` is the moderator's user id: their own claims do not count as taken.
    """
    rows = list(_shelf(topic_id, shelf, search)[: limit + 1])
    found = len(rows) if len(rows) <= limit else _shelf(topic_id, shelf, search).count()
    counts, oldest = _counts(topic_id)
    around = _around(rows[:limit])
    return Queue(
        shelf=shelf,
        search=search,
        rows=tuple(_row(row, around, reader=reader, at=at) for row in rows[:limit]),
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


def glimpse(topic_id: int, suggestion_id: int, *, reader: int, at: dt.datetime) -> Glimpse | None:
    """The suggestion of that topic at a glance, one query; None if there is none."""
    suggestion = (
        Suggestion.objects.select_related("claim__moderator")
        .filter(pk=suggestion_id, topic_id=topic_id)
        .first()
    )
    if suggestion is None:
        return None
    claim = _claim_of_another(suggestion, reader=reader, at=at)
    return Glimpse(
        id=suggestion.pk,
        number=suggestion.number,
        status=str(suggestion.status),
        edition=edition_of(suggestion),
        taken_by=str(claim.moderator) if claim is not None else "",
    )


def item(topic: Topic, suggestion_id: int, *, actor: Actor, at: dt.datetime) -> Item | None:
    """The suggestion of that topic as the moderator sees it; None if the topic has no such one.

    Ten queries for one in no group with nothing like it, eleven with, two more in a group; one for each index that
    must catch up (see `similar`).
    """
    suggestion = (
        topic.suggestions.select_related(
            "author", "sector", "decided_by", "entered_by", "scan", "claim__moderator"
        )
        .filter(pk=suggestion_id)
        .first()
    )
    if suggestion is None:
        return None
    claim = _claim_of_another(suggestion, reader=actor.user_id, at=at)
    group = lineage(topic, suggestion_id)
    represents = group is not None and not suggestion.merged_into_id
    may = allowed(topic, suggestion, actor, represents=represents)
    similar = similar_to(topic.pk, suggestion_id)
    found = findings(suggestion.text)
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
        may=may,
        marked=segments(
            suggestion.text,
            shared=similar[0].opened_spans if similar else (),
            private=((one.start, one.end) for one in found if one.kind != FindingKind.WORD),
            word=((one.start, one.end) for one in found if one.kind == FindingKind.WORD),
        ),
        found=tuple(dict.fromkeys(str(one.kind.label) for one in found)),
        masked=bool(suggestion.masked),
        entered=_entered(suggestion),
        has_scan=hasattr(suggestion, "scan"),
        cosigners=tuple(
            (str(one.member), one.get_state_display())
            for one in suggestion.cosigners.select_related("member").order_by("id")
        ),
        alike=tuple(
            _likeness(one, key, suggestion, mergeable="merge" in may)
            for one, key in zip(similar, JOINING, strict=False)
        ),
        flags=open_flags(topic.pk, suggestion_id),
        group=group,
        splits=_splits(group) if group is not None and represents else (),
        proposals=_proposals(suggestion),
        theme_hint=nearest_theme(topic.pk, suggestion_id) if suggestion.theme_id is None else None,
    )


def allowed(topic: Topic, suggestion: Suggestion, actor: Actor, *, represents: bool) -> frozenset[str]:
    """What the rules let this moderator do to the suggestion, as the names of the desk's actions.

    `represents`: others were merged into it, which keeps it where it is until that is undone.
    """
    curate = rules.may_curate(actor, topic)
    verdicts = {
        "publish": rules.may_decide(actor, topic, suggestion, becomes=Status.PUBLISHED),
        "restore": rules.may_restore(actor, topic, suggestion),
        "feature": rules.may_feature(actor, topic, suggestion, on=True),
        "propose": rules.may_propose(actor, topic, suggestion),
        "theme": curate,
        "settle": curate,
    }
    if not represents:
        verdicts |= {
            "return": rules.may_decide(actor, topic, suggestion, becomes=Status.RETURNED),
            "decline": rules.may_decide(actor, topic, suggestion, becomes=Status.DECLINED),
            "hide": rules.may_decide(actor, topic, suggestion, becomes=Status.HIDDEN),
        }
    may = {name for name, verdict in verdicts.items() if verdict is None}
    if curate is None:
        if suggestion.status in (Status.PENDING, Status.PUBLISHED):
            may.add("merge")
        if represents or suggestion.status == Status.MERGED:
            may.add("split")
        if suggestion.masked:
            may.add("unmask")
    return frozenset(may)


def editions(topic_id: int, suggestion_ids: Collection[int]) -> dict[int, str]:
    """Suggestion → its present edition, of those that the topic has."""
    rows = Suggestion.objects.filter(topic_id=topic_id, pk__in=suggestion_ids)
    return {row.pk: edition_of(row) for row in rows}


def taken(topic_id: int, suggestion_ids: Collection[int], *, reader: int, at: dt.datetime) -> dict[int, str]:
    """Number → name of the other moderator who has it open, of those among them that somebody else has."""
    claims = Claim.objects.filter(
        suggestion__topic_id=topic_id, suggestion__in=suggestion_ids, until__gt=at
    ).exclude(moderator_id=reader)
    rows = claims.select_related("suggestion", "moderator").order_by("suggestion__number")
    return {claim.suggestion.number: str(claim.moderator) for claim in rows}


def id_of(topic_id: int, number: int) -> int | None:
    """The id of the suggestion with that number in the topic; None if there is none."""
    return Suggestion.objects.filter(topic_id=topic_id, number=number).values_list("id", flat=True).first()


def brief(topic_id: int, suggestion_id: int) -> Brief | None:
    """The suggestion of that topic in brief, one query; None if there is none."""
    suggestion = (
        Suggestion.objects.select_related("theme", "merged_into")
        .filter(pk=suggestion_id, topic_id=topic_id)
        .first()
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
        into=suggestion.merged_into.number if suggestion.merged_into is not None else None,
    )


def held(topic_id: int, *, reader: int) -> frozenset[int]:
    """Suggestions of the topic that this moderator has claimed, lapsed claims included."""
    rows = Claim.objects.filter(suggestion__topic_id=topic_id, moderator_id=reader)
    return frozenset(rows.values_list("suggestion_id", flat=True))


def _shelf(topic_id: int, shelf: str, search: str) -> QuerySet[Any]:
    rows = _since(Suggestion.objects.filter(topic_id=topic_id, status__in=SHELVES[shelf]))
    if shelf == FLAGGED:
        rows = rows.filter(_flagged())
    for word in search.split()[:WORDS]:
        found = (
            Q(text__icontains=word)
            | Q(author__display_name__icontains=word)
            | Q(sector__name__icontains=word)
        )
        if word.lstrip("#").isascii() and word.lstrip("#").isdecimal():
            found |= Q(number=int(word.lstrip("#")[:9]))
        rows = rows.filter(found)
    rows = rows.select_related("author", "sector", "theme", "merged_into", "claim__moderator")
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


def _flagged() -> Exists:
    return Exists(Flag.objects.filter(suggestion=OuterRef("pk"), settled_at=None))


def _counts(topic_id: int) -> tuple[dict[str, int], dt.datetime | None]:
    rows = _since(Suggestion.objects.filter(topic_id=topic_id)).annotate(flagged_now=_flagged())
    shelves = {shelf: Q(status__in=statuses) for shelf, statuses in SHELVES.items()}
    shelves[FLAGGED] = Q(flagged_now=True)
    found = rows.aggregate(
        oldest=Min("since", filter=Q(status=Status.PENDING)),
        **{shelf: Count("id", filter=belongs) for shelf, belongs in shelves.items()},
    )
    oldest = found.pop("oldest")
    return found, oldest


@dataclass(frozen=True, slots=True)
class _Around:
    """What belongs to the rows of a queue: open flags counted, and the numbers of what was merged into each."""

    flags: dict[int, int]
    groups: dict[int, list[int]]


def _around(rows: Collection[Suggestion]) -> _Around:
    ids = [row.pk for row in rows]
    flags = Flag.objects.filter(suggestion__in=ids, settled_at=None).values_list("suggestion_id")
    groups: dict[int, list[int]] = {}
    merged = Suggestion.objects.filter(merged_into__in=ids).order_by("number")
    for into, number in merged.values_list("merged_into_id", "number"):
        groups.setdefault(into or 0, []).append(number)
    return _Around(dict(flags.annotate(Count("id")).order_by()), groups)


def _row(suggestion: Any, around: _Around, *, reader: int, at: dt.datetime) -> QueueRow:
    claim = _claim_of_another(suggestion, reader=reader, at=at)
    kinds = {finding.kind for finding in findings(suggestion.text)}
    return QueueRow(
        id=suggestion.pk,
        number=suggestion.number,
        text=suggestion.text,
        author=str(suggestion.author),
        sector=str(suggestion.sector or ""),
        status=str(suggestion.status),
        status_name=suggestion.get_status_display(),
        since=suggestion.since,
        theme=str(suggestion.theme or ""),
        featured=suggestion.featured,
        taken_by=str(claim.moderator) if claim is not None else "",
        edition=edition_of(suggestion),
        private=bool(kinds - {FindingKind.WORD}),
        sensitive=FindingKind.WORD in kinds,
        entered=suggestion.entered_by_id is not None,
        flags=around.flags.get(suggestion.pk, 0),
        group=tuple(around.groups.get(suggestion.pk, ())),
        into=suggestion.merged_into.number if suggestion.merged_into is not None else None,
    )


def _entered(suggestion: Suggestion) -> tuple[str, str] | None:
    if suggestion.entered_by is None:
        return None
    return str(suggestion.entered_by), suggestion.get_entered_from_display()


def _likeness(one: Similar, key: str, opened: Suggestion, *, mergeable: bool) -> Likeness:
    return Likeness(
        suggestion=one,
        status_name=str(Status(one.status).label),
        marked=segments(one.text, shared=one.spans),
        key=key,
        # Where only one of the two is possible, the plain key is it.
        join_key=JOINING[key] if one.status == Status.PUBLISHED else key,
        takes=mergeable and one.status == Status.PUBLISHED,
        joins=mergeable and opened.status == Status.PUBLISHED,
    )


def _splits(group: Lineage) -> tuple[tuple[str, Part], ...]:
    return tuple((PICKS[index] if index < len(PICKS) else "", part) for index, part in enumerate(group.parts))


def _proposals(suggestion: Suggestion) -> tuple[ProposalRow, ...]:
    rows = Proposal.objects.filter(suggestion=suggestion).select_related("proposed_by").order_by("-id")
    return tuple(
        ProposalRow(
            text=row.text,
            reason=row.reason,
            state_name=row.get_state_display(),
            open=row.state == Proposed.OPEN,
            proposed_by=str(row.proposed_by),
            proposed_at=row.proposed_at,
            answered_at=row.answered_at,
        )
        for row in rows
    )


def _claim_of_another(suggestion: Suggestion, *, reader: int, at: dt.datetime) -> Claim | None:
    claim: Claim | None = getattr(suggestion, "claim", None)
    return claim if claim is not None and claim.until > at and claim.moderator_id != reader else None
