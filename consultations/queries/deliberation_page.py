"""One deliberation: its topics, who took part, and where its summary stands."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count

from jianyan.accounts.roles import Actor

from .. import rules
from ..enums import Phase, Presence, Status
from ..models import Deliberation, Topic


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
class DeliberationPage:
    """What the page shows; `summary_id` only where this reader may open it, `may_freeze` where the button belongs."""

    deliberation: Deliberation
    topics: tuple[TopicLine, ...]
    present: int
    observers: int
    on_leave: int
    summary_id: int | None
    may_edit_summary: bool
    may_freeze: bool
    may_moderate: bool


def deliberation_page(
    deliberation_id: int, actor: Actor | None, *, at: dt.datetime
) -> DeliberationPage | None:
    """The page for somebody who may see the deliberation; None for others, and where there is none."""
    deliberation = Deliberation.objects.select_related("host", "channel").filter(pk=deliberation_id).first()
    if deliberation is None:
        return None
    topics = list(deliberation.topics.order_by("position", "id"))
    invited = actor is not None and deliberation.attendances.filter(user_id=actor.user_id).exists()
    announced = any(rules.phase(topic, at) is not Phase.DRAFT for topic in topics)
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
    # The latest version; to readers, the latest that is signed, or that they may sign.
    summaries = deliberation.summaries.defer("snapshot", "content").order_by("-version")
    summary = next(
        (
            one
            for one in summaries
            if rules.may_see_summary(actor, one, announced=announced, invited=invited) is None
        ),
        None,
    )
    thawed = summary is not None and summary.thawed_at is not None
    return DeliberationPage(
        deliberation=deliberation,
        topics=tuple(_line(topic, ideas.get(topic.pk, 0), at) for topic in shown),
        present=presences.get(Presence.PRESENT, 0),
        observers=presences.get(Presence.OBSERVER, 0),
        on_leave=presences.get(Presence.ON_LEAVE, 0),
        summary_id=summary.pk if summary is not None else None,
        may_edit_summary=secretary,
        may_freeze=secretary
        and (summary is None or thawed)
        and bool(topics)
        and all(rules.phase(topic, at) is Phase.CLOSED for topic in topics),
        may_moderate=bool(topics) and rules.may_prepare(actor, deliberation) is None,
    )


def _line(topic: Topic, ideas: int, at: dt.datetime) -> TopicLine:
    phase = rules.phase(topic, at)
    return TopicLine(
        topic.pk, topic.title, phase.value, str(phase.label), topic.opens_at, topic.closes_at, ideas
    )
