"""What steers a topic at the desk: its phase and what may be done to it, its themes, its numbers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q

from jianyan.accounts.roles import Actor

from .. import rules
from ..enums import LIVE, Phase
from ..models import Topic
from .facts import PhaseFact, phase_fact
from .state import people_counts

STEPS: dict[str, tuple[Phase, ...]] = {
    "announce": (Phase.DRAFT,),
    "open": (Phase.DRAFT, Phase.ANNOUNCED),
    "pause": (Phase.OPEN,),
    "resume": (Phase.OPEN,),
    "extend": (Phase.ANNOUNCED, Phase.OPEN),
    "close": (Phase.OPEN,),
}
"""The phases during which each step of steering makes sense; the same as in `actions.topics`."""


@dataclass(frozen=True, slots=True)
class ThemeRow:
    """A theme with how many live suggestions it groups; `key` picks it (1–9, then letters), or is empty."""

    id: int
    name: str
    suggestions: int
    key: str


@dataclass(frozen=True, slots=True)
class Controls:
    """`steps` are those that are possible now. `posted` and `voted` count distinct people."""

    phase: PhaseFact
    phase_name: str
    frozen: bool
    steps: frozenset[str]
    announced_at: dt.datetime | None
    opens_at: dt.datetime
    posting_until: dt.datetime
    voting_from: dt.datetime
    closes_at: dt.datetime
    themes: tuple[ThemeRow, ...]
    posted: int
    voted: int


PICKS = "123456789abcdefghijklmnopqrstuvwxyz"
"""Keys that pick one of many; 0 is kept for none of them."""


def controls(topic: Topic, *, actor: Actor, at: dt.datetime) -> Controls:
    """For a topic loaded with its deliberation and host: three queries."""
    posted, voted = people_counts(topic.pk)
    return Controls(
        phase=phase_fact(topic, at),
        phase_name=str(rules.phase(topic, at).label),
        frozen=topic.frozen_at is not None,
        steps=possible_steps(topic, actor, at),
        announced_at=topic.announced_at,
        opens_at=topic.opens_at,
        posting_until=rules.posting_ends(topic),
        voting_from=rules.voting_begins(topic),
        closes_at=topic.closes_at,
        themes=themes_of(topic),
        posted=posted,
        voted=voted,
    )


def possible_steps(topic: Topic, actor: Actor, at: dt.datetime) -> frozenset[str]:
    """Which steps the rules allow now; pausing only what runs, resuming only what is paused."""
    steps = {
        step for step, during in STEPS.items() if rules.may_steer(actor, topic, at, during=during) is None
    }
    return frozenset(steps - {"pause" if topic.paused_at is not None else "resume"})


def themes_of(topic: Topic) -> tuple[ThemeRow, ...]:
    """The themes in their order, each with its key."""
    rows = topic.themes.annotate(
        grouped=Count("suggestions", filter=Q(suggestions__status__in=LIVE))
    ).order_by("position", "id")
    return tuple(
        ThemeRow(theme.pk, theme.name, theme.grouped, PICKS[index] if index < len(PICKS) else "")
        for index, theme in enumerate(rows)
    )
