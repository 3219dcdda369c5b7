"""The topic page as the server draws it: complete without a script, and where a script begins."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from .. import rules
from ..enums import Phase, SummaryStatus, Tallies
from ..models import Topic
from .facts import OwnFact, OwnSuggestionFact, PhaseFact, RulesFact, SuggestionFact, ThemeFact
from .state import Seat, own_part_of, people_counts, seat_in, state_of

ORDERS = ("newest", "support", "theme", "shuffled")


@dataclass(frozen=True, slots=True)
class Group:
    """Suggestions under one heading; without a heading where the list is not ordered by theme."""

    heading: str
    suggestions: tuple[SuggestionFact, ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a member takes away after closing: votes counted, journal head, revision and the member's pseudonym."""

    votes: int
    head: str
    revision: int


@dataclass(frozen=True, slots=True)
class TopicPage:
    """Everything the page shows to one reader. `me` is None for the audience."""

    topic: Topic
    seat: Seat
    revision: int
    phase: PhaseFact
    rules: RulesFact
    order: str
    groups: tuple[Group, ...]
    featured: SuggestionFact | None
    themes: tuple[ThemeFact, ...]
    ideas: int
    votes: int | None
    posted: int
    voted: int
    me: OwnFact | None
    mine: frozenset[int]
    free_slots: int
    spent: int
    reference: str
    seed: int
    receipt: Receipt | None
    summary_id: int | None
    may_moderate: bool
    opens_ms: int

    @property
    def rules_json(self) -> dict[str, object]:
        """The rules as the page's script reads them before its first welcome."""
        return {"length": self.rules.length, "ballot": self.rules.ballot, "ideas": self.rules.ideas}

    @property
    def theme_names(self) -> dict[int, str]:
        """Theme id → name."""
        return {theme.id: theme.name for theme in self.themes}


def topic_page(topic: Topic, user: object, *, at: dt.datetime, order: str = "") -> TopicPage:
    """The page of a loaded topic for this reader. The number of queries does not depend on the rows."""
    seat = seat_in(topic, user, at=at)
    state = state_of(topic, at=at)
    me = own_part_of(topic, seat.actor, at=at) if seat.actor is not None else None
    shown = tuple(fact for fact in state.suggestions if isinstance(fact, SuggestionFact))
    counted = rules.tallies_shown(topic, at)
    if order not in ORDERS:
        order = default_order(topic, counted=counted)
    seed = (seat.actor.user_id if seat.actor is not None else 0) + topic.pk * 7919
    posted, voted = people_counts(topic.pk)
    own: Sequence[OwnSuggestionFact] = me.suggestions if me is not None else ()
    held = sum(fact.status in ("pending", "published", "returned", "merged", "hidden") for fact in own)
    closed = rules.phase(topic, at) is Phase.CLOSED
    return TopicPage(
        topic=topic,
        seat=seat,
        revision=state.revision,
        phase=state.phase,
        rules=state.rules,
        order=order,
        groups=_arranged(shown, state.themes, order, seed),
        featured=next((fact for fact in shown if fact.featured), None),
        themes=state.themes,
        ideas=len(shown),
        votes=sum(sum(fact.tally) for fact in shown if fact.tally is not None) if counted else None,
        posted=posted,
        voted=voted,
        me=me,
        mine=frozenset(fact.id for fact in own),
        free_slots=max(0, topic.ideas - held),
        spent=len(me.votes) if me is not None else 0,
        reference=str(uuid.uuid4()),
        seed=seed,
        receipt=Receipt(len(me.votes), topic.head, topic.revision)
        if closed and me is not None and seat.has_voice
        else None,
        summary_id=_summary_of(topic),
        may_moderate=rules.may_moderate(seat.actor, topic) is None,
        opens_ms=max(0, round((topic.opens_at - at).total_seconds() * 1000)),
    )


def default_order(topic: Topic, *, counted: bool) -> str:
    """Fair while counts are hidden: shuffled for each reader; most supported once they can be seen."""
    return "shuffled" if topic.tallies == Tallies.CLOSED and not counted else "support"


def _arranged(
    facts: tuple[SuggestionFact, ...], themes: tuple[ThemeFact, ...], order: str, seed: int
) -> tuple[Group, ...]:
    match order:
        case "newest":
            return (Group("", tuple(sorted(facts, key=lambda fact: (fact.at, fact.number), reverse=True))),)
        case "shuffled":
            return (Group("", tuple(sorted(facts, key=lambda fact: place(seed, fact.id)))),)
        case "theme":
            groups = [
                Group(theme.name, tuple(sorted((f for f in facts if f.theme == theme.id), key=_by_support)))
                for theme in themes
            ]
            rest = Group("", tuple(sorted((f for f in facts if f.theme is None), key=_by_support)))
            return tuple(group for group in (*groups, rest) if group.suggestions)
        case _:
            return (Group("", tuple(sorted(facts, key=_by_support))),)


def _by_support(fact: SuggestionFact) -> tuple[int, int]:
    return (-(fact.tally[0] if fact.tally is not None else 0), fact.number)


def place(seed: int, suggestion_id: int) -> float:
    """Where a suggestion stands in this reader's shuffled list: the same each time, whatever else comes and goes.

    The same arithmetic as in the page's script (`order.js`): Mulberry32 of seed and id.
    """
    word = (seed * 0x9E3779B1 + suggestion_id * 0x85EBCA77 + 0x6D2B79F5) & 0xFFFFFFFF
    word = ((word ^ (word >> 15)) * (word | 1)) & 0xFFFFFFFF
    word ^= (word + ((word ^ (word >> 7)) * (word | 61))) & 0xFFFFFFFF
    return ((word ^ (word >> 14)) & 0xFFFFFFFF) / 0x100000000


def _summary_of(topic: Topic) -> int | None:
    return (
        topic.deliberation.summaries.filter(status=SummaryStatus.SIGNED).values_list("id", flat=True).first()
    )
