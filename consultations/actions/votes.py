"""Casting votes, many at a time: the hot path. One lock, one upsert, one journal entry for a batch."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from jianyan.accounts.roles import Actor

from .. import rules
from ..errors import BudgetSpent, OwnSuggestion, Refused
from ..events import Tallied, Tally, emit
from ..grouping import by_voter
from ..journal import pseudonym
from ..models import Topic, Vote
from ..queries.authors import cosigners_of
from ..queries.groups import forest_of
from .counting import Key, Subject, exchange_votes, lock_for_votes, subjects_of, write_count
from .group_votes import Groups


class Ballot(NamedTuple):
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
def cast_votes(*, topic_id: int, ballots: Sequence[Ballot], at: dt.datetime | None = None) -> Counted:
    """Count ballots of one topic, in their order; the last wish of a voter for a suggestion stands.

    A wish that is already fulfilled changes nothing and is acknowledged again. `at` None: the instant at which the
    lock was got, so that whoever has waited for it over the closing is too late. Raises UnknownTopic.
    """
    return count_votes(topic_id, ballots, at)


def count_votes(topic_id: int, ballots: Sequence[Ballot], at: dt.datetime | None = None) -> Counted:
    """As `cast_votes`, in the transaction of the caller, who undoes it when this raises."""
    topic = lock_for_votes(topic_id)
    if at is None:
        at = timezone.now()
    subjects = subjects_of(topic_id, {ballot.suggestion_id for ballot in ballots})
    groups = Groups.of(topic_id, subjects, {ballot.actor.user_id for ballot in ballots})
    if groups is not None:
        ballots = [ballot._replace(suggestion_id=groups.root(ballot.suggestion_id)) for ballot in ballots]
    wished, refusals = _judge(topic, subjects, groups, ballots, at)
    before = _exchange(topic, groups, wished, at) if wished else {}
    if before:
        _count(topic, subjects, before, wished, at=at)
    return Counted(topic.revision, refusals)


def _judge(
    topic: Topic,
    subjects: Mapping[int, Subject],
    groups: Groups | None,
    ballots: Sequence[Ballot],
    at: dt.datetime,
) -> tuple[dict[Key, str | None], dict[int, Refused]]:
    """What the voters may have, the last wish for each vote; and the refusals by index of the ballot."""
    budget = _Budget(topic, topic.budget, ballots) if topic.budget is not None else None
    signed = cosigners_of(pk for pk, subject in subjects.items() if subject.cosigned)
    wished: dict[Key, str | None] = {}
    refusals: dict[int, Refused] = {}
    for index, ballot in enumerate(ballots):
        subject = subjects.get(ballot.suggestion_id)
        verdict = rules.may_vote(ballot.actor, topic, at) or rules.may_choose(
            ballot.actor,
            topic,
            author_id=_author(subject, ballot.choice),
            status=subject.status if subject is not None else None,
            choice=ballot.choice,
        )
        key = (ballot.suggestion_id, ballot.actor.user_id)
        own = key in signed or (groups is not None and groups.wrote(key))
        if verdict is None and ballot.choice is not None and own:
            verdict = OwnSuggestion()
        if verdict is None and budget is not None:
            verdict = budget.spend(key, ballot.choice)
        if verdict is None:
            wished[key] = ballot.choice
        else:
            refusals[index] = verdict
    return wished, refusals


def _author(subject: Subject | None, choice: str | None) -> int | None:
    """Whose own it is. Support from before a merge can be taken back from what has become one's own by it."""
    if subject is None or (subject.grouped and choice is None):
        return None
    return subject.author_id


def _exchange(
    topic: Topic, groups: Groups | None, wished: Mapping[Key, str | None], at: dt.datetime
) -> dict[Key, str | None]:
    """Store the stands; those before, where they change, in the order of the wishes."""
    revision = topic.revision + 1
    if groups is None:
        return exchange_votes(topic.pk, wished, at=at, revision=revision)
    of_groups, alone = groups.divide(wished)
    before = exchange_votes(topic.pk, alone, at=at, revision=revision) if alone else {}
    before |= groups.exchange(of_groups, at=at, revision=revision)
    return {key: before[key] for key in wished if key in before}


class _Budget:
    """How many votes each of these voters has standing in a topic that limits them."""

    def __init__(self, topic: Topic, budget: int, ballots: Sequence[Ballot]) -> None:
        self._budget = budget
        voters = {ballot.actor.user_id for ballot in ballots}
        rows = Vote.objects.filter(topic=topic, voter_id__in=voters)
        said = by_voter(rows.values_list("suggestion_id", "voter_id", "choice", "revision"))
        forest = forest_of(topic.pk)
        # Whoever supported two that were merged has spent one.
        self._stands: set[Key] = {
            (suggestion, voter) for voter, stands in said.items() for suggestion in forest.stands(stands)
        }
        self._spent = Counter(voter_id for _suggestion, voter_id in self._stands)

    def spend(self, key: Key, choice: str | None) -> Refused | None:
        """Take the wish into account, or refuse it."""
        voter_id = key[1]
        if choice is None:
            if key in self._stands:
                self._stands.remove(key)
                self._spent[voter_id] -= 1
        elif key not in self._stands:
            if self._spent[voter_id] >= self._budget:
                return BudgetSpent(budget=self._budget)
            self._stands.add(key)
            self._spent[voter_id] += 1
        return None


def _count(
    topic: Topic,
    subjects: Mapping[int, Subject],
    before: Mapping[Key, str | None],
    wished: Mapping[Key, str | None],
    *,
    at: dt.datetime,
) -> None:
    votes = []
    for key, stood in before.items():
        suggestion_id, voter_id = key
        choice = wished[key]
        tally = subjects[suggestion_id].tally
        if stood is not None:
            tally[stood] -= 1
        if choice is not None:
            tally[choice] += 1
        votes.append((suggestion_id, pseudonym(topic.secret, voter_id), choice))
    tallies: list[Tally] = []
    for suggestion_id in sorted({suggestion_id for suggestion_id, _voter in before}):
        support, neutral, oppose = subjects[suggestion_id].tally.values()
        tallies.append((suggestion_id, support, neutral, oppose))
    write_count(topic, votes, tallies, at=at)
    emit(Tallied(topic_id=topic.pk, revision=topic.revision, tallies=tuple(tallies)))
