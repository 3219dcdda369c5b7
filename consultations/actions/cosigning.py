"""Co-signing 联名: an author names others, each of whom agrees or not; whoever agrees spends a slot of their own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from jianyan.accounts.models import User
from jianyan.accounts.roles import Actor, actor_of

from .. import rules
from ..enums import PUBLIC, Cosigning, News, Step
from ..errors import NotAllowed, OwnCosigner, TooManyCosigners, UnknownMember, UnknownSuggestion, VoteStands
from ..events import SuggestionsChanged, emit
from ..journal import pseudonym
from ..models import Cosigner, Suggestion, Topic, Vote
from .locking import lock_topic_of
from .notifying import notify_people
from .recording import record
from .slots import free_slot
from .suggestions import public_facts

MOST = 10
"""People who can be named as co-signers of one suggestion, whatever they answer."""


@transaction.atomic
def name_cosigners(
    *, suggestion_id: int, member_ids: Iterable[int], by: Actor, at: dt.datetime | None = None
) -> Suggestion:
    """Ask these members to sign with the author. Who was named before is not asked again.

    Raises UnknownMember, OwnCosigner, TooManyCosigners, and what the rules refuse; then nobody was asked.
    """
    topic, suggestion = lock_topic_of(suggestion_id)
    at = at or timezone.now()
    rules.require(rules.may_name_cosigners(by, topic, suggestion, at))
    invited = invite(topic, suggestion, member_ids, at=at)
    if invited:
        _journal(topic, suggestion, by=by, at=at)
        notify_people(topic, News.COSIGN, invited, suggestion, topic.revision, at)
    return suggestion


@transaction.atomic
def answer_cosigning(
    *, suggestion_id: int, agree: bool, by: Actor, at: dt.datetime | None = None
) -> Suggestion:
    """Agree to be named beside the author, which spends a slot of one's own; or do not. Twice is once.

    Whoever has declined may still agree; whoever has agreed leaves by declining, as in `withdraw_cosigning`.
    Raises SlotTaken, VoteStands, and what the rules refuse.
    """
    topic, suggestion = lock_topic_of(suggestion_id)
    at = at or timezone.now()
    cosigner = _named(suggestion, by)
    wanted = Cosigning.AGREED if agree else Cosigning.DECLINED
    if cosigner.state == wanted:
        return suggestion
    if cosigner.state == Cosigning.AGREED:
        rules.require(rules.may_leave_cosigners(by, topic, at))
    else:
        rules.require(rules.may_cosign(by, topic, suggestion, at))
    slot = None
    if agree:
        if _stands_for(suggestion, by):
            raise VoteStands
        slot = free_slot(topic, by.user_id)
    cosigner.state = wanted
    cosigner.slot = slot
    cosigner.answered_at = at
    cosigner.save(update_fields=["state", "slot", "answered_at"])
    _journal(topic, suggestion, by=by, at=at)
    notify_people(topic, News.COSIGNED, [suggestion.author_id], suggestion, topic.revision, at)
    return suggestion


@transaction.atomic
def withdraw_cosigning(*, suggestion_id: int, by: Actor, at: dt.datetime | None = None) -> Suggestion:
    """Take one's name back while the topic is open; the slot is free again. Who has not agreed changes nothing."""
    _topic, suggestion = lock_topic_of(suggestion_id)
    if _named(suggestion, by).state != Cosigning.AGREED:
        return suggestion
    return answer_cosigning(suggestion_id=suggestion_id, agree=False, by=by, at=at)


def invite(topic: Topic, suggestion: Suggestion, member_ids: Iterable[int], *, at: dt.datetime) -> list[int]:
    """Rows for those who are named for the first time; their ids. Under the topic's lock; the caller journals it."""
    known = set(suggestion.cosigners.values_list("member_id", flat=True))
    invited = [member_id for member_id in dict.fromkeys(member_ids) if member_id not in known]
    if len(known) + len(invited) > MOST:
        raise TooManyCosigners(limit=MOST)
    for member_id in invited:
        member = member_of(topic, member_id, at=at)
        if member.pk == suggestion.author_id:
            raise OwnCosigner(name=str(member))
        Cosigner.objects.create(topic=topic, suggestion=suggestion, member=member, invited_at=at)
    return invited


def member_of(topic: Topic, user_id: int, *, at: dt.datetime) -> User:
    """The person, who has a voice in the topic at that instant. Raises UnknownMember."""
    member = User.objects.filter(pk=user_id).first()
    if member is None or not rules.has_voice(actor_of(member, at=at), topic):
        raise UnknownMember(name=str(member) if member is not None else _("This person"))
    return member


def _named(suggestion: Suggestion, by: Actor) -> Cosigner:
    cosigner = suggestion.cosigners.filter(member_id=by.user_id).first()
    if cosigner is None:
        raise NotAllowed if suggestion.status in PUBLIC else UnknownSuggestion
    return cosigner


def _stands_for(suggestion: Suggestion, by: Actor) -> bool:
    """Whether a stand of theirs counts in the group of the suggestion."""
    group = Q(suggestion=suggestion) | Q(suggestion__merged_into=suggestion)
    return Vote.objects.filter(group, voter_id=by.user_id, choice__isnull=False).exists()


def _journal(topic: Topic, suggestion: Suggestion, *, by: Actor, at: dt.datetime) -> None:
    """How many are asked and under which pseudonyms those have signed who agreed; the rest is nobody's business."""
    rows = list(suggestion.cosigners.values_list("member_id", "state"))
    signed = sorted(pseudonym(topic.secret, member) for member, state in rows if state == Cosigning.AGREED)
    invited = sum(state == Cosigning.INVITED for _member, state in rows)
    payload = public_facts(suggestion, topic) | {"cosigners": signed, "invited": invited}
    record(topic, Step.COSIGNED, payload, at=at, actor=by)
    emit(
        SuggestionsChanged(
            topic_id=topic.pk,
            revision=topic.revision,
            suggestions=(suggestion.pk,),
            authors=(suggestion.author_id, *(member for member, _state in rows)),
        )
    )
