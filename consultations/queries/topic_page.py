"""The topic page as the server draws it: complete without a script, and where a script begins."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from .. import rules
from ..enums import LIVE, Phase, Status, SummaryKind, SummaryStatus, Tallies
from ..journal import pseudonym, published
from ..models import Topic
from .facts import OwnFact, OwnSuggestionFact, PhaseFact, RulesFact, SuggestionFact, ThemeFact
from .own_panel import OwnPanel, own_panel
from .state import Seat, own_part_of, people_counts, seat_in, state_of
from .steps import closing_entry

EDITABLE = (Status.PENDING.value, Status.RETURNED.value, Status.PUBLISHED.value)
ORDERS = ("newest", "support", "theme", "shuffled")


@dataclass(frozen=True, slots=True)
class Group:
    """Suggestions under one heading; without a heading where the list is not ordered by theme."""

    heading: str
    suggestions: tuple[SuggestionFact, ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a member takes away after closing: how many votes stand, and where the journal stood when it closed.

    `head` is the hash of the entry `revision`; neither changes with what happens afterwards.
    `voter`: the pseudonym under which their votes are found in the journal; nobody else is told it.
    """

    votes: int
    voter: str
    head: str
    revision: int


@dataclass(frozen=True, slots=True)
class TopicPage:
    """Everything the page shows to one reader. `me` is None for the audience.

    `parts`: representative → what was merged into it, by number; only representatives stand in `groups`.
    `is_public`: whoever has no account may see it, too.
    """

    topic: Topic
    seat: Seat
    revision: int
    phase: PhaseFact
    rules: RulesFact
    order: str
    groups: tuple[Group, ...]
    parts: Mapping[int, tuple[SuggestionFact, ...]]
    featured: SuggestionFact | None
    themes: tuple[ThemeFact, ...]
    ideas: int
    votes: int | None
    posted: int
    voted: int
    me: OwnFact | None
    panel: OwnPanel | None
    mine: frozenset[int]
    free_slots: int
    spent: int
    reference: str
    seed: int
    receipt: Receipt | None
    summary_id: int | None
    may_moderate: bool
    is_public: bool
    opens_ms: int

    @property
    def beginning(self) -> dict[str, Any]:
        """What the page's script begins with, as in a welcome; the suggestions themselves it reads off the rows."""
        return {
            "revision": self.revision,
            "phase": asdict(self.phase),
            "rules": asdict(self.rules),
            "themes": [asdict(theme) for theme in self.themes],
            "me": asdict(self.me) if self.me is not None else None,
        }

    @property
    def writing_is_over(self) -> bool:
        """Whether no new idea can be sent any more: a pause, or waiting for the opening, is not the end."""
        return self.phase.posting_ms == 0 or self.phase.name == Phase.CLOSED.value

    @property
    def editable(self) -> tuple[str, ...]:
        """The states in which authors may still change or withdraw an idea."""
        return EDITABLE

    @property
    def length_ms(self) -> int:
        """From opening to closing."""
        return round((self.topic.closes_at - self.topic.opens_at).total_seconds() * 1000)

    @property
    def gone_ms(self) -> int:
        """How much of that has passed."""
        return min(self.length_ms, max(0, self.length_ms - self.phase.closes_ms))

    @property
    def votes_left(self) -> int:
        """How many votes of the budget are left; 0 where there is none."""
        return max(0, (self.rules.budget or 0) - self.spent)

    @property
    def may_report(self) -> bool:
        """Whether this reader may report what others have published."""
        begun = self.phase.name in (Phase.OPEN.value, Phase.CLOSED.value)
        return self.seat.has_voice and begun and self.topic.frozen_at is None

    @property
    def joined(self) -> frozenset[int]:
        """Merged suggestions that this reader supports."""
        return self.panel.joined if self.panel is not None else frozenset()

    @property
    def numbers(self) -> dict[int, int]:
        """Suggestion id → number, of those that stand for themselves or for a group."""
        return {fact.id: fact.number for group in self.groups for fact in group.suggestions}

    @property
    def theme_names(self) -> dict[int, str]:
        """Theme id → name."""
        return {theme.id: theme.name for theme in self.themes}


def topic_page(topic: Topic, user: object, *, at: dt.datetime, order: str = "") -> TopicPage:
    """The page of a loaded topic for this reader. The number of queries does not depend on the rows."""
    seat = seat_in(topic, user, at=at)
    state = state_of(topic, at=at)
    me = own_part_of(topic, seat.actor, at=at) if seat.actor is not None else None
    public = tuple(fact for fact in state.suggestions if isinstance(fact, SuggestionFact))
    shown, parts = gathered(public)
    counted = rules.tallies_shown(topic, at)
    closed = rules.phase(topic, at) is Phase.CLOSED
    if order not in ORDERS:
        order = default_order(topic, counted=counted, closed=closed)
    seed = (seat.actor.user_id if seat.actor is not None else 0) + topic.pk * 7919
    posted, voted = people_counts(topic.pk)
    own: Sequence[OwnSuggestionFact] = me.suggestions if me is not None else ()
    held = sum(fact.status in LIVE for fact in own)
    panel = own_panel(topic, seat.actor, at=at) if seat.actor is not None and seat.has_voice else None
    signed = panel.cosigning.signed if panel is not None else frozenset()
    return TopicPage(
        topic=topic,
        seat=seat,
        revision=state.revision,
        phase=state.phase,
        rules=state.rules,
        order=order,
        groups=_arranged(shown, state.themes, order, seed),
        parts=parts,
        featured=next((fact for fact in shown if fact.featured), None),
        themes=state.themes,
        ideas=len(shown),
        votes=sum(fact.tally[0] for fact in shown if fact.tally is not None) if counted else None,
        posted=posted,
        voted=voted,
        me=me,
        panel=panel,
        mine=frozenset(fact.id for fact in own) | signed,
        free_slots=max(0, topic.ideas - held - len(signed)),
        spent=len(me.votes) if me is not None else 0,
        reference=str(uuid.uuid4()),
        seed=seed,
        receipt=_receipt(topic, seat, me) if closed else None,
        summary_id=_summary_of(topic),
        may_moderate=rules.may_moderate(seat.actor, topic) is None,
        is_public=rules.may_see(None, topic, at) is None,
        opens_ms=max(0, round((topic.opens_at - at).total_seconds() * 1000)),
    )


def gathered(
    facts: Sequence[SuggestionFact],
) -> tuple[tuple[SuggestionFact, ...], dict[int, tuple[SuggestionFact, ...]]]:
    """What stands for itself or for a group, and what was merged, by its representative; both in order of number."""
    parts: dict[int, tuple[SuggestionFact, ...]] = {}
    for fact in facts:
        if fact.merged_into is not None:
            parts[fact.merged_into] = (*parts.get(fact.merged_into, ()), fact)
    return tuple(fact for fact in facts if fact.merged_into is None), parts


def _receipt(topic: Topic, seat: Seat, me: OwnFact | None) -> Receipt | None:
    """For those who have a voice; ask after closing."""
    if seat.actor is None or me is None or not seat.has_voice:
        return None
    revision, head = closing_entry(topic)
    return Receipt(
        votes=len(me.votes),
        voter=pseudonym(topic.secret, seat.actor.user_id),
        head=published(head, topic.hash_algorithm),
        revision=revision,
    )


def default_order(topic: Topic, *, counted: bool, closed: bool) -> str:
    """Final order after closing. Before: newest, which nobody's vote moves; shuffled where each is to have their own.

    While counts are hidden, too: where newness alone decides, the last one is read most.
    """
    if closed:
        return "support"
    return "shuffled" if topic.rotated or (topic.tallies == Tallies.CLOSED and not counted) else "newest"


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
    """The minutes as they were signed last."""
    signed = topic.deliberation.summaries.filter(status=SummaryStatus.SIGNED, kind=SummaryKind.MINUTES)
    return signed.order_by("-version").values_list("id", flat=True).first()
