"""The writer's side of a flush: one topic's wishes become actions, each under the topic's lock. Touches no socket."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, TypeAlias, assert_never

from django.db import Error as DatabaseError
from django.db import transaction
from django.utils import timezone
from msgspec import UNSET, UnsetType

from consultations.actions.attendance import check_in
from consultations.actions.locking import lock_topic, lock_topic_of
from consultations.actions.suggestions import edit_suggestion, post_suggestion, withdraw_suggestion
from consultations.actions.votes import Ballot, count_votes
from consultations.errors import Refused, TryAgain, UnknownSuggestion
from consultations.queries.facts import OwnSuggestionFact
from consultations.queries.state import own_part
from jianyan.accounts.roles import Actor

from .protocol import Edit, Suggest, Vote, Withdraw


@dataclass(frozen=True, slots=True)
class Arrival:
    """A member with a voice has come to the topic."""


class Wish(Protocol):
    """What one person wants in the topic."""

    @property
    def actor(self) -> Actor:
        """Who."""

    @property
    def wanted(self) -> Vote | Suggest | Edit | Withdraw | Arrival:
        """What."""


class Request(NamedTuple):
    """A wish that came alone."""

    actor: Actor
    wanted: Vote | Suggest | Edit | Withdraw | Arrival


class Granted(NamedTuple):
    """Committed, at that revision or before."""

    revision: int
    suggestion: OwnSuggestionFact | UnsetType = UNSET


class Unsure(NamedTuple):
    """The database failed in the moment of the commit: stored or not, it does not say. To ask again harms nothing."""


Answer: TypeAlias = Granted | Refused | Unsure


@dataclass(slots=True)
class Outcome:
    """What became of each wish, by its index; arrivals have no answer. `failure`: the database did not play."""

    answers: dict[int, Answer] = field(default_factory=dict)
    failure: DatabaseError | None = None


class InDoubt(DatabaseError):
    """A commit that failed."""


@contextmanager
def committing() -> Iterator[None]:
    """A transaction. Raises InDoubt where it is its commit that fails."""
    complete = False
    try:
        with transaction.atomic():
            yield
            complete = True
    except DatabaseError as failure:
        if complete:
            raise InDoubt(*failure.args) from failure
        raise


def fulfil(topic_id: int, wishes: Sequence[Wish]) -> Outcome:
    """All votes in one batch, then everything else in its order.

    When the database fails, what was committed before stays granted, what was being committed is unsure, and the rest
    is refused with TryAgain.
    """
    outcome = Outcome()
    try:
        _fulfil(topic_id, wishes, outcome.answers)
    except DatabaseError as failure:
        outcome.failure = failure
        for index, wish in enumerate(wishes):
            if not isinstance(wish.wanted, Arrival):
                outcome.answers.setdefault(index, TryAgain())
    return outcome


def _fulfil(topic_id: int, wishes: Sequence[Wish], answers: dict[int, Answer]) -> None:
    votes = [
        (index, Ballot(wish.actor, wish.wanted.suggestion, wish.wanted.choice))
        for index, wish in enumerate(wishes)
        if isinstance(wish.wanted, Vote)
    ]
    if votes:
        try:
            answers.update(_cast(topic_id, votes))
        except InDoubt:
            answers.update(dict.fromkeys([index for index, _ in votes], Unsure()))
            raise
    if len(votes) == len(wishes):
        return
    arrivals = [wish.actor for wish in wishes if isinstance(wish.wanted, Arrival)]
    if arrivals:
        check_in(topic_id=topic_id, people=arrivals, at=timezone.now())
    for index, wish in enumerate(wishes):
        match wish.wanted:
            case Vote() | Arrival():
                pass
            case Suggest() | Edit() | Withdraw():
                try:
                    answers[index] = write(topic_id, wish.actor, wish.wanted)
                except Refused as refused:
                    answers[index] = refused
                except InDoubt:
                    answers[index] = Unsure()
                    raise
            case _:
                assert_never(wish.wanted)


def _cast(topic_id: int, votes: Sequence[tuple[int, Ballot]]) -> dict[int, Answer]:
    try:
        with committing():
            counted = count_votes(topic_id, [ballot for _, ballot in votes])
    except Refused as refused:
        return {index: refused for index, _ in votes}
    granted = Granted(counted.revision)
    if not counted.refusals:
        return dict.fromkeys([index for index, _ in votes], granted)
    return {index: counted.refusals.get(place, granted) for place, (index, _) in enumerate(votes)}


def write(topic_id: int, actor: Actor, wanted: Suggest | Edit | Withdraw) -> Granted:
    """Post, edit or withdraw one suggestion. Raises Refused and DatabaseError."""
    with committing():
        if isinstance(wanted, Suggest):
            lock_topic(topic_id)
        elif lock_topic_of(wanted.suggestion)[0].pk != topic_id:
            raise UnknownSuggestion
        # Only now: whoever has waited for the lock over the closing is too late.
        at = timezone.now()
        match wanted:
            case Suggest():
                posted = post_suggestion(
                    topic_id=topic_id, by=actor, text=wanted.text, client_ref=wanted.ref, at=at
                )
            case Edit():
                posted = edit_suggestion(suggestion_id=wanted.suggestion, by=actor, text=wanted.text, at=at)
            case Withdraw():
                posted = withdraw_suggestion(suggestion_id=wanted.suggestion, by=actor, at=at)
                return Granted(posted.revision)
            case _:
                assert_never(wanted)
        own = own_part(topic_id, actor, at=at)
        (suggestion,) = (one for one in own.suggestions if one.id == posted.suggestion.pk)
        return Granted(posted.revision, suggestion)
