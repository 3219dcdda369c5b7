"""From a code that is typed or scanned to what it opens."""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import dataclass

from django.utils.crypto import constant_time_compare

from jianyan.accounts.roles import Actor

from .. import rules
from ..enums import Phase
from ..errors import Refused, UnknownTopic
from ..models import Deliberation
from ..models.deliberation import new_join_code
from .visible import is_announced

CODE_LENGTH = 6
RECORD_CODE_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Door:
    """What a code opens for one reader. `verdict`: why it stays shut; None where it opens.

    `topic_id`: the topic to go to; None where the reader has to choose one on the deliberation's page.
    `in_the_room`: the code was the one of the room.
    """

    deliberation_id: int
    verdict: Refused | None
    topic_id: int | None
    in_the_room: bool


def free_join_code() -> str:
    """A code that no deliberation has."""
    code = new_join_code()
    while Deliberation.objects.filter(join_code=code).exists():
        code = new_join_code()
    return code


def free_record_codes(count: int) -> list[str]:
    """So many codes that no deliberation has, of eight digits: the short ones are left to what people will join."""
    codes: set[str] = set()
    while len(codes) < count:
        fresh = list({new_join_code(RECORD_CODE_LENGTH) for _more in range(min(count - len(codes), 500))})
        taken = Deliberation.objects.filter(join_code__in=fresh).values_list("join_code", flat=True)
        codes.update(set(fresh) - set(taken))
    return sorted(codes)


def tidy_code(typed: str) -> str:
    """What was meant: full-width digits are digits, and blanks and hyphens between them are none."""
    plain = unicodedata.normalize("NFKC", typed[:64])
    return "".join(character for character in plain if character.isalnum())[: 2 * CODE_LENGTH]


def door(code: str, actor: Actor | None, *, at: dt.datetime, room_key: str = "") -> Door | None:
    """What this code opens; None where it opens nothing, or nothing that anybody may know of yet."""
    deliberation = (
        Deliberation.objects.select_related("host", "record")
        .prefetch_related("topics")
        .filter(join_code=tidy_code(code))
        .first()
    )
    if deliberation is None:
        return None
    topics = sorted(deliberation.topics.all(), key=lambda topic: (topic.position, topic.pk))
    for topic in topics:
        topic.deliberation = deliberation
    invited = actor is not None and deliberation.attendances.filter(user_id=actor.user_id).exists()
    announced = is_announced(deliberation, topics, at)
    verdict = rules.may_see_deliberation(actor, deliberation, announced=announced, invited=invited)
    if isinstance(verdict, UnknownTopic):
        return None
    shown = [topic for topic in topics if rules.may_see(actor, topic, at, invited=invited) is None]
    running = [topic for topic in shown if rules.phase(topic, at) is Phase.OPEN]
    goal = next((one for one in (running, shown) if len(one) == 1), None)
    return Door(
        deliberation_id=deliberation.pk,
        verdict=verdict,
        topic_id=goal[0].pk if goal is not None else None,
        in_the_room=constant_time_compare(room_key, deliberation.room_key),
    )
