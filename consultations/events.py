"""What has happened, told after the commit to whoever listens in this process. Public: the same for everybody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from django.db import transaction

Tally: TypeAlias = tuple[int, int, int, int]
"""(suggestion id, support, neutral, oppose)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tallied:
    """Votes were counted: the new absolute tallies of the suggestions they touched."""

    topic_id: int
    revision: int
    tallies: tuple[Tally, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionsChanged:
    """Suggestions were posted, edited, moderated, themed or featured. `authors` may be told of their own."""

    topic_id: int
    revision: int
    suggestions: tuple[int, ...]
    authors: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemesChanged:
    """The themes of a topic were made, renamed or reordered."""

    topic_id: int
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseChanged:
    """The topic was announced, opened, paused, resumed, extended, closed or frozen, or a set time was reached."""

    topic_id: int
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeGiven:
    """A word from the moderator to all. `level` is info or urgent."""

    topic_id: int
    revision: int
    text: str
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryChanged:
    """A summary of this topic's deliberation was drafted or edited; nothing on the topic page changes."""

    topic_id: int
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagsChanged:
    """A suggestion was flagged, or its flags were settled; nothing that is public changes."""

    topic_id: int
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedUp:
    """A referral, an outcome or a submission took a step; nothing on the topic page changes."""

    topic_id: int
    revision: int


Event: TypeAlias = (
    Tallied
    | SuggestionsChanged
    | ThemesChanged
    | PhaseChanged
    | NoticeGiven
    | SummaryChanged
    | FlagsChanged
    | FollowedUp
)
Listener: TypeAlias = Callable[[Event], None]

_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Call the listener with every event from now on, in the thread that committed. Twice is once."""
    if listener not in _listeners:
        _listeners.append(listener)


def forget(listener: Listener) -> None:
    """Stop calling the listener; unknown ones are ignored."""
    if listener in _listeners:
        _listeners.remove(listener)


def emit(event: Event) -> None:
    """Tell every listener once the surrounding transaction has committed; never, if it is rolled back."""

    def tell() -> None:
        for listener in tuple(_listeners):
            listener(event)

    # robust: the step is committed by then, and a failing listener must not look like a failed step.
    transaction.on_commit(tell, robust=True)
