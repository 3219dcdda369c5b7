"""Merging suggestions that say the same, and undoing it. Nobody's vote is moved; see `grouping` for what counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jianyan.accounts.roles import Actor

from .. import rules
from ..enums import FlagKind, Proposed, Status, Step
from ..errors import BadForm, NotMerged, OtherTopic, UnknownSuggestion
from ..events import SuggestionsChanged, emit
from ..grouping import Edge
from ..models import Claim, Flag, Merge, Proposal, Suggestion, Topic
from ..queries.groups import forest_of, group_tally, own_tally
from .locking import lock_topic, lock_topic_of
from .recording import record
from .suggestions import public_facts


@transaction.atomic
def merge_suggestions(
    *, topic_id: int, suggestion_ids: Sequence[int], into: int, by: Actor, at: dt.datetime | None = None
) -> Suggestion:
    """Put suggestions, with all that was merged into them, into the group of another; that representative.

    All or nothing, one journal entry. `at` None: the instant at which the lock was got. Raises UnknownSuggestion,
    OtherTopic, AlreadyMerged, NotMergeable, OwnMerge, BadForm.
    """
    topic = lock_topic(topic_id)
    at = at or timezone.now()
    merging, target = _chosen(topic, suggestion_ids, into)
    rules.require(rules.may_merge(by, topic, merging, target))
    forest = forest_of(topic.pk)
    revision = topic.revision + 1
    moved = [pk for suggestion in merging for pk in forest.members(suggestion.pk)]
    for suggestion in merging:
        forest.merge(Edge(suggestion.pk, target.pk, revision))
        Merge.objects.create(
            suggestion=suggestion,
            into=target,
            revision=revision,
            status_before=suggestion.status,
            featured_before=suggestion.featured,
            merged_by_id=by.user_id,
            merged_at=at,
        )
        suggestion.status = Status.MERGED
        suggestion.reason = ""
        suggestion.featured = False
        suggestion.published_at = suggestion.published_at or at
        suggestion.decided_by_id, suggestion.decided_at = by.user_id, at
        suggestion.merged_into = target
        _count(suggestion, own_tally(suggestion.pk))
        _save(suggestion)
    topic.suggestions.filter(pk__in=moved).update(merged_into=target)
    _count(target, group_tally(forest, target.pk))
    _save(target)
    Claim.objects.filter(suggestion__in=merging).delete()
    Proposal.objects.filter(suggestion__in=merging, state=Proposed.OPEN).update(
        state=Proposed.OVERTAKEN, answered_at=at
    )
    payload = {"into": target.pk, "edges": [[suggestion.pk, target.pk] for suggestion in merging]}
    _record(topic, Step.MERGED, payload, changed=[*merging, target], moved=moved, by=by, at=at)
    return target


@transaction.atomic
def unmerge_suggestion(*, suggestion_id: int, by: Actor, at: dt.datetime | None = None) -> Suggestion:
    """Take a suggestion out of its group, as it was before; what had been merged into it comes along.

    Votes that were cast for the group stay with the representative. Raises UnknownSuggestion, NotMerged.
    """
    topic, suggestion = lock_topic_of(suggestion_id)
    at = at or timezone.now()
    rules.require(rules.may_curate(by, topic))
    edge = Merge.objects.filter(suggestion=suggestion, undone_at=None).first()
    if edge is None:
        raise NotMerged(number=suggestion.number)
    forest = forest_of(topic.pk)
    representative = topic.suggestions.get(pk=forest.root(suggestion.pk))
    forest.split(suggestion.pk)
    edge.undone_revision, edge.undone_at = topic.revision + 1, at
    edge.save(update_fields=["undone_revision", "undone_at"])
    suggestion.status = Status(edge.status_before)
    suggestion.merged_into = None
    # Somebody else's turn may have come meanwhile.
    suggestion.featured = edge.featured_before and not topic.suggestions.filter(featured=True).exists()
    suggestion.decided_by_id, suggestion.decided_at = by.user_id, at
    _count(suggestion, group_tally(forest, suggestion.pk))
    _save(suggestion)
    moved = forest.members(suggestion.pk)
    topic.suggestions.filter(pk__in=moved[1:]).update(merged_into=suggestion)
    _count(representative, group_tally(forest, representative.pk))
    _save(representative)
    Flag.objects.filter(suggestion__in=moved, kind=FlagKind.SPLIT, settled_at=None).update(
        settled_at=at, settled_by_id=by.user_id
    )
    payload = {"from": representative.pk, "edges": [[suggestion.pk, edge.into_id]]}
    _record(topic, Step.UNMERGED, payload, changed=[suggestion, representative], moved=moved, by=by, at=at)
    return suggestion


def _chosen(topic: Topic, suggestion_ids: Sequence[int], into: int) -> tuple[list[Suggestion], Suggestion]:
    wanted = dict.fromkeys((*suggestion_ids, into))
    rows = topic.suggestions.select_related("merged_into").in_bulk(list(wanted))
    missing = wanted.keys() - rows.keys()
    if missing:
        elsewhere = Suggestion.objects.filter(pk__in=missing).exists()
        raise OtherTopic if elsewhere else UnknownSuggestion
    merging = [rows[suggestion_id] for suggestion_id in dict.fromkeys(suggestion_ids)]
    if not merging:
        raise BadForm(detail=_("which suggestions are to be merged"))
    return merging, rows[into]


def _count(suggestion: Suggestion, tally: tuple[int, int, int]) -> None:
    suggestion.support, suggestion.neutral, suggestion.oppose = tally


def _save(suggestion: Suggestion) -> None:
    suggestion.save(
        update_fields=[
            *("status", "reason", "featured", "published_at", "decided_by", "decided_at", "merged_into"),
            *("support", "neutral", "oppose"),
        ]
    )


def _record(
    topic: Topic,
    kind: Step,
    payload: dict[str, Any],
    *,
    changed: Sequence[Suggestion],
    moved: Sequence[int],
    by: Actor,
    at: dt.datetime,
) -> None:
    """`changed`: those whose facts or tallies have changed, the representative last; `moved`: what changed its group."""
    facts = [public_facts(suggestion, topic) for suggestion in changed[:-1]]
    ids = list(dict.fromkeys((*(suggestion.pk for suggestion in changed), *moved)))
    payload |= {
        "suggestions": ids,
        "moved": list(moved),
        "numbers": [suggestion.number for suggestion in changed],
        "facts": facts,
        "tallies": [
            [suggestion.pk, suggestion.support, suggestion.neutral, suggestion.oppose]
            for suggestion in changed
        ],
    }
    record(topic, kind, payload, at=at, actor=by)
    authors = Suggestion.objects.filter(pk__in=ids).values_list("author_id", flat=True)
    emit(
        SuggestionsChanged(
            topic_id=topic.pk,
            revision=topic.revision,
            suggestions=tuple(ids),
            authors=tuple(authors),
        )
    )
