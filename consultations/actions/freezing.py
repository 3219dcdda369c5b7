"""Freezing a deliberation: from that instant on nothing in it moves, and its figures are kept for the summary."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from jianyan.accounts.roles import Actor

from .. import rules
from ..documents.snapshot import snapshot_content, snapshot_digest
from ..enums import (
    PUBLIC,
    Cosigning,
    Mode,
    Presence,
    StatementKind,
    Step,
    SummaryKind,
    VersionReason,
)
from ..errors import UnknownDeliberation, UnknownTopic
from ..events import PhaseChanged, emit
from ..models import (
    Attendance,
    Citation,
    Cosigner,
    Deliberation,
    Statement,
    Suggestion,
    Summary,
    Vote,
)
from ..queries.summary_snapshot import take_snapshot
from .attendance_rows import lock_deliberation
from .leads import recount_leads
from .locking import lock_topics
from .recording import record
from .summaries import Opened, open_summary, title_of
from .summary_versions import keep_version
from .topics import final_tallies, mark_phase


@transaction.atomic
def freeze_deliberation(*, deliberation_id: int, by: Actor, at: dt.datetime) -> Summary:
    """Freeze every topic and take the snapshot that the summary's numbers come from. Twice is once.

    The snapshot names each topic's journal head before the entry of the freezing, which holds the snapshot's hash:
    the chain vouches for the snapshot, and the snapshot for the chain. Raises NotClosed while a topic is not closed.
    """
    deliberation = Deliberation.objects.select_related("host").filter(pk=deliberation_id).first()
    if deliberation is None:
        raise UnknownDeliberation
    rules.require(rules.may_summarise(by, deliberation))
    topic_ids = list(deliberation.topics.values_list("id", flat=True))
    for topic in lock_topics(topic_ids):
        rules.require(rules.may_freeze(by, topic, at))
    known = list(deliberation.summaries.order_by("version"))
    standing = [one for one in known if one.kind == SummaryKind.MINUTES and one.thawed_at is None]
    if standing:
        return standing[-1]
    if not topic_ids:
        raise UnknownTopic
    for topic_id in topic_ids:
        mark_phase(topic_id=topic_id, at=at)
    # Whoever corrects the list in this moment waits, and is refused then.
    lock_deliberation(deliberation_id)
    _note_who_took_part(deliberation)
    topics = lock_topics(topic_ids)
    snapshot = take_snapshot(deliberation, topics)
    digest = snapshot_digest(snapshot)
    for summary in known or [Summary(deliberation=deliberation, title=title_of(deliberation))]:
        summary.snapshot, summary.digest = snapshot_content(snapshot), digest
        summary.frozen_at, summary.frozen_by_id, summary.edited_at = at, by.user_id, at
        summary.thawed_at = None
        summary.save()
        if known:
            _requote(Opened(summary, tuple(topics), by, at))
    minutes = deliberation.summaries.get(kind=SummaryKind.MINUTES)
    for topic in topics:
        topic.frozen_at = at
        topic.save(update_fields=["frozen_at"])
        payload = {"summary": minutes.pk, "snapshot": digest, "tallies": final_tallies(topic)}
        record(topic, Step.FROZEN, payload, at=at, actor=by)
        emit(PhaseChanged(topic_id=topic.pk, revision=topic.revision))
    return minutes


def _requote(opened: Opened) -> None:
    """Have the sentences of a summary that was drafted before quote the tallies as they are frozen now.

    What is no longer public is no source any more; a sentence that is left without any is the secretary's own.
    """
    cited = Citation.objects.filter(statement__section__summary=opened.summary).select_related("suggestion")
    gone = cited.exclude(suggestion__status__in=PUBLIC)
    touched = set(gone.values_list("statement_id", flat=True))
    gone.delete()
    quoting = list(cited.all())
    for citation in quoting:
        suggestion = citation.suggestion
        citation.support, citation.neutral = suggestion.support, suggestion.neutral
        citation.oppose = suggestion.oppose
    Citation.objects.bulk_update(quoting, ["support", "neutral", "oppose"], batch_size=500)
    bare = Statement.objects.filter(pk__in=touched, citations=None)
    bare.filter(kind=StatementKind.LEAD).update(removed=True)
    bare.exclude(kind=StatementKind.LEAD).update(kind=StatementKind.NOTE)
    recount_leads(opened.summary.pk)
    opened.summary.edition += 1
    opened.summary.save(update_fields=["edition"])
    keep_version(opened, VersionReason.FROZEN_ANEW)


@transaction.atomic
def unfreeze_deliberation(*, summary_id: int, by: Actor, at: dt.datetime | None = None) -> Summary:
    """Undo the freezing: moderators and the attendance list can go on. What was written of the summary stays, and waits.

    It concerns every kind of summary of the deliberation. Raises what `rules.may_unfreeze` answers for any of them:
    once one was signed, never.
    """
    opened = open_summary(summary_id, by=by, at=at or timezone.now(), may=rules.may_unfreeze)
    summary = opened.summary
    kinds = Summary.objects.filter(deliberation=summary.deliberation_id)
    for one in kinds.select_related("deliberation__host"):
        rules.require(rules.may_unfreeze(by, one))
    kinds.update(thawed_at=opened.at)
    summary.thawed_at = opened.at
    for topic in opened.topics:
        topic.frozen_at = None
        topic.save(update_fields=["frozen_at"])
        record(topic, Step.UNFROZEN, {"summary": summary.pk}, at=opened.at, actor=by)
        emit(PhaseChanged(topic_id=topic.pk, revision=topic.revision))
    return summary


def _note_who_took_part(deliberation: Deliberation) -> None:
    """Whoever has posted, signed or voted was there, also where their page never opened a socket.

    On site, where all that is known of them is what staff entered for them. What a secretary has set stays.
    """
    topics = deliberation.topics.all()
    ideas = Suggestion.objects.filter(topic__in=topics)
    signed = Cosigner.objects.filter(topic__in=topics, state=Cosigning.AGREED)
    votes = Vote.objects.filter(topic__in=topics)
    first: dict[int, dt.datetime] = {}
    for steps in (
        ideas.filter(entered_by=None).values_list("author_id").annotate(Min("posted_at")),
        signed.values_list("member_id").annotate(Min("answered_at")),
        votes.values_list("voter_id").annotate(Min("cast_at")),
    ):
        for user_id, at in steps:
            first[user_id] = min(first.get(user_id, at), at)
    # When they came, nobody knows: it may have been typed days later.
    on_site = set(ideas.exclude(entered_by=None).values_list("author_id", flat=True)) - first.keys()
    rows = deliberation.attendances.filter(user__isnull=False)
    known = {row.user_id: row for row in rows if row.user_id is not None}
    # Paper may be handed in by somebody who is on leave.
    unmarked = {
        user_id: row
        for user_id, row in known.items()
        if (user_id in first and (not row.presence or row.is_on_own_leave))
        or (user_id in on_site and not row.presence)
    }
    for user_id, row in unmarked.items():
        row.presence, row.leave_asked_at, row.leave_reason = Presence.PRESENT, None, ""
        row.checked_in_at = row.checked_in_at or first.get(user_id)
    fields = ["presence", "checked_in_at", "leave_asked_at", "leave_reason"]
    Attendance.objects.bulk_update(unmarked.values(), fields)
    Attendance.objects.bulk_create(
        Attendance(
            deliberation=deliberation,
            user_id=user_id,
            presence=Presence.PRESENT,
            mode=Mode.OFFLINE if user_id in on_site else Mode.ONLINE,
            checked_in_at=first.get(user_id),
        )
        for user_id in sorted({*first, *on_site} - known.keys())
    )
