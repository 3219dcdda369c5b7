"""Does a topic's journal hold, and do the tables still say what it says? Reads everything, changes nothing."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from django.db.models import Count
from django.utils.translation import gettext as _

from ..enums import PUBLIC, Choice, Step
from ..errors import UnknownTopic
from ..events import Tally
from ..grouping import Edge, Forest, Stand
from ..journal import entry_hash, pseudonym, published, sealed
from ..models import JournalEntry, Suggestion, Topic, Vote
from ..models.topic import GENESIS
from .groups import forest_of, group_tally

Stands: TypeAlias = dict[tuple[int, str], str]
"""(suggestion id, voter's pseudonym) → choice; what was taken back is left out."""
Said: TypeAlias = dict[str, dict[int, Stand]]
"""Voter's pseudonym → suggestion id → what they said of it last."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that does not hold. `revision` names a journal entry, `suggestion` (id) a row of the tables."""

    sentence: str
    revision: int | None = None
    suggestion: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was read, and the first fault of each kind; none where everything holds. `head` as published."""

    topic_id: int
    title: str
    entries: int
    votes: int
    head: str
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Miscount:
    """A suggestion whose tally is not what its votes add up to; both as (support, neutral, oppose)."""

    suggestion: int
    number: int
    stated: tuple[int, int, int]
    counted: tuple[int, int, int]


@dataclass(slots=True)
class Replay:
    """What a journal says after its last entry: what was said, tallies, groups, the last facts of each suggestion."""

    said: Said = field(default_factory=dict)
    tallies: dict[int, tuple[int, int, int]] = field(default_factory=dict)
    forest: Forest = field(default_factory=Forest)
    facts: dict[int, dict[str, Any]] = field(default_factory=dict)

    def take(self, revision: int, kind: str, payload: dict[str, Any]) -> bool:
        """Apply an entry; False where the tallies it states are not what the votes so far add up to."""
        match kind:
            case Step.VOTES:
                for suggestion, voter, choice in payload["votes"]:
                    self._vote(suggestion, voter, Stand(choice, revision))
                return self._states(payload["tallies"])
            case Step.MERGED | Step.UNMERGED:
                for facts in payload["facts"]:
                    self.facts[facts["suggestions"][0]] = facts
                return self._regroup(revision, kind, payload) and self._states(payload["tallies"])
        if payload.get("suggestions") and "status" in payload:
            self.facts[payload["suggestions"][0]] = payload
        return True

    @property
    def stands(self) -> Stands:
        """Every standing vote, on what it was cast for."""
        return {
            (suggestion, voter): stand.choice
            for voter, stands in self.said.items()
            for suggestion, stand in stands.items()
            if stand.choice is not None
        }

    def _vote(self, suggestion: int, voter: str, stand: Stand) -> None:
        stands = self.said.setdefault(voter, {})
        self._step(suggestion, self.forest.stand(suggestion, stands), -1)
        stands[suggestion] = stand
        self._step(suggestion, self.forest.stand(suggestion, stands), 1)

    def _regroup(self, revision: int, kind: str, payload: dict[str, Any]) -> bool:
        try:
            for child, parent in payload["edges"]:
                if kind == Step.MERGED:
                    self.forest.merge(Edge(child, parent, revision))
                else:
                    self.forest.split(child)
        except ValueError:
            return False
        for suggestion, *_tally in payload["tallies"]:
            if kind == Step.MERGED and self.forest.root(suggestion) != suggestion:
                # What was merged says from now on what its own votes say.
                self.tallies[suggestion] = Forest().tally(suggestion, self.said)
            else:
                self.tallies[suggestion] = self.forest.tally(suggestion, self.said)
        return True

    def _states(self, tallies: Iterable[Iterable[int]]) -> bool:
        return all(self.tallies.get(suggestion, (0, 0, 0)) == tuple(tally) for suggestion, *tally in tallies)

    def _step(self, suggestion: int, choice: str | None, by: int) -> None:
        if choice is not None:
            before = self.tallies.get(suggestion, (0, 0, 0))
            self.tallies[suggestion] = _plus(before, Choice(choice), by)


def check_journal(topic_id: int) -> Verdict:
    """Recompute the chain, count its votes anew, and compare with the tables. Raises UnknownTopic."""
    topic = Topic.objects.filter(pk=topic_id).first()
    if topic is None:
        raise UnknownTopic
    replay = Replay()
    try:
        entries, broken = _follow(topic, replay, _entries(topic_id))
    except ValueError:
        # SQLite keeps a time as text; one that is no time any more breaks the reading of all that are read with it.
        replay = Replay()
        entries, broken = _follow(topic, replay, _entries_one_by_one(topic_id))
    head = published(topic.head, topic.hash_algorithm)
    if broken is not None:
        # What comes after a broken entry proves nothing: neither chain nor tables are judged by it.
        return Verdict(topic.pk, topic.title, entries, 0, head, (broken,))
    comparisons = (_votes_differ(topic, replay), _tallies_differ(topic), _suggestions_differ(topic, replay))
    faults = tuple(fault for fault in comparisons if fault is not None)
    return Verdict(topic.pk, topic.title, entries, len(replay.stands), head, faults)


def miscounts(topic_id: int) -> tuple[Miscount, ...]:
    """Every suggestion of the topic whose tally differs from a count of its votes, or of its group's, by number."""
    counted: dict[int, dict[str, int]] = {}
    rows = Vote.objects.filter(topic_id=topic_id).exclude(choice=None).values("suggestion_id", "choice")
    for row in rows.annotate(voters=Count("id")):
        counted.setdefault(row["suggestion_id"], {})[str(row["choice"])] = row["voters"]
    forest = forest_of(topic_id)
    found = []
    for suggestion in Suggestion.objects.filter(topic_id=topic_id).order_by("number"):
        stated = (suggestion.support, suggestion.neutral, suggestion.oppose)
        count = counted.get(suggestion.pk, {})
        tally = (count.get(Choice.SUPPORT, 0), count.get(Choice.NEUTRAL, 0), count.get(Choice.OPPOSE, 0))
        if suggestion.merged_into_id is None and forest.is_grouped(suggestion.pk):
            tally = group_tally(forest, suggestion.pk)
        if stated != tally:
            found.append(Miscount(suggestion.pk, suggestion.number, stated, tally))
    return tuple(found)


def corrected(rows: Iterable[Miscount]) -> tuple[Tally, ...]:
    """The counted tallies of these suggestions, by id, as the journal and the wire state them."""
    return tuple(sorted((row.suggestion, *row.counted) for row in rows))


def _plus(tally: tuple[int, int, int], choice: Choice, by: int) -> tuple[int, int, int]:
    support, neutral, oppose = tally
    match choice:
        case Choice.SUPPORT:
            return support + by, neutral, oppose
        case Choice.NEUTRAL:
            return support, neutral + by, oppose
        case Choice.OPPOSE:
            return support, neutral, oppose + by


def _entries(topic_id: int) -> Iterator[JournalEntry]:
    return JournalEntry.objects.filter(topic_id=topic_id).order_by("revision").iterator(chunk_size=500)


def _entries_one_by_one(topic_id: int) -> Iterator[JournalEntry]:
    """As `_entries`, slowly; `at` is None where it is no time."""
    entries = JournalEntry.objects.filter(topic_id=topic_id)
    for revision in entries.order_by("revision").values_list("revision", flat=True):
        try:
            yield entries.get(revision=revision)
        except ValueError:
            yield JournalEntry(**entries.values("revision", "kind", "payload", "hash").get(revision=revision))


def _follow(topic: Topic, replay: Replay, entries: Iterable[JournalEntry]) -> tuple[int, Fault | None]:
    """(entries that hold, the first fault of the chain)."""
    previous, revision = GENESIS, 0
    for entry in entries:
        expected = revision + 1
        if entry.revision != expected:
            return revision, Fault(
                _("Entry %(revision)s is missing.") % {"revision": expected}, revision=expected
            )
        at: dt.datetime | None = entry.at
        if at is None or entry.hash != entry_hash(
            previous, entry.revision, at, entry.kind, entry.payload, algorithm=topic.hash_algorithm
        ):
            return revision, Fault(
                _("Entry %(revision)s (%(kind)s) has been changed: its hash does not fit its content.")
                % {"revision": expected, "kind": entry.kind},
                revision=expected,
            )
        if not replay.take(entry.revision, entry.kind, entry.payload):
            return revision, Fault(
                _("Entry %(revision)s states tallies that are not the sum of the votes before it.")
                % {"revision": expected},
                revision=expected,
            )
        previous, revision = entry.hash, expected
    if topic.revision == revision and topic.head != previous:
        return revision, Fault(
            _("The topic states another hash than that of its last entry, %(last)s.") % {"last": revision},
            revision=revision,
        )
    if topic.revision != revision:
        return revision, Fault(
            _("The topic stands at entry %(stated)s, its journal ends with entry %(last)s.")
            % {"stated": topic.revision, "last": revision},
            revision=revision + 1,
        )
    return revision, None


def _number(suggestion_id: int) -> int:
    return Suggestion.objects.values_list("number", flat=True).get(pk=suggestion_id)


def _votes_differ(topic: Topic, replay: Replay) -> Fault | None:
    rows = Vote.objects.filter(topic=topic).exclude(choice=None)
    stored: Stands = {
        (suggestion, pseudonym(topic.secret, voter)): str(choice)
        for suggestion, voter, choice in rows.values_list("suggestion_id", "voter_id", "choice")
    }
    differing = dict(stored.items() ^ replay.stands.items())
    if not differing:
        return None
    suggestion = min(suggestion for suggestion, _voter in differing)
    counts = Counter(suggestion for suggestion, _voter in differing)
    return Fault(
        _("Suggestion no. %(number)s: %(count)s votes in the table are not those of the journal.")
        % {"number": _number(suggestion), "count": counts[suggestion]},
        suggestion=suggestion,
    )


def _tallies_differ(topic: Topic) -> Fault | None:
    wrong = miscounts(topic.pk)
    if not wrong:
        return None
    first = wrong[0]
    return Fault(
        _("Suggestion no. %(number)s states %(stated)s, its votes add up to %(counted)s.")
        % {"number": first.number, "stated": first.stated, "counted": first.counted},
        suggestion=first.suggestion,
    )


def _suggestions_differ(topic: Topic, replay: Replay) -> Fault | None:
    for suggestion in topic.suggestions.order_by("number"):
        facts = replay.facts.get(suggestion.pk)
        if facts is None or not _says(facts, suggestion, topic):
            return Fault(
                _("Suggestion no. %(number)s is not what the journal says of it.")
                % {"number": suggestion.number},
                suggestion=suggestion.pk,
            )
    return None


def _says(facts: dict[str, Any], suggestion: Suggestion, topic: Topic) -> bool:
    if facts["number"] != suggestion.number or facts["status"] != suggestion.status:
        return False
    if suggestion.status in PUBLIC:
        return bool(facts["text"] == suggestion.public_text)
    return bool(facts["sealed"] == sealed(topic.secret, suggestion.text))
