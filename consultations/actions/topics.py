"""Steering one topic: announce, open, pause, resume, extend, close; a word to all; and marking what the clock did.

`at` None: the instant at which the topic's lock was got. Were a step of the instant at which somebody asked for it,
votes that were committed while it waited would be of a later time than the end of the voting.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from jianyan.accounts.roles import Actor

from .. import rules
from ..enums import Phase, Step
from ..errors import BadForm, BadTime
from ..events import NoticeGiven, PhaseChanged, emit
from ..journal import instant
from ..models import Topic
from ..text import clean, measure
from .locking import lock_topic
from .recording import record

NOTICE_LENGTH = 200


def window(topic: Topic, at: dt.datetime) -> str:
    """What the clock has reached, in one word: phase, and which of posting and voting are open."""
    parts = [rules.phase(topic, at).value]
    if rules.posting_open(topic, at):
        parts.append("posting")
    if rules.voting_open(topic, at):
        parts.append("voting")
    return "+".join(parts)


def _times(topic: Topic) -> dict[str, Any]:
    return {
        "opens_at": instant(topic.opens_at),
        "posting_until": instant(rules.posting_ends(topic)),
        "voting_from": instant(rules.voting_begins(topic)),
        "closes_at": instant(topic.closes_at),
    }


def _step(topic: Topic, kind: Step, *, by: Actor | None, at: dt.datetime, fields: list[str]) -> Topic:
    topic.marked = window(topic, at)
    topic.save(update_fields=[*fields, "marked"])
    payload = _times(topic) | {"window": topic.marked}
    if rules.phase(topic, at) is Phase.CLOSED:
        payload["tallies"] = final_tallies(topic)
    record(topic, kind, payload, at=at, actor=by)
    emit(PhaseChanged(topic_id=topic.pk, revision=topic.revision))
    return topic


def final_tallies(topic: Topic) -> list[list[int]]:
    """[id, support, neutral, oppose] of every suggestion that has votes, by id."""
    rows = (
        topic.suggestions.exclude(support=0, neutral=0, oppose=0)
        .order_by("id")
        .values_list("id", "support", "neutral", "oppose")
    )
    return [list(row) for row in rows]


@transaction.atomic
def announce_topic(*, topic_id: int, by: Actor, at: dt.datetime | None = None) -> Topic:
    """From now on the topic is shown, with the time of its opening."""
    topic = lock_topic(topic_id)
    at = at or timezone.now()
    rules.require(rules.may_steer(by, topic, at, during=[Phase.DRAFT]))
    topic.announced_at = at
    return _step(topic, Step.ANNOUNCED, by=by, at=at, fields=["announced_at"])


@transaction.atomic
def open_topic(*, topic_id: int, by: Actor, at: dt.datetime | None = None) -> Topic:
    """Open at once, before the set time. The set times after the opening stay as they are."""
    topic = lock_topic(topic_id)
    at = at or timezone.now()
    rules.require(rules.may_steer(by, topic, at, during=[Phase.DRAFT, Phase.ANNOUNCED]))
    if at >= topic.closes_at:
        raise BadTime
    # A topic whose votes were to be taken from its opening on is voted on from its opening on.
    if topic.voting_from is not None and topic.voting_from <= topic.opens_at:
        topic.voting_from = at
    topic.opens_at = at
    topic.announced_at = min(topic.announced_at or at, at)
    return _step(topic, Step.OPENED, by=by, at=at, fields=["opens_at", "voting_from", "announced_at"])


@transaction.atomic
def pause_topic(*, topic_id: int, by: Actor, at: dt.datetime | None = None) -> Topic:
    """Take neither ideas nor votes until resumed; the closing time stays. A second pause changes nothing."""
    topic = lock_topic(topic_id)
    at = at or timezone.now()
    rules.require(rules.may_steer(by, topic, at, during=[Phase.OPEN]))
    if topic.paused_at is not None:
        return topic
    topic.paused_at = at
    return _step(topic, Step.PAUSED, by=by, at=at, fields=["paused_at"])


@transaction.atomic
def resume_topic(*, topic_id: int, by: Actor, at: dt.datetime | None = None) -> Topic:
    """Go on after a pause. Where there is none, nothing changes."""
    topic = lock_topic(topic_id)
    at = at or timezone.now()
    rules.require(rules.may_steer(by, topic, at, during=[Phase.OPEN]))
    if topic.paused_at is None:
        return topic
    topic.paused_at = None
    return _step(topic, Step.RESUMED, by=by, at=at, fields=["paused_at"])


@transaction.atomic
def extend_topic(*, topic_id: int, by: Actor, minutes: int, at: dt.datetime | None = None) -> Topic:
    """Close later by so many minutes; a posting window that ends with the topic moves along."""
    topic = lock_topic(topic_id)
    at = at or timezone.now()
    rules.require(rules.may_steer(by, topic, at, during=[Phase.ANNOUNCED, Phase.OPEN]))
    if not 1 <= minutes <= 7 * 24 * 60:
        raise BadTime
    longer = dt.timedelta(minutes=minutes)
    if topic.posting_until is not None and topic.posting_until >= topic.closes_at:
        topic.posting_until += longer
    topic.closes_at += longer
    return _step(topic, Step.EXTENDED, by=by, at=at, fields=["closes_at", "posting_until"])


@transaction.atomic
def close_topic(*, topic_id: int, by: Actor, at: dt.datetime | None = None) -> Topic:
    """Close now, before the set time. Nothing is taken from this instant on."""
    topic = lock_topic(topic_id)
    at = at or timezone.now()
    rules.require(rules.may_steer(by, topic, at, during=[Phase.OPEN]))
    topic.closes_at = at
    if topic.posting_until is not None:
        topic.posting_until = min(topic.posting_until, at)
    topic.paused_at = None
    return _step(topic, Step.CLOSED, by=by, at=at, fields=["closes_at", "posting_until", "paused_at"])


@transaction.atomic
def give_notice(
    *, topic_id: int, by: Actor, text: str, level: str = "info", at: dt.datetime | None = None
) -> Topic:
    """A word from the moderator to everybody on the page. Level: info or urgent."""
    topic = lock_topic(topic_id)
    at = at or timezone.now()
    rules.require(rules.may_curate(by, topic))
    text = clean(text)
    if measure(text) > NOTICE_LENGTH or level not in ("info", "urgent"):
        raise BadForm(detail=text[:40])
    record(topic, Step.NOTICE, {"text": text, "level": level}, at=at, actor=by)
    emit(NoticeGiven(topic_id=topic.pk, revision=topic.revision, text=text, level=level))
    return topic


@transaction.atomic
def mark_phase(*, topic_id: int, at: dt.datetime) -> bool:
    """Journal a phase or window that the clock has reached; True if there was one to journal.

    Nothing waits for this: the times alone decide. It gives the change a revision, so that clients see it and the
    journal's head after closing covers the final tallies. Any process may call it, any number of times.
    """
    topic = lock_topic(topic_id)
    if topic.announced_at is None or topic.marked == window(topic, at):
        return False
    _step(topic, Step.PHASE, by=None, at=at, fields=[])
    return True
