"""Preparing a deliberation: make it with its topics, change what has not opened, announce it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from jianyan.accounts.models import Body
from jianyan.accounts.roles import Actor

from .. import rules
from ..enums import Phase, Step
from ..errors import BadForm, ChangedMeanwhile, NotAllowed, TopicHasOpened, UnknownDeliberation, UnknownTopic
from ..events import PhaseChanged, emit
from ..journal import instant
from ..models import Deliberation, Theme, Topic
from ..queries.joining import free_join_code
from ..queries.prepare import number_taken
from .locking import lock_topics
from .recording import record
from .topics import announce_topic, window


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicPlan:
    """How a topic shall be. `topic_id` None: a new one; otherwise `seen` is the revision that was changed from.

    `posting_until` None: until it closes; `voting_from` None: from its opening. `budget` None: no limit.
    """

    title: str
    prompt: str
    background: str
    departments: tuple[str, ...]
    themes: tuple[str, ...]
    opens_at: dt.datetime
    posting_until: dt.datetime | None
    voting_from: dt.datetime | None
    closes_at: dt.datetime
    ideas: int
    length: int
    ballot: str
    budget: int | None
    tallies: str
    premoderated: bool
    anonymous: bool
    rotated: bool
    consensus_share: int = 50
    consensus_sectors: int = 3
    topic_id: int | None = None
    seen: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliberationPlan:
    """How a deliberation shall be, with every topic of it that has not opened, in their order.

    `known` are the ids of its topics when the plan was begun: who leaves a topic out must have known it.
    """

    host_id: int
    title: str
    number: int | None
    mode: str
    place: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    visibility: str
    linked: bool
    topics: tuple[TopicPlan, ...]
    known: frozenset[int] = frozenset()


_OWN = ("title", "number", "mode", "place", "starts_at", "ends_at", "visibility", "host_id", "linked")
_COPIED = (
    *("title", "prompt", "background", "opens_at", "posting_until", "voting_from", "closes_at"),
    *("ideas", "length", "ballot", "budget", "tallies", "premoderated", "anonymous", "rotated"),
    *("consensus_share", "consensus_sectors"),
)


@transaction.atomic
def create_deliberation(
    *, channel_id: int, plan: DeliberationPlan, by: Actor, at: dt.datetime
) -> Deliberation:
    """A deliberation and its topics, not announced yet. Raises NotAllowed, BadForm."""
    deliberation = Deliberation(channel_id=channel_id, join_code=free_join_code())
    _set(deliberation, plan, by=by)
    for position, wanted in enumerate(plan.topics, 1):
        _write(Topic(), deliberation, wanted, position, by=by, at=at)
    return deliberation


@transaction.atomic
def change_deliberation(
    *, deliberation_id: int, plan: DeliberationPlan, by: Actor, at: dt.datetime
) -> Deliberation:
    """Bring what has not opened into the planned state: topics are changed, added, and taken out.

    Once a topic has opened, the deliberation's own fields stay as they are. A topic is taken out by leaving it out of
    the plan; only one that was never announced: nobody has seen it, so its journal goes with it.
    Raises NotAllowed, UnknownDeliberation, UnknownTopic, TopicHasOpened, ChangedMeanwhile, BadForm.
    """
    topics = {topic.pk: topic for topic in lock_topics(_topic_ids(deliberation_id))}
    deliberation = _load(deliberation_id)
    rules.require(rules.may_prepare(by, deliberation))
    ahead = {key: topic for key, topic in topics.items() if rules.may_change(by, topic, at) is None}
    if len(ahead) == len(topics):
        _set(deliberation, plan, by=by)
    if ahead.keys() - plan.known:
        raise ChangedMeanwhile
    _take_out(ahead, plan.topics, at=at)
    first = len(topics) - len(ahead) + 1
    for position, wanted in enumerate(plan.topics, first):
        topic = _known(topics, ahead, wanted) if wanted.topic_id is not None else Topic()
        _write(topic, deliberation, wanted, position, by=by, at=at)
    return deliberation


@transaction.atomic
def announce_deliberation(*, deliberation_id: int, by: Actor, at: dt.datetime) -> int:
    """Announce every topic that is not announced yet; how many that were. Raises NotAllowed, BadForm."""
    topics = lock_topics(_topic_ids(deliberation_id))
    rules.require(rules.may_prepare(by, _load(deliberation_id)))
    drafts = [topic for topic in topics if rules.phase(topic, at) is Phase.DRAFT]
    for topic in drafts:
        if topic.closes_at <= at:
            raise BadForm(detail=_("“%(title)s” would close in the past") % {"title": topic.title})
        announce_topic(topic_id=topic.pk, by=by, at=at)
    return len(drafts)


def _topic_ids(deliberation_id: int) -> QuerySet[Topic, int]:
    return Topic.objects.filter(deliberation_id=deliberation_id).values_list("pk", flat=True)


def _load(deliberation_id: int) -> Deliberation:
    deliberation = Deliberation.objects.select_related("host", "channel").filter(pk=deliberation_id).first()
    if deliberation is None:
        raise UnknownDeliberation
    return deliberation


def _set(deliberation: Deliberation, plan: DeliberationPlan, *, by: Actor) -> None:
    host = Body.objects.filter(pk=plan.host_id).first()
    if host is None:
        raise NotAllowed
    if plan.ends_at <= plan.starts_at:
        raise BadForm(detail=_("the end must lie after the beginning"))
    for name in _OWN:
        setattr(deliberation, name, getattr(plan, name))
    deliberation.host = host
    deliberation.year = timezone.localdate(plan.starts_at).year
    rules.require(rules.may_prepare(by, deliberation))
    if plan.number is not None and number_taken(
        deliberation.channel_id, deliberation.year, plan.number, but=deliberation.pk
    ):
        raise BadForm(detail=_("this number is taken"))
    deliberation.save()


def _known(topics: dict[int, Topic], ahead: dict[int, Topic], wanted: TopicPlan) -> Topic:
    topic = topics.get(wanted.topic_id or 0)
    if topic is None:
        raise UnknownTopic
    if topic.pk not in ahead:
        raise TopicHasOpened
    if topic.revision != wanted.seen:
        raise ChangedMeanwhile
    return topic


def _take_out(ahead: dict[int, Topic], wanted: Sequence[TopicPlan], *, at: dt.datetime) -> None:
    kept = {plan.topic_id for plan in wanted}
    for topic in ahead.values():
        if topic.pk in kept:
            continue
        if rules.phase(topic, at) is not Phase.DRAFT:
            raise BadForm(
                detail=_("“%(title)s” is announced and cannot be taken out") % {"title": topic.title}
            )
        topic.entries.all().delete()
        topic.delete()


def _write(
    topic: Topic, deliberation: Deliberation, wanted: TopicPlan, position: int, *, by: Actor, at: dt.datetime
) -> None:
    """Save the topic as planned, and journal it where that changes anything. An existing one is locked."""
    if not wanted.opens_at < wanted.closes_at:
        raise BadForm(detail=_("a topic must close after it opens"))
    before = settings_of(topic) if topic.pk is not None else None
    topic.deliberation = deliberation
    for name in _COPIED:
        setattr(topic, name, getattr(wanted, name))
    topic.departments = list(wanted.departments)
    topic.position = position
    topic.marked = window(topic, at)
    topic.save()
    _set_themes(topic, wanted.themes)
    after = settings_of(topic)
    if before != after:
        record(topic, Step.PREPARED, after, at=at, actor=by)
        emit(PhaseChanged(topic_id=topic.pk, revision=topic.revision))


def _set_themes(topic: Topic, names: Sequence[str]) -> None:
    themes = {theme.name: theme for theme in topic.themes.all()}
    topic.themes.exclude(name__in=names).delete()
    for position, name in enumerate(names):
        theme = themes.get(name) or Theme(topic=topic, name=name)
        if theme.pk is None or theme.position != position:
            theme.position = position
            theme.save()


def settings_of(topic: Topic) -> dict[str, Any]:
    """Question, times, rules and themes as the journal keeps them."""
    return {
        "title": topic.title,
        "prompt": topic.prompt,
        "background": topic.background,
        "departments": list(topic.departments),
        "themes": [list(row) for row in topic.themes.order_by("position", "id").values_list("id", "name")],
        "opens_at": instant(topic.opens_at),
        "posting_until": instant(rules.posting_ends(topic)),
        "voting_from": instant(rules.voting_begins(topic)),
        "closes_at": instant(topic.closes_at),
        "rules": {
            "ideas": topic.ideas,
            "length": topic.length,
            "ballot": str(topic.ballot),
            "budget": topic.budget,
            "tallies": str(topic.tallies),
            "premoderated": topic.premoderated,
            "anonymous": topic.anonymous,
            "rotated": topic.rotated,
            "consensus_share": topic.consensus_share,
            "consensus_sectors": topic.consensus_sectors,
        },
        "linked": topic.deliberation.linked,
    }
