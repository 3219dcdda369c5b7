"""The state of a topic at a revision, and what has changed since one: what welcomes and updates are made of.

Nothing here takes a lock. The revision is read first: what is read afterwards may already be newer, and since all
values are absolute it is then seen twice, never missed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from django.db.models import Count, QuerySet

from jianyan.accounts.models import User
from jianyan.accounts.roles import Actor, actor_of

from .. import rules
from ..enums import LIVE, PUBLIC, Tallies, Visibility
from ..errors import Refused, UnknownTopic
from ..events import Tally
from ..grouping import Forest, Stand
from ..journal import Touched, touched
from ..models import Attendance, Cosigner, JournalEntry, Suggestion, Topic, Vote
from .authors import with_authors
from .facts import (
    GoneFact,
    NoticeFact,
    OwnFact,
    PhaseFact,
    RulesFact,
    SuggestionFact,
    ThemeFact,
    own_suggestion_fact,
    phase_fact,
    rules_fact,
    suggestion_fact,
    theme_fact,
)
from .groups import forest_of
from .voters import count_voters

BACKLOG = 500
"""Whoever is more entries behind than this gets the whole state: it is smaller than the way there."""

Shown: TypeAlias = SuggestionFact | GoneFact


@dataclass(frozen=True, slots=True)
class TopicState:
    """The public state at `revision`; only what changed where `full` is False."""

    topic: int
    revision: int
    full: bool
    phase: PhaseFact
    rules: RulesFact
    themes: tuple[ThemeFact, ...]
    suggestions: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """What came after revision `since`, up to `revision`. `themes` is None where they did not change.

    `authors`: people whose own part changed: authors, those who are named beside them, and those who stand for something
    else since a merge. `tallies` leaves out suggestions that are in `suggestions`.
    """

    since: int
    revision: int
    tallies: tuple[Tally, ...]
    suggestions: tuple[Shown, ...]
    themes: tuple[ThemeFact, ...] | None
    phase: PhaseFact
    authors: tuple[int, ...]
    notices: tuple[NoticeFact, ...]


@dataclass(frozen=True, slots=True)
class Seat:
    """What a socket or a page needs to know of its reader in one topic. `role` is None for the audience.

    `verdict`: why the topic is not shown to them; None where it is.
    """

    topic_id: int
    actor: Actor | None
    verdict: Refused | None
    has_voice: bool
    role: str | None

    @property
    def may_see(self) -> bool:
        """Whether the topic is open to them."""
        return self.verdict is None


def load_topic(topic_id: int) -> Topic:
    """The topic with its deliberation, host and channel. Raises UnknownTopic."""
    topic = (
        Topic.objects.select_related("deliberation__host", "deliberation__channel")
        .filter(pk=topic_id)
        .first()
    )
    if topic is None:
        raise UnknownTopic
    return topic


def seat(topic_id: int, user: object, *, at: dt.datetime) -> Seat:
    """Who this is in the topic: one query for the topic, one for the roles. Raises UnknownTopic."""
    return seat_in(load_topic(topic_id), user, at=at)


def seat_in(topic: Topic, user: object, *, at: dt.datetime) -> Seat:
    """As `seat`, for a topic that is already loaded."""
    actor = actor_of(user, at=at)
    return Seat(
        topic_id=topic.pk,
        actor=actor,
        verdict=rules.may_see(actor, topic, at, invited=is_invited(actor, topic)),
        has_voice=rules.has_voice(actor, topic),
        role=rules.role_in(actor, topic) if actor is not None else None,
    )


def is_invited(actor: Actor | None, topic: Topic) -> bool:
    """Whether the person has an attendance row; asked only where the deliberation is for invited people."""
    if actor is None or topic.deliberation.visibility != Visibility.INVITED:
        return False
    return Attendance.objects.filter(deliberation_id=topic.deliberation_id, user_id=actor.user_id).exists()


def topic_state(topic_id: int, *, at: dt.datetime, since: int | None = None) -> TopicState:
    """The state for a reader who has seen `since`; the full one where that is unknown, ahead or long ago."""
    return state_of(load_topic(topic_id), at=at, since=since)


def state_of(topic: Topic, *, at: dt.datetime, since: int | None = None) -> TopicState:
    """As `topic_state`, for a topic that is already loaded."""
    full = since is None or not 0 <= topic.revision - since <= BACKLOG
    if full or since is None:
        rows = _with_names(topic.suggestions.filter(status__in=PUBLIC))
        suggestions = tuple(suggestion_fact(row, topic, at) for row in rows)
    else:
        news = _touched_since(topic, since, at)
        suggestions = _shown(topic, news.suggestions | news.tallies, at)
    return TopicState(
        topic=topic.pk,
        revision=topic.revision,
        full=full,
        phase=phase_fact(topic, at),
        rules=rules_fact(topic),
        themes=tuple(theme_fact(theme) for theme in topic.themes.all()),
        suggestions=suggestions,
    )


def changes_since(topic_id: int, revision: int, *, at: dt.datetime) -> Changes:
    """What came after that revision, from the journal. Raises UnknownTopic."""
    return changes_of(load_topic(topic_id), revision, at=at)


def changes_of(topic: Topic, revision: int, *, at: dt.datetime) -> Changes:
    """As `changes_since`, for a topic that is already loaded: up to the revision that it was loaded with."""
    news = _touched_since(topic, revision, at)
    rows = list(_with_names(topic.suggestions.filter(pk__in=news.suggestions)))
    suggestions = tuple(suggestion_fact(row, topic, at) for row in rows if _ever_public(row))
    tallies: tuple[Tally, ...] = ()
    if rules.tallies_shown(topic, at):
        tallies = tuple(
            topic.suggestions.filter(pk__in=news.tallies - news.suggestions, status__in=PUBLIC)
            .order_by("id")
            .values_list("id", "support", "neutral", "oppose")
        )
    return Changes(
        since=revision,
        revision=topic.revision,
        tallies=tallies,
        suggestions=suggestions,
        themes=tuple(theme_fact(theme) for theme in topic.themes.all()) if news.themes else None,
        phase=phase_fact(topic, at),
        authors=tuple(
            sorted({row.author_id for row in rows} | _cosigners(news.suggestions) | _voters(news.regrouped))
        ),
        notices=tuple(NoticeFact(text, level) for text, level in news.notices),
    )


def own_part(topic_id: int, actor: Actor, *, at: dt.datetime) -> OwnFact:
    """What only this person is told. Raises UnknownTopic."""
    return own_part_of(load_topic(topic_id), actor, at=at)


def own_part_of(topic: Topic, actor: Actor, *, at: dt.datetime) -> OwnFact:
    """As `own_part`, for a topic that is already loaded: two queries."""
    return own_parts_of(topic, [actor], at=at)[actor.user_id]


def own_parts_of(topic: Topic, actors: Collection[Actor], *, at: dt.datetime) -> dict[int, OwnFact]:
    """As `own_part_of`, for several people by id: two queries, three where somebody voted on what is grouped."""
    ids = [actor.user_id for actor in actors]
    said: dict[int, dict[int, Stand]] = {}
    grouped = False
    rows = Vote.objects.filter(topic=topic, voter_id__in=ids).values_list(
        "suggestion_id", "voter_id", "choice", "revision", "suggestion__merged_into_id"
    )
    for suggestion, voter, choice, revision, merged_into in rows:
        said.setdefault(voter, {})[suggestion] = Stand(choice, revision)
        grouped = grouped or merged_into is not None
    # Where nothing is merged that they voted on, everybody stands for what they said.
    forest = forest_of(topic.pk) if grouped else Forest()
    own: dict[int, list[Suggestion]] = {}
    for row in _with_names(topic.suggestions.filter(author_id__in=ids)):
        own.setdefault(row.author_id, []).append(row)
    return {
        actor.user_id: OwnFact(
            role=rules.role_in(actor, topic),
            votes={
                str(suggestion): choice
                for suggestion, choice in forest.stands(said.get(actor.user_id, {})).items()
            },
            suggestions=tuple(own_suggestion_fact(row, topic, at) for row in own.get(actor.user_id, ())),
        )
        for actor in actors
    }


def own_part_for(topic_id: int, user_id: int, *, at: dt.datetime) -> OwnFact | None:
    """As `own_part`, for somebody known by id only; None once they are not active any more."""
    actor = actor_of(User.objects.filter(pk=user_id).first(), at=at)
    return own_part(topic_id, actor, at=at) if actor is not None else None


def people_counts(topic_id: int) -> tuple[int, int]:
    """(distinct people with a live suggestion, distinct people with a standing vote)."""
    posted = Suggestion.objects.filter(topic_id=topic_id, status__in=LIVE).aggregate(
        people=Count("author_id", distinct=True)
    )
    return posted["people"], count_voters(topic_id)


def revisions(topic_ids: Iterable[int]) -> dict[int, int]:
    """The present revision of each of these topics; unknown ones are left out."""
    return dict(Topic.objects.filter(pk__in=list(topic_ids)).values_list("id", "revision"))


def _cosigners(suggestion_ids: Collection[int]) -> set[int]:
    if not suggestion_ids:
        return set()
    return set(Cosigner.objects.filter(suggestion__in=suggestion_ids).values_list("member_id", flat=True))


def _voters(suggestion_ids: Collection[int]) -> set[int]:
    if not suggestion_ids:
        return set()
    rows = Vote.objects.filter(suggestion_id__in=suggestion_ids)
    return set(rows.values_list("voter_id", flat=True))


def _touched_since(topic: Topic, since: int, at: dt.datetime) -> Touched:
    entries = (
        JournalEntry.objects.filter(topic=topic, revision__gt=since, revision__lte=topic.revision)
        .order_by("revision")
        .values_list("kind", "payload")
    )
    news = touched(entries)
    if news.phase and topic.tallies == Tallies.CLOSED and rules.tallies_shown(topic, at):
        # Counts that were hidden until closing: all of them are news now.
        news.tallies.update(topic.suggestions.filter(status__in=PUBLIC).values_list("id", flat=True))
    return news


def _shown(topic: Topic, ids: set[int], at: dt.datetime) -> tuple[Shown, ...]:
    rows = _with_names(topic.suggestions.filter(pk__in=ids))
    return tuple(suggestion_fact(row, topic, at) for row in rows if _ever_public(row))


def _ever_public(suggestion: Suggestion) -> bool:
    # What nobody has seen cannot be gone: its id stays out of what everybody is sent.
    return suggestion.status in PUBLIC or suggestion.published_at is not None


def _with_names(rows: QuerySet[Suggestion]) -> QuerySet[Suggestion]:
    return with_authors(rows).order_by("number")
