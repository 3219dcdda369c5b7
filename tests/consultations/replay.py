"""What a client does with what it is sent: the reference for “events on an old snapshot equal a fresh one”."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any

from consultations.queries.facts import GoneFact
from consultations.queries.state import Changes, TopicState


@dataclass
class Replica:
    """A client's copy of the public state; everything it holds is absolute and replaced as a whole."""

    revision: int
    phase: Any
    themes: Any
    suggestions: dict[int, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, state: TopicState) -> Replica:
        replica = cls(state.revision, state.phase, state.themes)
        replica._show(state.suggestions)
        return replica

    def welcome(self, state: TopicState) -> None:
        if state.full:
            self.suggestions = {}
        self.revision, self.phase, self.themes = state.revision, state.phase, state.themes
        self._show(state.suggestions)

    def apply(self, changes: Changes) -> None:
        if changes.revision <= self.revision:
            return
        assert changes.since <= self.revision
        self.revision, self.phase = changes.revision, changes.phase
        if changes.themes is not None:
            self.themes = changes.themes
        self._show(changes.suggestions)
        for suggestion, *counts in changes.tallies:
            self.suggestions[suggestion] = dataclasses.replace(
                self.suggestions[suggestion], tally=tuple(counts)
            )

    def _show(self, suggestions: Any) -> None:
        for fact in suggestions:
            if isinstance(fact, GoneFact):
                self.suggestions.pop(fact.id, None)
            else:
                self.suggestions[fact.id] = fact
