"""What the big screen in the room begins with: the public state of a topic, and no more of it than is shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from jianyan.accounts.roles import Actor

from .. import rules
from ..enums import Phase
from ..journal import published
from ..models import Deliberation, Topic
from .facts import PhaseFact, SuggestionFact, phase_fact, zulu
from .state import people_counts, state_of
from .steps import closing_entry
from .visible import visible_topics

TOP = 5
"""Suggestions beside the featured one."""
RESULT = 10
"""Suggestions after closing."""
SOON = dt.timedelta(minutes=10)
"""How long before its opening a topic is waited for, rather than the last result shown."""
TURN = 60
"""Seconds for which each of several open topics is shown."""
_GROUP = 4


@dataclass(frozen=True, slots=True)
class Seal:
    """The journal's entry with which the topic closed: its number, and its hash in groups that can be read aloud."""

    revision: int
    algorithm: str
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScreenPage:
    """Everything the screen shows. `rows`: the most supported, or the newest while counts are hidden.

    `votes` is None while counts are hidden, `seal` until the topic has closed.
    """

    topic: Topic
    view: str
    phase: PhaseFact
    now: str
    opens_at: str
    counted: bool
    featured: SuggestionFact | None
    rows: tuple[SuggestionFact, ...]
    ideas: int
    votes: int | None
    posted: int
    voted: int
    seal: Seal | None


def screen_page(topic: Topic, *, at: dt.datetime) -> ScreenPage:
    """The screen of a loaded topic at that instant: four queries, five once it has closed."""
    phase = phase_fact(topic, at)
    shown = [fact for fact in state_of(topic, at=at).suggestions if isinstance(fact, SuggestionFact)]
    counted = rules.tallies_shown(topic, at)
    posted, voted = people_counts(topic.pk)
    closed = phase.name == Phase.CLOSED.value
    return ScreenPage(
        topic=topic,
        view=_view(phase),
        phase=phase,
        now=zulu(at),
        opens_at=zulu(topic.opens_at),
        counted=counted,
        featured=next((fact for fact in shown if fact.featured), None),
        rows=tuple(leading(shown, counted=counted)[: RESULT if closed else TOP]),
        ideas=len(shown),
        votes=sum(fact.tally[0] for fact in shown if fact.tally is not None and fact.merged_into is None)
        if counted
        else None,
        posted=posted,
        voted=voted,
        seal=_seal(topic) if closed else None,
    )


def topic_in_turn(deliberation_id: int, actor: Actor | None, *, at: dt.datetime) -> int | None:
    """The topic that the screen of a deliberation shows; None where this reader sees none of them. Two queries at most.

    What is open, and of several each in turn; else what opens soon; else the last result; else what comes next.
    """
    # Asked of its own key, a number that no database can hold is merely not there.
    deliberation = Deliberation.objects.filter(pk=deliberation_id)
    topics = list(visible_topics(actor, at).filter(deliberation__in=deliberation).order_by("position", "id"))
    phases = {phase: [topic for topic in topics if rules.phase(topic, at) is phase] for phase in Phase}
    running = phases[Phase.OPEN]
    if running:
        return running[int(at.timestamp()) // TURN % len(running)].pk
    coming = sorted(phases[Phase.ANNOUNCED], key=lambda topic: topic.opens_at)
    over = sorted(phases[Phase.CLOSED], key=lambda topic: topic.closes_at, reverse=True)
    if coming and (not over or coming[0].opens_at - at <= SOON):
        return coming[0].pk
    return over[0].pk if over else None


def leading(facts: Iterable[SuggestionFact], *, counted: bool) -> list[SuggestionFact]:
    """Those that stand for themselves or for their group: most supported first, ties by number; else newest first."""
    alone = [fact for fact in facts if fact.merged_into is None]
    if not counted:
        return sorted(alone, key=lambda fact: (fact.at, fact.number), reverse=True)
    return sorted(alone, key=lambda fact: (-(fact.tally[0] if fact.tally is not None else 0), fact.number))


def _view(phase: PhaseFact) -> str:
    match Phase(phase.name):
        case Phase.CLOSED:
            return "closed"
        case Phase.OPEN:
            return "paused" if phase.paused else "live"
        case Phase.DRAFT | Phase.ANNOUNCED:
            return "waiting"


def _seal(topic: Topic) -> Seal:
    revision, head = closing_entry(topic)
    digest = published(head, topic.hash_algorithm).rpartition(":")[2]
    return Seal(
        revision=revision,
        algorithm=str(topic.get_hash_algorithm_display()),
        groups=tuple(digest[at : at + _GROUP] for at in range(0, len(digest), _GROUP)),
    )
