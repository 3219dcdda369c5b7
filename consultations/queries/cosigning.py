"""Co-signing as one person has it: who is asked to sign with them, and what they are asked to sign."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Prefetch
from django.utils.translation import pgettext

from jianyan.accounts.roles import Actor

from .. import rules
from ..enums import LIVE, Cosigning
from ..models import Cosigner, Suggestion, Topic


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is named. `state` is a Cosigning."""

    name: str
    state: str
    state_name: str


@dataclass(frozen=True, slots=True)
class SignedWith:
    """An idea of one's own and who is named beside one; `may_name`: whether more may be.

    `entered_by` typed it from what `source_name` says, where that was not oneself; both may be empty.
    """

    id: int
    number: int
    entered_by: str
    source_name: str
    has_scan: bool
    people: tuple[Person, ...]
    may_name: bool


@dataclass(frozen=True, slots=True)
class Invitation:
    """An idea of another that one is asked to sign, or has signed. `others`: who has signed it as well."""

    id: int
    number: int
    lead: str
    others: str
    text: str
    state: str
    status: str
    status_name: str
    may_answer: bool
    may_leave: bool


@dataclass(frozen=True, slots=True)
class CosigningPart:
    """What concerns one person in one topic."""

    own: tuple[SignedWith, ...]
    invitations: tuple[Invitation, ...]

    @property
    def signed(self) -> frozenset[int]:
        """Ids of live ideas of others that they have signed: each takes a slot, as if it were their own."""
        return frozenset(one.id for one in self.invitations if one.state == Cosigning.AGREED)


@dataclass(frozen=True, slots=True)
class Asked:
    """An invitation that waits for an answer, wherever it is."""

    topic_id: int
    topic: str
    number: int
    lead: str


def cosigning_part(topic: Topic, actor: Actor, *, at: dt.datetime) -> CosigningPart:
    """Of a loaded topic, four queries at most, however many rows."""
    named = Prefetch("cosigners", Cosigner.objects.select_related("member").order_by("id"))
    own = topic.suggestions.filter(author_id=actor.user_id, status__in=LIVE).order_by("number")
    invited = topic.suggestions.filter(cosigners__member_id=actor.user_id, status__in=LIVE)
    return CosigningPart(
        own=tuple(
            _own(row, topic, actor, at)
            for row in own.select_related("entered_by", "scan").prefetch_related(named)
        ),
        invitations=tuple(
            _invitation(row, topic, actor, at)
            for row in invited.select_related("author").prefetch_related(named).order_by("number")
        ),
    )


def asked(actor: Actor) -> tuple[Asked, ...]:
    """Every invitation that this person has not answered and still can; one query."""
    rows = Cosigner.objects.filter(
        member_id=actor.user_id,
        state=Cosigning.INVITED,
        suggestion__status__in=rules.OPEN_TO_COSIGNERS,
        topic__frozen_at=None,
    )
    return tuple(
        Asked(row.topic_id, row.topic.title, row.suggestion.number, row.suggestion.author.display_name)
        for row in rows.select_related("topic", "suggestion__author").order_by("-id")
    )


def _own(row: Suggestion, topic: Topic, actor: Actor, at: dt.datetime) -> SignedWith:
    return SignedWith(
        id=row.pk,
        number=row.number,
        entered_by=str(row.entered_by) if row.entered_by is not None else "",
        source_name=str(row.get_entered_from_display()),
        has_scan=hasattr(row, "scan"),
        people=tuple(
            Person(one.member.display_name, str(one.state), str(one.get_state_display()))
            for one in row.cosigners.all()
        ),
        may_name=rules.may_name_cosigners(actor, topic, row, at) is None,
    )


def _invitation(row: Suggestion, topic: Topic, actor: Actor, at: dt.datetime) -> Invitation:
    rows = list(row.cosigners.all())
    (mine,) = (one for one in rows if one.member_id == actor.user_id)
    has_agreed = mine.state == Cosigning.AGREED
    return Invitation(
        id=row.pk,
        number=row.number,
        lead=row.author.display_name,
        others=pgettext("between names", ", ").join(
            one.member.display_name for one in rows if one.state == Cosigning.AGREED and one != mine
        ),
        text=row.public_text,
        state=str(mine.state),
        status=str(row.status),
        status_name=str(row.get_status_display()),
        may_answer=not has_agreed and rules.may_cosign(actor, topic, row, at) is None,
        may_leave=has_agreed and rules.may_leave_cosigners(actor, topic, at) is None,
    )
