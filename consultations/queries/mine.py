"""What a member has said and supported, topic by topic."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from jianyan.accounts.roles import Actor

from .. import rules
from ..enums import PUBLIC, Choice, Phase, Proposed
from ..grouping import Edge, Forest, Stand
from ..journal import published
from ..models import Merge, Proposal, Suggestion, Topic, Vote
from ..rules import PROPOSABLE
from .steps import closing_hashes
from .ways import Way, ways_of

PUBLISHED_ONLY = 2
"""Stations of a suggestion of which nothing has become yet: that it was submitted, and published."""


@dataclass(frozen=True, slots=True)
class MyIdea:
    """One of one's own suggestions, public or not.

    `into`: id and number of what it was merged into. `proposed`: another wording waits for an answer. `way`: what has
    become of it so far.
    """

    id: int
    number: int
    text: str
    status: str
    status_name: str
    reason: str
    support: int | None
    posted_at: dt.datetime
    into: tuple[int, int] | None
    proposed: bool
    way: Way


@dataclass(frozen=True, slots=True)
class MyVote:
    """What one stands for. The text is empty where the suggestion is no longer shown.

    `through`: numbers of those that one voted on and that have been merged into it since. `way`: as of an idea, where
    something has become of it after it was published.
    """

    suggestion_id: int
    number: int
    text: str
    choice_name: str
    through: tuple[int, ...]
    way: Way


@dataclass(frozen=True, slots=True)
class MyTopic:
    """One topic with what one has done in it. `head`: the journal's when it closed, empty before; as on the receipt."""

    id: int
    title: str
    phase: str
    phase_name: str
    closes_at: dt.datetime
    head: str
    ideas: tuple[MyIdea, ...]
    votes: tuple[MyVote, ...]


def mine(actor: Actor, *, at: dt.datetime) -> tuple[MyTopic, ...]:
    """Topics in which this person has posted or voted, latest first; as many queries for many as for one."""
    ideas: dict[int, list[Suggestion]] = {}
    votes: dict[int, list[Vote]] = {}
    waiting = Proposal.objects.filter(
        suggestion=OuterRef("pk"), suggestion__status__in=PROPOSABLE, state=Proposed.OPEN
    )
    for suggestion in (
        Suggestion.objects.filter(author_id=actor.user_id)
        .select_related("merged_into")
        .annotate(proposed=Exists(waiting))
        .order_by("number")
    ):
        ideas.setdefault(suggestion.topic_id, []).append(suggestion)
    for vote in (
        Vote.objects.filter(voter_id=actor.user_id)
        .select_related("suggestion__merged_into")
        .order_by("suggestion__number")
    ):
        votes.setdefault(vote.topic_id, []).append(vote)
    own = [one for several in ideas.values() for one in several]
    supported = [vote.suggestion.merged_into or vote.suggestion for cast in votes.values() for vote in cast]
    ways = ways_of([*own, *supported], actor, at=at)
    stands = {topic_id: _stands(cast, forest, ways) for topic_id, cast, forest in _grouped(votes)}
    of = {*ideas, *(topic_id for topic_id, standing in stands.items() if standing)}
    topics = Topic.objects.filter(pk__in=of).order_by("-closes_at", "-id")
    heads = closing_hashes(of)
    return tuple(
        _topic(
            topic,
            heads.get(topic.pk, topic.head),
            ideas.get(topic.pk, []),
            stands.get(topic.pk, ()),
            ways,
            at=at,
        )
        for topic in topics
    )


def _grouped(votes: dict[int, list[Vote]]) -> Iterable[tuple[int, list[Vote], Forest]]:
    """The votes of each topic, with the groups of what they are about; one query."""
    edges: dict[int, list[Edge]] = {}
    merges = Merge.objects.filter(suggestion__topic_id__in=votes, undone_at=None).order_by("id")
    for topic_id, *edge in merges.values_list("suggestion__topic_id", "suggestion_id", "into_id", "revision"):
        edges.setdefault(topic_id, []).append(Edge(*edge))
    for topic_id, cast in votes.items():
        yield topic_id, cast, Forest(edges.get(topic_id, ()))


def _stands(votes: list[Vote], forest: Forest, ways: Mapping[int, Way]) -> tuple[MyVote, ...]:
    said = {vote.suggestion_id: Stand(vote.choice, vote.revision) for vote in votes}
    groups: dict[int, Suggestion] = {}
    through: dict[int, list[int]] = {}
    for vote in votes:
        into = vote.suggestion.merged_into
        groups[into.pk if into is not None else vote.suggestion_id] = into or vote.suggestion
        if into is not None and vote.choice is not None:
            through.setdefault(into.pk, []).append(vote.suggestion.number)
    standing = [
        MyVote(
            root,
            groups[root].number,
            groups[root].public_text if groups[root].status in PUBLIC else "",
            str(Choice(choice).label),
            tuple(through.get(root, ())),
            way if len(way := ways[root]) > PUBLISHED_ONLY and groups[root].status in PUBLIC else (),
        )
        for root, choice in forest.stands(said).items()
    ]
    return tuple(sorted(standing, key=lambda vote: vote.number))


def _topic(
    topic: Topic,
    head: str,
    ideas: list[Suggestion],
    votes: tuple[MyVote, ...],
    ways: Mapping[int, Way],
    *,
    at: dt.datetime,
) -> MyTopic:
    phase = rules.phase(topic, at)
    shown = rules.tallies_shown(topic, at)
    return MyTopic(
        id=topic.pk,
        title=topic.title,
        phase=phase.value,
        phase_name=str(phase.label),
        closes_at=topic.closes_at,
        head=published(head, topic.hash_algorithm) if phase is Phase.CLOSED else "",
        ideas=tuple(
            _idea(row, ways[row.pk], shown=shown, frozen=topic.frozen_at is not None) for row in ideas
        ),
        votes=votes,
    )


def _idea(row: Suggestion, way: Way, *, shown: bool, frozen: bool) -> MyIdea:
    into = row.merged_into
    return MyIdea(
        id=row.pk,
        number=row.number,
        text=row.text,
        status=str(row.status),
        status_name=str(row.get_status_display()),
        reason=row.reason,
        support=row.support if shown else None,
        posted_at=row.posted_at,
        into=(into.pk, into.number) if into is not None else None,
        proposed=bool(getattr(row, "proposed", False)) and not frozen,
        way=way,
    )
