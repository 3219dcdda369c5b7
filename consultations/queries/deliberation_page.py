"""One deliberation: its topics, who took part, and where its summary stands."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count

from jianyan.accounts.roles import Actor

from .. import rules
from ..enums import Phase, Presence, Status, SummaryKind
from ..keeping import may_keep
from ..models import Attendance, Deliberation, EventRecord, Summary, Topic
from .came_of import CameOf, came_of
from .event_counts import EventCounts, counts_of
from .outcomes import visible_outcomes
from .visible import is_announced


@dataclass(frozen=True, slots=True)
class TopicLine:
    """A topic in its deliberation's list."""

    id: int
    title: str
    phase: str
    phase_name: str
    opens_at: dt.datetime
    closes_at: dt.datetime
    ideas: int


@dataclass(frozen=True, slots=True)
class SummaryLine:
    """The latest version of a kind that this reader may open. `number` is empty until it is signed."""

    id: int
    kind: str
    kind_name: str
    title: str
    status: str
    status_name: str
    number: str
    may_edit: bool
    thawed: bool


@dataclass(frozen=True, slots=True)
class OwnLeave:
    """The reader's own leave: whether they have `asked` for it, why, and whether they may still ask or take it back."""

    asked: bool
    reason: str
    may_change: bool


@dataclass(frozen=True, slots=True)
class RecordLine:
    """What was noted of an event outside the platform; of what was counted twice the larger. `withdrawn`: counts no more."""

    dated_only: bool
    co_hosts: tuple[str, ...]
    counts_as: tuple[str, ...]
    counts: EventCounts
    note: str
    withdrawn: bool
    outcomes: tuple[CameOf, ...]


@dataclass(frozen=True, slots=True)
class DeliberationPage:
    """What the page shows. `may_freeze` where the button belongs, `may_begin` the kinds that can be begun now.

    `followed`: there is something to be read of how it was followed up, or to be referred.

    `record`: what was noted of it on paper, None where nothing was; `may_keep`: the reader may note and correct that.
    """

    deliberation: Deliberation
    topics: tuple[TopicLine, ...]
    present: int
    observers: int
    on_leave: int
    summaries: tuple[SummaryLine, ...]
    may_summarise: bool
    may_freeze: bool
    may_begin: tuple[SummaryKind, ...]
    followed: bool
    may_moderate: bool
    leave: OwnLeave | None
    record: RecordLine | None
    may_keep: bool


def deliberation_page(
    deliberation_id: int, actor: Actor | None, *, at: dt.datetime
) -> DeliberationPage | None:
    """The page for somebody who may see the deliberation; None for others, and where there is none."""
    deliberation = (
        Deliberation.objects.select_related("host", "channel", "record").filter(pk=deliberation_id).first()
    )
    if deliberation is None:
        return None
    topics = list(deliberation.topics.order_by("position", "id"))
    own = deliberation.attendances.filter(user_id=actor.user_id).first() if actor is not None else None
    invited = own is not None
    announced = is_announced(deliberation, topics, at)
    if rules.may_see_deliberation(actor, deliberation, announced=announced, invited=invited) is not None:
        return None
    secretary = rules.may_summarise(actor, deliberation) is None
    shown = [
        topic for topic in topics if secretary or rules.may_see(actor, topic, at, invited=invited) is None
    ]
    presences = dict(deliberation.attendances.values_list("presence").annotate(people=Count("id")).order_by())
    ideas = dict(
        deliberation.topics.filter(suggestions__status=Status.PUBLISHED)
        .values_list("id")
        .annotate(ideas=Count("suggestions"))
        .order_by()
    )
    record = _record(deliberation, actor, at)
    summaries = _summaries(deliberation, actor, announced=announced, invited=invited)
    frozen = bool(summaries) and not any(line.thawed for line in summaries)
    begun = {line.kind for line in summaries}
    return DeliberationPage(
        deliberation=deliberation,
        topics=tuple(_line(topic, ideas.get(topic.pk, 0), at) for topic in shown),
        present=presences.get(Presence.PRESENT, 0),
        observers=presences.get(Presence.OBSERVER, 0),
        on_leave=presences.get(Presence.ON_LEAVE, 0),
        summaries=summaries,
        may_summarise=secretary,
        may_freeze=secretary
        and not frozen
        and bool(topics)
        and all(rules.phase(topic, at) is Phase.CLOSED for topic in topics),
        may_begin=tuple(kind for kind in SummaryKind if kind not in begun) if secretary and frozen else (),
        followed=any(line.number for line in summaries) or deliberation.referrals.exists(),
        may_moderate=(bool(topics) or record is not None) and rules.may_prepare(actor, deliberation) is None,
        leave=_leave(deliberation, actor, own, at),
        record=record,
        may_keep=may_keep(actor, deliberation.host.lineage) is None,
    )


def _record(deliberation: Deliberation, actor: Actor | None, at: dt.datetime) -> RecordLine | None:
    """With what came of the event, as far as this reader may see it. Some eight queries, where there is a record."""
    record: EventRecord | None = getattr(deliberation, "record", None)
    if record is None:
        return None
    own = deliberation.categories.all() or deliberation.channel.categories.all()
    came = visible_outcomes(actor, at).filter(withdrawn_at=None, covers__deliberation=deliberation)
    return RecordLine(
        dated_only=record.dated_only,
        co_hosts=tuple(body.name for body in record.co_hosts.all()),
        counts_as=tuple(category.name for category in own),
        counts=counts_of(Deliberation.objects.filter(pk=deliberation.pk))[deliberation.pk],
        note=record.note,
        withdrawn=record.withdrawn_at is not None,
        outcomes=tuple(came_of(outcome) for outcome in came.distinct().order_by("date", "pk")),
    )


def _leave(
    deliberation: Deliberation, actor: Actor | None, own: Attendance | None, at: dt.datetime
) -> OwnLeave | None:
    """None where there is nothing to say of it."""
    noted = own is not None and own.is_noted
    verdict = rules.may_ask_leave(actor, deliberation, at, listed=own is not None, noted=noted)
    asked = own is not None and own.is_on_own_leave
    if verdict is not None and not asked:
        return None
    return OwnLeave(asked, own.leave_reason if own is not None else "", may_change=verdict is None)


def _summaries(
    deliberation: Deliberation, actor: Actor | None, *, announced: bool, invited: bool
) -> tuple[SummaryLine, ...]:
    """Of each kind the latest version; to readers, the latest that is signed, or that they may sign. One query."""
    latest: dict[str, Summary] = {}
    for one in deliberation.summaries.defer("snapshot", "content").order_by("-version"):
        if rules.may_see_summary(actor, one, announced=announced, invited=invited) is None:
            latest.setdefault(one.kind, one)
    return tuple(
        SummaryLine(
            id=one.pk,
            kind=one.kind,
            kind_name=str(SummaryKind(one.kind).label),
            title=one.title,
            status=one.status,
            status_name=one.get_status_display(),
            number=one.number_text,
            may_edit=rules.may_edit_summary(actor, one) is None,
            thawed=one.thawed_at is not None,
        )
        for one in (latest[kind] for kind in SummaryKind.values if kind in latest)
    )


def _line(topic: Topic, ideas: int, at: dt.datetime) -> TopicLine:
    phase = rules.phase(topic, at)
    return TopicLine(
        topic.pk, topic.title, phase.value, str(phase.label), topic.opens_at, topic.closes_at, ideas
    )
