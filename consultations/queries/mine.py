"""What a member has said and supported, topic by topic."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from jianyan.accounts.roles import Actor

from .. import rules
from ..enums import PUBLIC, Phase
from ..journal import published
from ..models import Suggestion, Topic, Vote
from .steps import closing_hashes


@dataclass(frozen=True, slots=True)
class MyIdea:
    """One of one's own suggestions, public or not."""

    id: int
    number: int
    text: str
    status: str
    status_name: str
    reason: str
    support: int | None
    posted_at: dt.datetime


@dataclass(frozen=True, slots=True)
class MyVote:
    """A standing vote of one's own. The text is empty where the suggestion is no longer shown."""

    suggestion_id: int
    number: int
    text: str
    choice_name: str
    cast_at: dt.datetime


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
    """Topics in which this person has posted or voted, latest first. Four queries."""
    ideas: dict[int, list[Suggestion]] = {}
    votes: dict[int, list[Vote]] = {}
    for suggestion in Suggestion.objects.filter(author_id=actor.user_id).order_by("number"):
        ideas.setdefault(suggestion.topic_id, []).append(suggestion)
    for vote in (
        Vote.objects.filter(voter_id=actor.user_id)
        .exclude(choice=None)
        .select_related("suggestion")
        .order_by("suggestion__number")
    ):
        votes.setdefault(vote.topic_id, []).append(vote)
    topics = Topic.objects.filter(pk__in={*ideas, *votes}).order_by("-closes_at", "-id")
    heads = closing_hashes({*ideas, *votes})
    return tuple(
        _topic(topic, heads.get(topic.pk, topic.head), ideas.get(topic.pk, []), votes.get(topic.pk, []), at)
        for topic in topics
    )


def _topic(topic: Topic, head: str, ideas: list[Suggestion], votes: list[Vote], at: dt.datetime) -> MyTopic:
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
            MyIdea(
                row.pk,
                row.number,
                row.text,
                str(row.status),
                str(row.get_status_display()),
                row.reason,
                row.support if shown else None,
                row.posted_at,
            )
            for row in ideas
        ),
        votes=tuple(
            MyVote(
                vote.suggestion_id,
                vote.suggestion.number,
                vote.suggestion.public_text if vote.suggestion.status in PUBLIC else "",
                str(vote.get_choice_display()),
                vote.cast_at,
            )
            for vote in votes
        ),
    )
