"""What a room asks of the database: each look is one function, run in a database thread, that touches no socket."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Any

from django.utils import timezone
from msgspec import UNSET, Raw, UnsetType

from consultations import rules
from consultations.actions.topics import mark_phase
from consultations.queries.facts import (
    GoneFact,
    OwnFact,
    PeopleFact,
    PhaseFact,
    SuggestionFact,
    phase_fact,
    read_suggestion_fact,
    zulu,
)
from consultations.queries.state import (
    Changes,
    TopicState,
    changes_of,
    load_topic,
    own_part_of,
    own_parts_of,
    people_counts,
    state_of,
)
from jianyan.accounts.roles import Actor

from .outlets import Frame
from .protocol import Update, Welcome, encode, encode_part


@dataclass(frozen=True, slots=True)
class Clockwork:
    """What time alone does to a topic as it was loaded."""

    phase_at: Callable[[dt.datetime], PhaseFact]
    next_boundary: Callable[[dt.datetime], dt.datetime | None]
    tallies_shown: Callable[[dt.datetime], bool]


@dataclass(frozen=True, slots=True)
class View:
    """The state for readers who have seen a certain revision, its long part encoded.

    `parts`: each suggestion by id, for those who did not write it. `own` asks the database for one person's part.
    `made`: monotonic seconds.
    """

    state: TopicState
    parts: Mapping[int, bytes]
    encoded: Raw
    clockwork: Clockwork
    own: Callable[[Actor], OwnFact]
    made: float

    def suggestions_for(self, me: OwnFact | None) -> Raw:
        """The list for one reader: the same bytes for all but those who wrote one of them."""
        wrote = self.parts.keys() & {one.id for one in me.suggestions} if me is not None else ()
        if not wrote:
            return self.encoded
        return _joined(
            _part(fact, mine=True) if fact.id in wrote else self.parts[fact.id]
            for fact in self.state.suggestions
        )


@dataclass(frozen=True, slots=True)
class Opened:
    """What a room begins with."""

    revision: int
    clockwork: Clockwork
    posted: int
    voted: int


@dataclass(frozen=True, slots=True)
class Look:
    """What readers at several revisions have missed, all up to one revision; own parts for whom they changed."""

    revision: int
    clockwork: Clockwork
    changes: Mapping[int, Changes]
    views: Mapping[int, View]
    own: Mapping[int, OwnFact]


def _clockwork(topic: Any) -> Clockwork:
    return Clockwork(
        phase_at=partial(phase_fact, topic),
        next_boundary=partial(rules.next_boundary, topic),
        tallies_shown=partial(rules.tallies_shown, topic),
    )


def view_of(topic: Any, since: int | None, at: dt.datetime) -> View:
    """The state of a topic that is already loaded, or what of it changed since."""
    state = state_of(topic, at=at, since=since)
    parts = {fact.id: _part(fact, mine=False) for fact in state.suggestions}
    return View(
        state=state,
        parts=parts,
        encoded=_joined(parts.values()),
        clockwork=_clockwork(topic),
        own=partial(_own, topic),
        made=monotonic(),
    )


def opening(topic_id: int) -> Opened:
    """Journal what the clock has reached while nobody listened, and see where the topic stands."""
    mark_phase(topic_id=topic_id, at=timezone.now())
    topic = load_topic(topic_id)
    posted, voted = people_counts(topic_id)
    return Opened(topic.revision, _clockwork(topic), posted, voted)


def view(topic_id: int, since: int | None) -> View:
    """The state now, or what of it changed since."""
    return view_of(load_topic(topic_id), since, timezone.now())


def _part(fact: SuggestionFact | GoneFact, *, mine: bool) -> bytes:
    return encode_part(fact if isinstance(fact, GoneFact) else read_suggestion_fact(fact, mine=mine))


def _joined(parts: Iterable[bytes]) -> Raw:
    return Raw(b"[" + b",".join(parts) + b"]")


def _own(topic: Any, actor: Actor) -> OwnFact:
    return own_part_of(topic, actor, at=timezone.now())


def look(topic_id: int, since: Iterable[int], members: Mapping[int, Actor], stale: Collection[int]) -> Look:
    """What came after each of these revisions.

    `members`: those who listen, by id. Own parts are read for the `stale` ones and for the authors among them.
    """
    at = timezone.now()
    topic = load_topic(topic_id)
    changes = {revision: changes_of(topic, revision, at=at) for revision in since}
    concerned = {revision: _concerned(found, members, stale) for revision, found in changes.items()}
    return Look(
        revision=topic.revision,
        clockwork=_clockwork(topic),
        changes=changes,
        views={revision: view_of(topic, revision, at) for revision, people in concerned.items() if people},
        own=_own_parts(topic, [members[user_id] for user_id in sorted(set().union(*concerned.values()))], at),
    )


def _own_parts(topic: Any, people: Collection[Actor], at: dt.datetime) -> dict[int, OwnFact]:
    return own_parts_of(topic, people, at=at) if people else {}


def _concerned(changes: Changes, members: Mapping[int, Actor], stale: Collection[int]) -> set[int]:
    return members.keys() & {*changes.authors, *stale}


def welcome_frame(seen: View, *, me: OwnFact | None, people: PeopleFact) -> Frame:
    """The welcome for one reader: the shared part as it was encoded, phase and time as they are now."""
    now = timezone.now()
    state = seen.state
    return Frame(
        encode(
            Welcome(
                topic=state.topic,
                revision=state.revision,
                full=state.full,
                now=zulu(now),
                phase=seen.clockwork.phase_at(now),
                rules=state.rules,
                themes=state.themes,
                suggestions=seen.suggestions_for(me),
                me=me,
                people=people,
            )
        )
    )


def update_of(changes: Changes, people: PeopleFact | UnsetType = UNSET) -> Update:
    """What came after a revision, for everybody; `people` where these readers do not know it."""
    return Update(
        since=changes.since,
        revision=changes.revision,
        tallies=changes.tallies or UNSET,
        suggestions=changes.suggestions or UNSET,
        themes=changes.themes if changes.themes is not None else UNSET,
        phase=changes.phase,
        people=people,
    )
