"""Undoing the last step of a referral, where the table allows it. It stays on the record, as undone."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from ..enums import Move, ReferralState
from ..errors import AlreadyReferred, NotUndoable
from ..models import Referral, ReferralStep, Reply
from ..queries.referred_lines import referred_lines
from ..referral_states import Person
from .referral_opening import OpenedReferral, accept_note, open_referral, restore
from .referring import require_not_referred


@transaction.atomic
def undo_last_step(
    *, referral_id: int, note: str = "", by: Person, at: dt.datetime | None = None
) -> Referral:
    """Put it back to what it was before the last step that somebody took; again, and it is the one before.

    Raises NotUndoable, and AlreadyReferred where what was taken back has been referred anew.
    """
    opened = open_referral(referral_id, Move.UNDO, by=by, at=at)
    note = accept_note(note, what=_("the note"))
    last = opened.standing.last
    if last is None or last.before is None:
        raise NotUndoable
    undone = ReferralStep.objects.get(pk=last.id)
    if undone.move == Move.WITHDRAW:
        _require_still_free(opened)
    restore(opened.referral, undone.facts["before"])
    _take_back_reply(undone, opened.at)
    undone.undone_at = opened.at
    undone.save(update_fields=["undone_at"])
    body = next((one for one in opened.standing.bodies if one.body_id == undone.body_id), None)
    opened.step(
        Move.UNDO,
        after=ReferralState(undone.before),
        body=body,
        note=note,
        facts={"step": undone.pk},
        public={"undone": undone.move},
    )
    return opened.referral


def _require_still_free(opened: OpenedReferral) -> None:
    referral = opened.referral
    if referral.assignment is not None:
        if referral.assignment_id in referred_lines(referral.assignment.summary_id):
            raise AlreadyReferred
    else:
        require_not_referred(list(referral.suggestions.values_list("pk", flat=True)), but=referral.pk)


def _take_back_reply(undone: ReferralStep, at: dt.datetime) -> None:
    """The reply of that step no longer stands; the one whose place it had taken does again."""
    if undone.move not in (Move.ANSWER, Move.CONTRIBUTE):
        return
    Reply.objects.filter(pk=undone.facts["reply"]).update(withdrawn_at=at)
    if undone.facts.get("instead_of") is not None:
        Reply.objects.filter(pk=undone.facts["instead_of"]).update(withdrawn_at=None)
