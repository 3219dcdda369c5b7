"""Another wording: a moderator proposes it, and only the author puts it in place of their own."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from jianyan.accounts.roles import Actor

from .. import rules
from ..enums import Proposed, Status, Step
from ..errors import ChangedMeanwhile, SameText, UnknownProposal
from ..journal import sealed
from ..models import Proposal, Suggestion, Topic
from ..queries.desk import edition_of
from ..screening import covered
from ..text import clean
from .locking import lock_topic_of
from .overtaking import overtake_proposal
from .suggestions import accept_text, journal_suggestion, replace_text

REASON_LENGTH = 500


@transaction.atomic
def propose_wording(
    *, suggestion_id: int, text: str, seen: str, by: Actor, reason: str = "", at: dt.datetime | None = None
) -> Proposal:
    """Ask the author whether this text says it better; the suggestion itself stays as it is.

    `seen`: the edition that the moderator had before them (`queries.desk.edition_of`). A proposal that still waits is
    overtaken; the same one again is the same one. Raises ChangedMeanwhile, SameText, and what an idea's text is
    refused for.
    """
    topic, suggestion = lock_topic_of(suggestion_id)
    at = at or timezone.now()
    rules.require(rules.may_propose(by, topic, suggestion))
    if edition_of(suggestion) != seen:
        raise ChangedMeanwhile
    text = accept_text(topic, text)
    if text == suggestion.text:
        raise SameText
    reason = clean(reason)[:REASON_LENGTH] if reason.strip() else ""
    waiting = suggestion.proposals.filter(state=Proposed.OPEN).first()
    if waiting is not None and (waiting.of_text, waiting.text, waiting.reason) == (
        suggestion.text,
        text,
        reason,
    ):
        return waiting
    overtake_proposal(suggestion, at=at)
    proposal = Proposal.objects.create(
        suggestion=suggestion,
        of_text=suggestion.text,
        text=text,
        reason=reason,
        proposed_by_id=by.user_id,
        proposed_at=at,
    )
    # Sealed: what was only proposed is nobody's business but the author's, yet cannot be exchanged afterwards.
    more = {"proposed": sealed(topic.secret, text)} | ({"reason": covered(reason)} if reason else {})
    journal_suggestion(topic, suggestion, Step.PROPOSED, by=by, at=at, **more)
    return proposal


@transaction.atomic
def answer_proposal(*, proposal_id: int, accept: bool, by: Actor, at: dt.datetime | None = None) -> Proposal:
    """The author's yes or no. Yes puts the proposed text in place of theirs, and keeps the earlier one.

    A published suggestion stays published and is seen as edited; a returned one is sent again. The same answer twice
    is one. Raises UnknownProposal, ChangedMeanwhile where the text or the proposal is another by now.
    """
    suggestion_id = Proposal.objects.filter(pk=proposal_id).values_list("suggestion_id", flat=True).first()
    if suggestion_id is None:
        raise UnknownProposal
    topic, suggestion = lock_topic_of(suggestion_id)
    at = at or timezone.now()
    rules.require(rules.may_answer(by, topic, suggestion))
    proposal = Proposal.objects.get(pk=proposal_id)
    answer = Proposed.ACCEPTED if accept else Proposed.DECLINED
    if proposal.state == answer:
        return proposal
    if proposal.state != Proposed.OPEN or proposal.of_text != suggestion.text:
        raise ChangedMeanwhile
    proposal.state = answer
    proposal.answered_at = at
    proposal.save(update_fields=["state", "answered_at"])
    if accept:
        _take_up(topic, suggestion, accept_text(topic, proposal.text), at=at)
    journal_suggestion(topic, suggestion, Step.ANSWERED, by=by, at=at, accepted=accept)
    return proposal


def _take_up(topic: Topic, suggestion: Suggestion, text: str, *, at: dt.datetime) -> None:
    # Judged with the status of now: a returned one was not public, so it is not marked as edited.
    if suggestion.status == Status.PUBLISHED:
        suggestion.edited_at = at
    replace_text(suggestion, text, at=at)
    if suggestion.status == Status.RETURNED:
        suggestion.status = Status.PENDING if topic.premoderated else Status.PUBLISHED
        suggestion.published_at = suggestion.published_at or (None if topic.premoderated else at)
    suggestion.save(update_fields=["status", "edited_at", "published_at"])
