"""Casting votes, many at a time: the hot path. One lock, one read, one upsert, one journal entry for a batch."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Q

from jianyan.accounts.roles import Actor

from .. import rules
from ..enums import Step
from ..errors import BudgetSpent, Refused
from ..events import Tallied, Tally, emit
from ..journal import pseudonym
from ..models import Suggestion, Topic, Vote
from .counting import write_tallies, write_votes
from .locking import lock_topic
from .recording import record


@dataclass(frozen=True, slots=True)
class Ballot:
    """One wish: this person's stand on that suggestion shall be `choice`; None takes it back."""

    actor: Actor
    suggestion_id: int
    choice: str | None


@dataclass(frozen=True, slots=True)
class Counted:
    """What became of a batch. `refusals` by index of the ballot; every other ballot is committed."""

    revision: int
    refusals: dict[int, Refused]


@transaction.atomic
def cast_votes(*, topic_id: int, ballots: Sequence[Ballot], at: dt.datetime) -> Counted:
    """Count ballots of one topic, in their order; the last wish of a voter for a suggestion stands.

    A wish that is already fulfilled changes nothing and is acknowledged again. Raises UnknownTopic.
    """
    topic = lock_topic(topic_id)
    suggestions = Suggestion.objects.filter(topic=topic).only(
        "id", "author_id", "status", "support", "neutral", "oppose"
    )
    found = suggestions.in_bulk({ballot.suggestion_id for ballot in ballots})
    stands: dict[tuple[int, int], str | None] = {
        (suggestion_id, voter_id): choice
        for suggestion_id, voter_id, choice in Vote.objects.filter(
            suggestion_id__in=found, voter_id__in={ballot.actor.user_id for ballot in ballots}
        ).values_list("suggestion_id", "voter_id", "choice")
    }
    before = dict(stands)
    spent = _spent(topic, ballots)
    refusals: dict[int, Refused] = {}
    wished: dict[tuple[int, int], str | None] = {}
    for index, ballot in enumerate(ballots):
        suggestion = found.get(ballot.suggestion_id)
        verdict = rules.may_vote(ballot.actor, topic, at) or rules.may_choose(
            ballot.actor,
            topic,
            author_id=suggestion.author_id if suggestion is not None else None,
            status=suggestion.status if suggestion is not None else None,
            choice=ballot.choice,
        )
        key = (ballot.suggestion_id, ballot.actor.user_id)
        if verdict is None and topic.budget is not None:
            change = (ballot.choice is not None) - (stands.get(key) is not None)
            if change > 0 and spent[ballot.actor.user_id] + change > topic.budget:
                verdict = BudgetSpent(budget=topic.budget)
            else:
                spent[ballot.actor.user_id] += change
        if verdict is not None:
            refusals[index] = verdict
            continue
        stands[key] = wished[key] = ballot.choice
    changed = {key: choice for key, choice in wished.items() if before.get(key) != choice}
    if changed:
        _count(topic, found, before, changed, at=at)
    return Counted(topic.revision, refusals)


def _spent(topic: Topic, ballots: Sequence[Ballot]) -> dict[int, int]:
    """Votes that each of these voters has standing in the topic; empty where the topic has no budget."""
    if topic.budget is None:
        return {}
    spent = {ballot.actor.user_id: 0 for ballot in ballots}
    rows = (
        Vote.objects.filter(topic=topic, voter_id__in=spent)
        .values("voter_id")
        .annotate(standing=Count("id", filter=Q(choice__isnull=False)))
    )
    spent.update({row["voter_id"]: row["standing"] for row in rows})
    return spent


def _count(
    topic: Topic,
    suggestions: dict[int, Suggestion],
    before: dict[tuple[int, int], str | None],
    changed: dict[tuple[int, int], str | None],
    *,
    at: dt.datetime,
) -> None:
    write_votes(topic.pk, changed, at=at)
    touched: dict[int, Suggestion] = {}
    for (suggestion_id, voter_id), choice in changed.items():
        suggestion = touched.setdefault(suggestion_id, suggestions[suggestion_id])
        for stand, step in ((before.get((suggestion_id, voter_id)), -1), (choice, 1)):
            if stand is not None:
                setattr(suggestion, stand, getattr(suggestion, stand) + step)
    tallies: tuple[Tally, ...] = tuple(
        (one.pk, one.support, one.neutral, one.oppose) for _, one in sorted(touched.items())
    )
    write_tallies(tallies)
    votes = [
        [suggestion_id, pseudonym(topic.secret, voter_id), choice]
        for (suggestion_id, voter_id), choice in changed.items()
    ]
    payload = {"votes": votes, "tallies": [list(tally) for tally in tallies]}
    record(topic, Step.VOTES, payload, at=at, actor=None)
    emit(Tallied(topic_id=topic.pk, revision=topic.revision, tallies=tallies))
