"""Does what a summary was made from still stand in the journals of this database, and is it one of ours? Reads alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from jianyan.accounts.roles import Actor

from .. import rules
from ..documents.findings import Finding, found
from ..documents.model import FrozenSuggestion, Snapshot, SummaryDocument, TopicSnapshot
from ..documents.sealing import seal_of
from ..documents.snapshot import snapshot_digest, text_hash
from ..enums import PUBLIC, Phase, Step, SummaryStatus
from ..journal import published
from ..models import JournalEntry, Summary, Topic
from . import state, summary_rows
from .journal_check import Fault, Replay, check_journal

Topics = Mapping[int, Topic]
"""By id."""
TURNS = 3
_LARGEST = 2**63 - 1
"""No number in the tables is larger; a file may say anything."""


class Standing(StrEnum):
    """What a file is to this site."""

    UNKNOWN = "unknown"
    """No summary here, or none that the visitor may know of."""
    IN_FORCE = "in_force"
    REPLACED = "replaced"
    """Signed here, and corrected by a later version since."""
    DRAFT = "draft"
    """The draft as it is now."""
    OLDER_DRAFT = "older_draft"
    SIGNED_SINCE = "signed_since"
    """A draft of what has been signed since."""
    OTHER = "other"
    """Neither of these, but a summary of the same snapshot is here."""


@dataclass(frozen=True, slots=True)
class Known:
    """`summary` is where to read on: the version in force, or the draft; None where the visitor may not."""

    standing: Standing
    summary: Summary | None = None


def topics_here(snapshot: Snapshot) -> Topics:
    """Those of its topics that are in this database."""
    ids = {topic.topic_id for topic in snapshot.topics if 0 < topic.topic_id <= _LARGEST}
    return Topic.objects.select_related("deliberation__host", "deliberation__channel").in_bulk(ids)


def comparable(document: SummaryDocument, actor: Actor | None, *, at: dt.datetime) -> Topics:
    """Those of its topics whose journals this person may have compared with it.

    That is who may read them, and whoever has the very snapshot that was taken of them. All are of one deliberation,
    as those of a summary are: whatever a file says, it makes nobody count the votes of the whole site.
    """
    known = topics_here(document.snapshot)
    if not known:
        return {}
    first = min(known)
    together = {pk: one for pk, one in known.items() if one.deliberation_id == known[first].deliberation_id}
    if Summary.objects.filter(
        digest=snapshot_digest(document.snapshot), deliberation_id=known[first].deliberation_id
    ).exists():
        return together
    return {pk: one for pk, one in together.items() if _may_read(one, actor, at)}


def _may_read(topic: Topic, actor: Actor | None, at: dt.datetime) -> bool:
    """A topic that is live is frozen in no summary, and its journal moves on while it is read."""
    verdict = rules.may_see(actor, topic, at, invited=state.is_invited(actor, topic))
    return verdict is None and rules.phase(topic, at) is Phase.CLOSED


def standing_here(document: SummaryDocument, actor: Actor | None) -> Known:
    """Which summary of this site it is, if it is one. Drafts exist for those alone who may read them."""
    ours = _signed_as(document)
    if ours is not None:
        newest = _newest(ours)
        standing = Standing.IN_FORCE if newest == ours else Standing.REPLACED
        return Known(standing, newest if _may_see(newest, actor) else None)
    # Computed, not as stated: what a file states may be anything.
    digest = snapshot_digest(document.snapshot)
    alike = [
        one for one in _summaries().filter(digest=digest, kind=document.head.kind) if _may_see(one, actor)
    ]
    if not alike:
        return Known(Standing.UNKNOWN)
    draft = _drafted(document, alike) if document.status != SummaryStatus.SIGNED else None
    signed = [one for one in alike if one.status == SummaryStatus.SIGNED]
    return draft or Known(Standing.OTHER, (signed or alike)[0])


def _signed_as(document: SummaryDocument) -> Summary | None:
    """The one that was signed with this seal, where it really is that of the document."""
    if document.status != SummaryStatus.SIGNED or document.seal != seal_of(document):
        return None
    return _summaries().filter(status=SummaryStatus.SIGNED, seal=document.seal).first()


def _newest(summary: Summary) -> Summary:
    """The version in force: a correction is one once it is signed."""
    later = _summaries().filter(status=SummaryStatus.SIGNED, replaces=summary).first()
    return summary if later is None else _newest(later)


def _drafted(document: SummaryDocument, alike: list[Summary]) -> Known | None:
    edition = document.head.edition
    for one in alike:
        if one.version != document.head.version or one.edition < edition:
            continue
        if one.status == SummaryStatus.SIGNED:
            return Known(Standing.SIGNED_SINCE, _newest(one))
        return Known(Standing.DRAFT if one.edition == edition else Standing.OLDER_DRAFT, one)
    return None


def _summaries() -> QuerySet[Summary]:
    return Summary.objects.select_related("deliberation__host", "deliberation__channel").order_by("-version")


def _may_see(summary: Summary, actor: Actor | None) -> bool:
    invited = summary_rows.is_invited(actor, summary.deliberation)
    return rules.may_see_summary(actor, summary, announced=True, invited=invited) is None


def journal_heads(snapshot: Snapshot, known: Topics | None = None) -> dict[int, str] | None:
    """Topic id → the hash of its journal here at the revision of the snapshot; None where no topic is known here.

    `known` from `topics_here`, or fewer.
    """
    known = topics_here(snapshot) if known is None else known
    if not known:
        return None
    heads = {}
    for topic in _once(snapshot, known):
        entry = JournalEntry.objects.filter(topic_id=topic.topic_id, revision=topic.revision).first()
        if entry is not None:
            heads[topic.topic_id] = published(entry.hash, known[topic.topic_id].hash_algorithm)
    return heads


def against_journals(document: SummaryDocument, known: Topics | None = None) -> Iterator[Finding]:
    """What does not hold: chains, votes counted anew, whether snapshot and seal are named. `known` as above."""
    known = topics_here(document.snapshot) if known is None else known
    for topic in _once(document.snapshot, known):
        for sentence in _against(topic, document):
            yield found("journal_fault", topic=topic.title, sentence=sentence)


def _once(snapshot: Snapshot, known: Topics) -> Iterator[TopicSnapshot]:
    """Each topic that is known, at a revision that there may be; one that is named again is a fault of its own."""
    left = dict(known)
    for topic in snapshot.topics:
        if topic.revision <= _LARGEST and left.pop(topic.topic_id, None) is not None:
            yield topic


def _against(topic: TopicSnapshot, document: SummaryDocument) -> Iterator[str]:
    yield from (fault.sentence for fault in _settled(topic.topic_id))
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
    if freezing is None or freezing.payload.get("snapshot") != document.snapshot_hash:
        yield _("the journal does not say that it was frozen with this snapshot.")
    if document.status == SummaryStatus.SIGNED:
        signings = entries.filter(kind=Step.SUMMARY_SIGNED).values_list("payload", flat=True)
        if all(payload.get("seal") != document.seal for payload in signings):
            yield _("the journal does not say that a document with this seal was signed.")


def _settled(topic_id: int) -> tuple[Fault, ...]:
    """The faults of a journal to which nothing was added while it was read: moderation and summaries go on in it.

    Nothing is locked: anybody may ask, and votes elsewhere on the site must not wait for them.
    """
    topic = Topic.objects.filter(pk=topic_id)
    for _turn in range(TURNS):
        before = topic.values_list("revision", flat=True).get()
        faults = check_journal(topic_id).faults
        if not faults or topic.values_list("revision", flat=True).get() == before:
            break
    return faults


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
