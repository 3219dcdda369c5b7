"""What the wire and the pages say of a topic. Field names are those of the protocol: they are encoded as they are."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any, TypeAlias

from .. import rules
from ..enums import BALLOT_CHOICES, PUBLIC
from ..models import Suggestion, Theme, Topic
from .authors import author_name

Counts: TypeAlias = tuple[int, int, int]
"""(support, neutral, oppose)."""


@dataclass(frozen=True, slots=True)
class PhaseFact:
    """The phase with what is allowed in it, and the milliseconds that remain (0 when over)."""

    name: str
    posting: bool
    voting: bool
    paused: bool
    posting_ms: int
    closes_ms: int


@dataclass(frozen=True, slots=True)
class RulesFact:
    """The rules of taking part."""

    ideas: int
    length: int
    ballot: tuple[str, ...]
    budget: int | None
    tallies: str


@dataclass(frozen=True, slots=True)
class ThemeFact:
    """A theme; the list is in the moderator's order."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class SuggestionFact:
    """A public suggestion. `tally` is None while counts are hidden."""

    id: int
    number: int
    text: str
    author: str
    sector: str
    theme: int | None
    status: str
    merged_into: int | None
    featured: bool
    edited: bool
    at: str
    tally: Counts | None


@dataclass(frozen=True, slots=True)
class GoneFact:
    """A suggestion that is no longer public."""

    id: int
    status: str = "hidden"


@dataclass(frozen=True, slots=True)
class ReadSuggestionFact(SuggestionFact):
    """A public suggestion as one reader has it: `mine` says whether they wrote it. Never in a frame for several."""

    mine: bool


@dataclass(frozen=True, slots=True)
class OwnSuggestionFact(ReadSuggestionFact):
    """A suggestion as its author sees it, public or not; `reason` is the moderator's, or empty."""

    reason: str


@dataclass(frozen=True, slots=True)
class OwnFact:
    """What only this person is told: role, standing votes by suggestion id, own suggestions."""

    role: str
    votes: dict[str, str]
    suggestions: tuple[OwnSuggestionFact, ...]


@dataclass(frozen=True, slots=True)
class PeopleFact:
    """How many are here, have posted, have voted: distinct people."""

    here: int
    posted: int
    voted: int


@dataclass(frozen=True, slots=True)
class NoticeFact:
    """A word from the moderator."""

    text: str
    level: str


def zulu(at: dt.datetime) -> str:
    """The instant in UTC with milliseconds: 2026-11-24T03:44:00.000Z."""
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def phase_fact(topic: Topic, at: dt.datetime) -> PhaseFact:
    """The phase at that instant."""

    def remaining(until: dt.datetime) -> int:
        return max(0, round((until - at).total_seconds() * 1000))

    return PhaseFact(
        name=rules.phase(topic, at).value,
        posting=rules.posting_open(topic, at),
        voting=rules.voting_open(topic, at),
        paused=topic.paused_at is not None and topic.paused_at <= at,
        posting_ms=remaining(rules.posting_ends(topic)),
        closes_ms=remaining(topic.closes_at),
    )


def rules_fact(topic: Topic) -> RulesFact:
    """The rules of the topic."""
    return RulesFact(topic.ideas, topic.length, BALLOT_CHOICES[topic.ballot], topic.budget, topic.tallies)


def theme_fact(theme: Theme) -> ThemeFact:
    """A theme as the wire has it."""
    return ThemeFact(theme.pk, theme.name)


def suggestion_fact(suggestion: Suggestion, topic: Topic, at: dt.datetime) -> SuggestionFact | GoneFact:
    """A suggestion (loaded `with_authors`) as everybody may see it."""
    if suggestion.status not in PUBLIC:
        return GoneFact(suggestion.pk)
    return SuggestionFact(**_fields(suggestion, topic, at, text=suggestion.public_text))


def read_suggestion_fact(fact: SuggestionFact, *, mine: bool) -> ReadSuggestionFact:
    """The same, for one reader."""
    return ReadSuggestionFact(*(*_values(fact), mine))


def own_suggestion_fact(suggestion: Suggestion, topic: Topic, at: dt.datetime) -> OwnSuggestionFact:
    """A suggestion as its author sees it."""
    fields_of = _fields(suggestion, topic, at, text=suggestion.text)
    return OwnSuggestionFact(**fields_of, mine=True, reason=suggestion.reason)


_values = attrgetter(*(field.name for field in fields(SuggestionFact)))


def _fields(suggestion: Suggestion, topic: Topic, at: dt.datetime, *, text: str) -> dict[str, Any]:
    return {
        "id": suggestion.pk,
        "number": suggestion.number,
        "text": text,
        "author": author_name(suggestion, topic),
        "sector": str(suggestion.sector) if suggestion.sector is not None else "",
        "theme": suggestion.theme_id,
        "status": str(suggestion.status),
        "merged_into": suggestion.merged_into_id,
        "featured": suggestion.featured,
        "edited": suggestion.edited_at is not None,
        "at": zulu(suggestion.published_at or suggestion.posted_at),
        "tally": _counts(suggestion, topic, at),
    }


def _counts(suggestion: Suggestion, topic: Topic, at: dt.datetime) -> Counts | None:
    if not rules.tallies_shown(topic, at):
        return None
    return suggestion.support, suggestion.neutral, suggestion.oppose
