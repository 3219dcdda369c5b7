"""What many are given alike: made once for a state of its topic, and kept for whoever asks next."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from time import monotonic
from typing import Any, TypeAlias

from django.utils import timezone

from consultations import rules
from consultations.actions.topics import mark_phase, window
from consultations.queries.state import load_topic

FRESH = 1.0
"""Seconds for which nobody asks the database again; a cache before us is told the same."""
KEPT = 64
"""Editions of a process; the one that was asked for longest ago goes first."""


@dataclass(frozen=True, slots=True)
class Edition:
    """Bytes for everybody, and the strong ETag that names them: revision and a hash of all there is."""

    body: bytes
    etag: str
    revision: int


@dataclass(frozen=True, slots=True)
class Variant:
    """Which edition of a topic: what it is, and in which form."""

    topic_id: int
    kind: str
    form: tuple[str, ...] = ()


Make: TypeAlias = Callable[[Any], Edition]
"""From a topic as it was loaded."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """`stand`: what the edition was made from. `until`: monotonic seconds; `boundary`: the clock's next step."""

    edition: Edition
    stand: tuple[object, ...]
    until: float
    boundary: dt.datetime | None

    def serves(self, at: dt.datetime) -> bool:
        """Whether it can be given away without a look at the database."""
        return monotonic() < self.until and (self.boundary is None or at < self.boundary)


def edition(revision: int, body: bytes) -> Edition:
    """The edition that these bytes are."""
    return Edition(body, f'"{revision}-{hashlib.sha256(body).hexdigest()[:20]}"', revision)


class Editions:
    """The editions that this process keeps, for threads. Only what everybody may see: `rules.may_see` of nobody."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Variant, _Kept] = OrderedDict()
        self._shelf = Lock()
        # A few for all variants: whoever finds one taken waits, and mostly for the very edition they want.
        self._making = tuple(Lock() for _number in range(16))

    def get(self, variant: Variant, make: Make, *, moment: dt.datetime | None = None) -> Edition:
        """The edition of the topic's present state, made where it is not there; anew for another `moment`.

        Raises UnknownTopic and NotSignedIn where the topic is not open to everybody.
        """
        at = timezone.now()
        kept = self._look(variant)
        if kept is not None and kept.serves(at):
            return kept.edition
        with self._making[hash(variant) % len(self._making)]:
            kept = self._look(variant)
            if kept is not None and kept.serves(at):
                return kept.edition
            return self._renew(variant, kept, make, moment).edition

    def forget(self) -> None:
        """Keep nothing."""
        with self._shelf:
            self._kept.clear()

    def _look(self, variant: Variant) -> _Kept | None:
        with self._shelf:
            kept = self._kept.get(variant)
            if kept is not None:
                self._kept.move_to_end(variant)
            return kept

    def _renew(self, variant: Variant, kept: _Kept | None, make: Make, moment: dt.datetime | None) -> _Kept:
        # Before the look: what happens meanwhile is seen at the next one.
        until, at = monotonic() + FRESH, timezone.now()
        topic = open_topic(variant.topic_id, at)
        stand = (topic.revision, window(topic, at), moment)
        made = kept.edition if kept is not None and kept.stand == stand else make(topic)
        renewed = _Kept(made, stand, until, rules.next_boundary(topic, at))
        with self._shelf:
            self._kept[variant] = renewed
            self._kept.move_to_end(variant)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return renewed


def open_topic(topic_id: int, at: dt.datetime) -> Any:
    """The topic, for everybody, with what the clock has reached journalled. Raises UnknownTopic and NotSignedIn."""
    topic = load_topic(topic_id)
    rules.require(rules.may_see(None, topic, at))
    if topic.marked != window(topic, at):
        # Perhaps nobody listens over a socket, so that nobody else has journalled it.
        mark_phase(topic_id=topic_id, at=at)
        topic = load_topic(topic_id)
    return topic
