"""What is on at the moment, for everybody behind the scenes: which topics are open, and whose turn it is to speak."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from consultations.models import Suggestion

from . import programme
from .casting import Cast
from .catalogue import Idea, issue_of_prompt

# Seconds between two ideas: brisk while a topic is new and empty, then as people come up with them.
BRISK = (10.0, 35.0)
CALM = (35.0, 110.0)
FULL_ENOUGH = 8
FIRST_TURN = 12.0


@dataclass(frozen=True, slots=True)
class Turn:
    """From that time of the event loop on, its member may post this idea."""

    since: float
    idea: Idea


@dataclass(frozen=True, slots=True)
class Scene:
    """One open topic, and the turns of those who still have something to say in it, by member."""

    topic_id: int
    turns: Mapping[int, Turn]


@dataclass(slots=True)
class Stage:
    """`scenes`: the open topics by id, the one that opened last first. `live` is the one that visitors are sent to."""

    cast: Cast
    dice: random.Random
    scenes: dict[int, Scene] = field(default_factory=dict)
    live: int | None = None

    def refresh(self, at: dt.datetime, now: float) -> None:
        """Move the programme on and look what is open. `now` is the event loop's time."""
        live = programme.go_on(at)
        self.live = live.pk if live is not None else None
        topics = programme.open_topics(at)
        known = self.scenes
        self.scenes = {
            topic.pk: known.get(topic.pk) or self._scene(topic.pk, topic.prompt, now) for topic in topics
        }

    def newest(self) -> int | None:
        """The topic that opened last; None while nothing is open."""
        return next(iter(self.scenes), None)

    def _scene(self, topic_id: int, prompt: str, now: float) -> Scene:
        subject = issue_of_prompt(prompt)
        if subject is None:
            return Scene(topic_id, {})
        authors = list(Suggestion.objects.filter(topic_id=topic_id).values_list("author_id", flat=True))
        ideas = {part.author: part.idea for part in self.cast.speakers(subject)}
        return Scene(topic_id, self._turns(ideas, authors, now))

    def _turns(self, ideas: Mapping[int, Idea], spoken: Collection[int], now: float) -> dict[int, Turn]:
        turns: dict[int, Turn] = {}
        since = now + FIRST_TURN
        for author, idea in ideas.items():
            if author in spoken:
                continue
            turns[author] = Turn(since, idea)
            brisk = len(spoken) + len(turns) < FULL_ENOUGH
            since += self.dice.uniform(*(BRISK if brisk else CALM))
        return turns
