"""What steers a topic at the desk: its phase and what may be done to it, its themes, its numbers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Q
from django.utils import translation
from django.utils.translation import gettext as _

from jianyan.accounts.roles import Actor

from .. import rules
from ..enums import LIVE, Phase, Status
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
LINKED = frozenset({"pause", "resume", "extend", "close"})
"""The steps that are done to all topics of a deliberation whose clocks run together."""


@dataclass(frozen=True, slots=True)
class ThemeRow:
    """A theme with how many live suggestions it groups; `key` picks it (1–9, then letters), or is empty.

    What was merged into another counts there.
    """

    id: int
    name: str
    suggestions: int
    key: str


@dataclass(frozen=True, slots=True)
class Sibling:
    """Another topic of the same deliberation. `steps`: as of Controls."""

    id: int
    title: str
    phase: str
    phase_name: str
    paused: bool
    closes_at: dt.datetime
    steps: frozenset[str]


@dataclass(frozen=True, slots=True)
class Controls:
    """`steps` are those that are possible now. `posted` and `voted` count distinct people.

    `linked`: the clocks of this topic and its `siblings` run together. `ready`: notices to choose from.
    `counted`: whether counts may be shown. Until then moderators see none either: what they feature would follow them.
    """

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
    counted: bool
    linked: bool
    siblings: tuple[Sibling, ...]
    ready: tuple[str, ...]

    @property
    def reach(self) -> dict[str, int]:
        """How many topics each possible step would change."""
        along = self.siblings if self.linked else ()
        return {
            step: 1 + sum(step in sibling.steps for sibling in along if step in LINKED) for step in self.steps
        }

    @property
    def told(self) -> int:
        """How many topics a notice goes to where it goes to the linked ones, too."""
        return 1 + sum(sibling.phase in (Phase.ANNOUNCED, Phase.OPEN) for sibling in self.siblings)


PICKS = "123456789abcdefghijklmnopqrstuvwxyz"
"""Keys that pick one of many; 0 is kept for none of them."""


def controls(topic: Topic, *, actor: Actor, at: dt.datetime) -> Controls:
    """For a topic loaded with its deliberation and host: ten queries."""
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
        counted=rules.tallies_shown(topic, at),
        linked=topic.deliberation.linked,
        siblings=siblings_of(topic, actor, at),
        ready=ready_notices(),
    )


def siblings_of(topic: Topic, actor: Actor, at: dt.datetime) -> tuple[Sibling, ...]:
    """The other topics of the deliberation, in their order."""
    rows = list(topic.deliberation.topics.exclude(pk=topic.pk).order_by("position", "id"))
    for row in rows:
        row.deliberation = topic.deliberation
    return tuple(
        Sibling(
            id=row.pk,
            title=row.title,
            phase=rules.phase(row, at).value,
            phase_name=str(rules.phase(row, at).label),
            paused=row.paused_at is not None and rules.phase(row, at) is Phase.OPEN,
            closes_at=row.closes_at,
            steps=possible_steps(row, actor, at),
        )
        for row in rows
    )


def ready_notices() -> tuple[str, ...]:
    """What moderators say most, in the site's language: everybody is sent the same."""
    with translation.override(settings.LANGUAGE_CODE):
        return (
            _("Two more minutes. Please send what you are writing."),
            _("One idea each, please: write about one thing, and say where and how."),
            _("Please read the ideas of others, too, and support what you agree with."),
            _("No new ideas are taken any more. You can still support."),
            _("Thank you all. The result is shown after closing."),
        )


def possible_steps(topic: Topic, actor: Actor, at: dt.datetime) -> frozenset[str]:
    """Which steps the rules allow now; pausing only what runs, resuming only what is paused."""
    return frozenset(step for step in STEPS if makes_sense(step, topic, actor, at))


def makes_sense(step: str, topic: Topic, actor: Actor, at: dt.datetime) -> bool:
    """Whether the rules allow that step, and it would change the topic."""
    if step == ("pause" if topic.paused_at is not None else "resume"):
        return False
    return rules.may_steer(actor, topic, at, during=STEPS[step]) is None


def themes_of(topic: Topic) -> tuple[ThemeRow, ...]:
    """The themes in their order, each with its key."""
    rows = topic.themes.annotate(
        grouped=Count(
            "suggestions",
            filter=Q(suggestions__status__in=[status for status in LIVE if status != Status.MERGED]),
        )
    ).order_by("position", "id")
    # T picks the theme that is suggested.
    keys = PICKS.replace("t", "")
    return tuple(
        ThemeRow(theme.pk, theme.name, theme.grouped, keys[index] if index < len(keys) else "")
        for index, theme in enumerate(rows)
    )
