"""Merged suggestions: their groups as the votes make them, the way there, and what a merge would come to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from jianyan.accounts.roles import Actor

from .. import rules
from ..errors import Refused
from ..grouping import Counts, Edge, Forest, by_voter
from ..models import Merge, Suggestion, Topic, Vote
from .authors import author_name, with_authors


@dataclass(frozen=True, slots=True)
class Part:
    """A suggestion in a group, or one that would be. `text` is the public one; `merged_at` None: not merged (yet)."""

    id: int
    number: int
    text: str
    author: str
    status: str
    tally: Counts
    merged_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Lineage:
    """The group that a suggestion is in: its representative, and what was merged into it, by number."""

    representative: Part
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class MergePreview:
    """What a merge would come to: the representative's count and everything that would be in its group.

    `refusal`: why it may not be done; None where it may.
    """

    into: Part
    parts: tuple[Part, ...]
    support: int
    neutral: int
    oppose: int
    refusal: Refused | None


def forest_of(topic_id: int) -> Forest:
    """The groups of a topic as they are now; one query."""
    merges = Merge.objects.filter(suggestion__topic_id=topic_id, undone_at=None).order_by("id")
    return Forest(Edge(*row) for row in merges.values_list("suggestion_id", "into_id", "revision"))


def group_tally(forest: Forest, suggestion_id: int) -> Counts:
    """The count of a group, by its representative: distinct people. One query, which reads the group's votes."""
    rows = Vote.objects.filter(suggestion_id__in=forest.members(suggestion_id))
    votes = by_voter(rows.values_list("suggestion_id", "voter_id", "choice", "revision"))
    return forest.tally(suggestion_id, votes)


def own_tally(suggestion_id: int) -> Counts:
    """What a suggestion's own votes add up to, whatever group it is in."""
    return group_tally(Forest(), suggestion_id)


def lineage(topic: Topic, suggestion_id: int) -> Lineage | None:
    """The group of a suggestion; None where it is in none, after one query."""
    forest = forest_of(topic.pk)
    if not forest.is_grouped(suggestion_id):
        return None
    root = forest.root(suggestion_id)
    found = _parts(topic, forest.members(root))
    return Lineage(found.pop(root), tuple(found.values()))


def preview_merge(
    topic: Topic, suggestion_ids: Collection[int], into: int, actor: Actor
) -> MergePreview | None:
    """What it would come to if these were merged into that one; None where the topic has not all of them."""
    forest = forest_of(topic.pk)
    rows = topic.suggestions.select_related("merged_into").in_bulk({*suggestion_ids, into})
    if rows.keys() != {*suggestion_ids, into}:
        return None
    merging = [rows[suggestion_id] for suggestion_id in dict.fromkeys(suggestion_ids)]
    refusal = rules.may_merge(actor, topic, merging, rows[into])
    revision = topic.revision + 1
    if refusal is None:
        for suggestion in merging:
            forest.merge(Edge(suggestion.pk, into, revision))
        support, neutral, oppose = group_tally(forest, into)
    else:
        support, neutral, oppose = rows[into].support, rows[into].neutral, rows[into].oppose
    parts = _parts(topic, {*forest.members(into), *suggestion_ids})
    return MergePreview(parts.pop(into), tuple(parts.values()), support, neutral, oppose, refusal)


def _parts(topic: Topic, suggestion_ids: Iterable[int]) -> dict[int, Part]:
    rows = with_authors(topic.suggestions.filter(pk__in=list(suggestion_ids))).order_by("number")
    merged = Merge.objects.filter(suggestion__in=rows, undone_at=None)
    since = dict(merged.values_list("suggestion_id", "merged_at"))
    return {row.pk: _part(row, topic, since.get(row.pk)) for row in rows}


def _part(row: Suggestion, topic: Topic, merged_at: dt.datetime | None) -> Part:
    return Part(
        id=row.pk,
        number=row.number,
        text=row.public_text,
        author=author_name(row, topic),
        status=str(row.status),
        tally=(row.support, row.neutral, row.oppose),
        merged_at=merged_at,
    )
