"""Steering from the desk: a topic, and with it the others of its deliberation where their clocks run together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Protocol

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jianyan.accounts.roles import Actor

from .. import rules
from ..enums import Phase, Step
from ..errors import AlreadyClosed, BadForm
from ..events import PhaseChanged, emit
from ..models import Topic
from ..queries.controls import LINKED, makes_sense
from .deliberations import settings_of
from .locking import lock_together
from .recording import record
from .topics import (
    announce_topic,
    close_topic,
    extend_topic,
    give_notice,
    open_topic,
    pause_topic,
    resume_topic,
)


class _Verb(Protocol):
    def __call__(self, *, topic_id: int, by: Actor, at: dt.datetime) -> Topic: ...


_VERBS: Mapping[str, _Verb] = MappingProxyType(
    {
        "announce": announce_topic,
        "open": open_topic,
        "pause": pause_topic,
        "resume": resume_topic,
        "close": close_topic,
    }
)


@transaction.atomic
def steer(
    step: str, *, topic_id: int, by: Actor, minutes: int = 0, at: dt.datetime | None = None
) -> tuple[Topic, ...]:
    """Announce, open, pause, resume or close the topic, or extend it by `minutes`; the topics that this has changed.

    Where clocks run together, what changes the time that is left is done to the other topics, too: to those in which
    it makes sense, at the same instant, or to none. Opening is each topic's own. Raises BadForm for another step, and
    what the step itself raises for the topic that was asked for.
    """
    if step != "extend" and step not in _VERBS:
        raise BadForm(detail=_("what the topic is to do"))
    verb = partial(extend_topic, minutes=minutes) if step == "extend" else _VERBS[step]
    asked, others, linked = lock_together(topic_id)
    at = at or timezone.now()
    along = (
        [other for other in others if makes_sense(step, other, by, at)] if linked and step in LINKED else []
    )
    before = {topic.pk: topic.revision for topic in (asked, *along)}
    done = [verb(topic_id=key, by=by, at=at) for key in before]
    return tuple(topic for topic in done if topic.revision > before[topic.pk])


@transaction.atomic
def give_notices(
    *, topic_id: int, by: Actor, text: str, level: str = "info", at: dt.datetime | None = None
) -> tuple[Topic, ...]:
    """A word to everybody on the topic's page; where clocks run together, on those of the others that are not over, too.

    The topics that were told. Raises as `give_notice`.
    """
    asked, others, linked = lock_together(topic_id)
    at = at or timezone.now()
    along = [
        other
        for other in others
        if linked
        and rules.phase(other, at) in (Phase.ANNOUNCED, Phase.OPEN)
        and rules.may_curate(by, other) is None
    ]
    return tuple(
        give_notice(topic_id=topic.pk, by=by, text=text, level=level, at=at) for topic in (asked, *along)
    )


@transaction.atomic
def link_clocks(*, topic_id: int, on: bool, by: Actor, at: dt.datetime | None = None) -> tuple[Topic, ...]:
    """Let the clocks of the topic's deliberation run together, or each by itself; the topics in whose journal it stands.

    It is a setting of every topic that is not over; empty where it was so already. Raises NotAllowed, BadForm where
    there is no other topic, and AlreadyClosed where all are over.
    """
    asked, others, linked = lock_together(topic_id)
    at = at or timezone.now()
    rules.require(rules.may_moderate(by, asked))
    if not others:
        raise BadForm(detail=_("there is no other topic"))
    if linked == on:
        return ()
    running = [
        topic
        for topic in (asked, *others)
        if topic.frozen_at is None and rules.phase(topic, at) is not Phase.CLOSED
    ]
    if not running:
        raise AlreadyClosed
    deliberation = asked.deliberation
    deliberation.linked = on
    deliberation.save(update_fields=["linked"])
    for topic in running:
        topic.deliberation = deliberation
        record(topic, Step.PREPARED, settings_of(topic), at=at, actor=by)
        emit(PhaseChanged(topic_id=topic.pk, revision=topic.revision))
    return tuple(running)
