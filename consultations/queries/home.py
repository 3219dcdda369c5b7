"""The home page: what is live, what comes, what is finished."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, Sum

from jianyan.accounts.roles import Actor

from .. import rules
from ..enums import Phase, Status
from ..models import Topic
from .visible import visible_topics

FINISHED = 12


@dataclass(frozen=True, slots=True)
class TopicCard:
    """A topic on the home page. `votes` is None while counts are hidden; `remaining_ms` until it opens or closes."""

    id: int
    title: str
    prompt: str
    channel: str
    host: str
    phase: str
    phase_name: str
    paused: bool
    opens_at: dt.datetime
    closes_at: dt.datetime
    remaining_ms: int
    ideas: int
    votes: int | None


@dataclass(frozen=True, slots=True)
class HomePage:
    """Everything the page shows. `drafts` are only ever shown to those who prepare them."""

    live: tuple[TopicCard, ...]
    upcoming: tuple[TopicCard, ...]
    drafts: tuple[TopicCard, ...]
    finished: tuple[TopicCard, ...]
    more_finished: bool

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to show."""
        return not (self.live or self.upcoming or self.drafts or self.finished)


def home_page(actor: Actor | None, *, at: dt.datetime, all_finished: bool = False) -> HomePage:
    """What this person may see."""
    topics = visible_topics(actor, at).select_related("deliberation__host", "deliberation__channel")
    topics = topics.annotate(
        # A group counts once, by its representative.
        ideas_shown=Count("suggestions", filter=Q(suggestions__status=Status.PUBLISHED)),
        support_shown=Sum("suggestions__support", filter=Q(suggestions__status=Status.PUBLISHED)),
    )
    ended = topics.filter(announced_at__lte=at, closes_at__lte=at).order_by("-closes_at")
    shown = ended if all_finished else ended[: FINISHED + 1]
    finished = _cards(shown, at)
    running = _cards(topics.exclude(announced_at__lte=at, closes_at__lte=at).order_by("closes_at", "id"), at)

    def in_phase(phase: Phase) -> tuple[TopicCard, ...]:
        return tuple(card for card in running if card.phase == phase)

    return HomePage(
        live=in_phase(Phase.OPEN),
        upcoming=tuple(sorted(in_phase(Phase.ANNOUNCED), key=lambda card: card.opens_at)),
        drafts=in_phase(Phase.DRAFT),
        finished=finished if all_finished else finished[:FINISHED],
        more_finished=not all_finished and len(finished) > FINISHED,
    )


def _cards(topics: Iterable[Topic], at: dt.datetime) -> tuple[TopicCard, ...]:
    return tuple(_card(topic, at) for topic in topics)


def _card(topic: Topic, at: dt.datetime) -> TopicCard:
    phase = rules.phase(topic, at)
    until = topic.opens_at if phase in (Phase.DRAFT, Phase.ANNOUNCED) else topic.closes_at
    support: int | None = getattr(topic, "support_shown", None)
    return TopicCard(
        id=topic.pk,
        title=topic.title,
        prompt=topic.prompt,
        channel=topic.deliberation.channel.name,
        host=str(topic.deliberation.host),
        phase=phase.value,
        phase_name=str(phase.label),
        paused=phase is Phase.OPEN and topic.paused_at is not None,
        opens_at=topic.opens_at,
        closes_at=topic.closes_at,
        remaining_ms=max(0, round((until - at).total_seconds() * 1000)),
        ideas=getattr(topic, "ideas_shown", 0),
        votes=(support or 0) if rules.tallies_shown(topic, at) else None,
    )
