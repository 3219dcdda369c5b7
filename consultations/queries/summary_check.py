"""Does what a summary was made from still stand in the journals of this database? Reads, changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from ..documents.model import FrozenSuggestion, Snapshot, SummaryDocument, TopicSnapshot
from ..documents.snapshot import text_hash
from ..enums import PUBLIC, Step
from ..journal import published
from ..models import JournalEntry, Topic
from .journal_check import Replay, check_journal


def journal_heads(snapshot: Snapshot) -> dict[int, str] | None:
    """Topic id → the hash of its journal here at the revision of the snapshot; None where no topic is known here."""
    known = Topic.objects.in_bulk([topic.topic_id for topic in snapshot.topics])
    if not known:
        return None
    heads = {}
    for topic in snapshot.topics:
        entry = JournalEntry.objects.filter(topic_id=topic.topic_id, revision=topic.revision).first()
        if entry is not None:
            heads[topic.topic_id] = published(entry.hash, known[topic.topic_id].hash_algorithm)
    return heads


def against_journals(document: SummaryDocument) -> Iterator[str]:
    """What does not hold, in sentences: chains, votes counted anew, and whether the freezing names this snapshot."""
    known = Topic.objects.in_bulk([topic.topic_id for topic in document.snapshot.topics])
    for topic in document.snapshot.topics:
        if topic.topic_id in known:
            for sentence in _against(topic, document.snapshot_hash):
                yield _("Topic %(topic)s: %(sentence)s") % {"topic": topic.title, "sentence": sentence}


def _against(topic: TopicSnapshot, digest: str) -> Iterator[str]:
    yield from (fault.sentence for fault in check_journal(topic.topic_id).faults)
    replay = Replay()
    entries = JournalEntry.objects.filter(topic_id=topic.topic_id).order_by("revision")
    for entry in entries.filter(revision__lte=topic.revision).iterator(chunk_size=500):
        replay.take(entry.revision, entry.kind, entry.payload)
    for frozen in topic.suggestions:
        yield from _suggestion(frozen, replay)
    missing = len(replay.facts.keys() - {frozen.id for frozen in topic.suggestions})
    if missing:
        yield _("the journal has %(count)s suggestions that the summary leaves out.") % {"count": missing}
    # A freezing that was undone has left its entry, too: the one that counts follows the snapshot.
    freezing = entries.filter(kind=Step.FROZEN, revision=topic.revision + 1).first()
    if freezing is None or freezing.payload.get("snapshot") != digest:
        yield _("the journal does not say that it was frozen with this snapshot.")


def _suggestion(frozen: FrozenSuggestion, replay: Replay) -> Iterator[str]:
    number = {"number": frozen.number}
    facts = replay.facts.get(frozen.id)
    if facts is None or facts["number"] != frozen.number:
        yield _("suggestion no. %(number)s is not in the journal.") % number
        return
    if facts["status"] != frozen.status:
        yield _("suggestion no. %(number)s has another status in the journal.") % number
    elif frozen.status in PUBLIC and text_hash(facts["text"]) != frozen.text_hash:
        yield _("suggestion no. %(number)s has other words in the journal.") % number
    counted = replay.tallies.get(frozen.id, (0, 0, 0))
    stated = (frozen.support, frozen.neutral, frozen.oppose)
    if counted != stated:
        yield _(
            "suggestion no. %(number)s: the votes of the journal add up to %(counted)s, not %(stated)s."
        ) % (number | {"counted": "/".join(map(str, counted)), "stated": "/".join(map(str, stated))})
