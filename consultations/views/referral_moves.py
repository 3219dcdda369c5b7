"""The steps of a referral as its page offers them: what each is called and asks for, and taking it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from jianyan.accounts.roles import Actor

from ..actions.referral_handling import accept_referral, send_back_referral
from ..actions.referrals import (
    close_referral,
    extend_referral,
    readdress_referral,
    release_referral,
    supervise_referral,
    withdraw_referral,
)
from ..actions.replies import answer_referral, contribute_to_referral
from ..actions.satisfaction import rate_reply
from ..actions.undoing import undo_last_step
from ..enums import Move
from ..errors import NotAllowed, NotSignedIn, Refused, UnknownReply
from ..forms.referrals import (
    AnswerForm,
    ContributionForm,
    NoteForm,
    RatingForm,
    ReaddressForm,
    ReasonForm,
    StepForm,
)
from ..queries.handling_bodies import handling_bodies
from ..queries.referral_page import ReferralPage
from ..referral_states import Person, Standing, extended_due, reopened_due

VERBS: Mapping[str, Move] = {
    "accept": Move.ACCEPT,
    "send-back": Move.SEND_BACK,
    "answer": Move.ANSWER,
    "contribute": Move.CONTRIBUTE,
    "rate": Move.RATE,
    "readdress": Move.READDRESS,
    "extend": Move.EXTEND,
    "supervise": Move.SUPERVISE,
    "release": Move.RELEASE,
    "close": Move.CLOSE,
    "withdraw": Move.WITHDRAW,
    "undo": Move.UNDO,
}
"""What stands in addresses, in the order in which the page offers them."""

GRAVE = (Move.SEND_BACK, Move.WITHDRAW, Move.UNDO)
AT_ONCE = (Move.ACCEPT, Move.ANSWER, Move.CONTRIBUTE, Move.RATE)
"""What people come to the page for: it lies open there."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A step that the reader may take. `verb` ends its address; `says`: what comes of it, and whether it can be undone."""

    verb: str
    name: str
    says: tuple[str, ...]
    form: StepForm
    open: bool
    grave: bool


@dataclass(frozen=True, slots=True)
class Attempt:
    """A step that was not taken: the form says why, and still has what was typed."""

    move: Move
    form: StepForm


def offers_of(page: ReferralPage, *, at: dt.datetime, attempt: Attempt | None = None) -> tuple[Offer, ...]:
    """What this reader may do now, with the forms; that of the attempt as it was sent."""
    return tuple(
        _offer(page, verb, move, at, attempt if attempt is not None and attempt.move is move else None)
        for verb, move in VERBS.items()
        if move in page.moves
    )


def form_of(
    page: ReferralPage, move: Move, *, at: dt.datetime, request: HttpRequest | None = None
) -> StepForm:
    """The form of a step: empty, with what stands now, or with what the request has sent."""
    verb = next(verb for verb, one in VERBS.items() if one is move)
    sent: dict[str, Any] = {"auto_id": f"{verb}-%s"}
    if request is not None:
        sent |= {"data": request.POST, "files": request.FILES}
    match move:
        case Move.SEND_BACK | Move.EXTEND | Move.WITHDRAW:
            return ReasonForm(**sent)
        case Move.CLOSE | Move.SUPERVISE | Move.RELEASE | Move.UNDO:
            return NoteForm(**sent)
        case Move.READDRESS:
            lead, *helping = page.standing.bodies
            stands = {"lead": lead.body_id, "cohandling": [body.body_id for body in helping]}
            return ReaddressForm(bodies=handling_bodies(at), initial=stands, **sent)
        case Move.ANSWER:
            return AnswerForm(grades=page.grades, **sent)
        case Move.CONTRIBUTE:
            return ContributionForm(bodies=page.helps_for, **sent)
        case Move.RATE:
            said = page.rated
            stands = {"degree": said.degree, "comment": said.comment} if said is not None else {}
            return RatingForm(initial=stands, **sent)
        case _:
            return StepForm(**sent)


def take(page: ReferralPage, move: Move, form: StepForm, *, by: Person | None, at: dt.datetime) -> str:
    """Take the step with what the form says, and what to say of it. Raises what the domain refuses."""
    if by is None:
        raise NotSignedIn
    fields = form.cleaned_data
    pk = page.row.id
    match move:
        case Move.ACCEPT:
            accept_referral(referral_id=pk, by=by, at=at)
            return _("Accepted: it is in your hands.")
        case Move.SEND_BACK:
            send_back_referral(referral_id=pk, reason=fields["reason"], by=by, at=at)
            return _("Sent back. The secretaries are told.")
        case Move.ANSWER:
            replied = answer_referral(
                referral_id=pk,
                text=fields["text"],
                grade_id=fields["grade"],
                files=fields["attachments"],
                by=by,
                at=at,
            )
            return _answered(replied.late_days)
        case Move.CONTRIBUTE:
            contribute_to_referral(
                referral_id=pk,
                text=fields["text"],
                body_id=fields["body"],
                files=fields["attachments"],
                by=by,
                at=at,
            )
            return _("The contribution is kept; the leading body sees it.")
        case Move.UNDO:
            undo_last_step(referral_id=pk, note=fields["note"], by=by, at=at)
            return _("Undone. Both steps stay on the record.")
        case _ if isinstance(by, Actor):
            return _by_the_office(page, move, fields, by=by, at=at)
        case _:
            raise NotAllowed


def _by_the_office(
    page: ReferralPage, move: Move, fields: Mapping[str, Any], *, by: Actor, at: dt.datetime
) -> str:
    """What needs an account: the office's own steps, and what authors say."""
    pk = page.row.id
    if move is Move.RATE:
        reply = page.standing_reply
        if reply is None:
            raise UnknownReply
        rate_reply(reply_id=reply.id, degree=fields["degree"], comment=fields["comment"], by=by, at=at)
        return _("Thank you. What you say is kept with the reply.")
    if move is Move.READDRESS:
        readdress_referral(
            referral_id=pk,
            lead_id=fields["lead"],
            cohandling_ids=fields["cohandling"],
            due=fields["due"],
            note=fields["note"],
            by=by,
            at=at,
        )
        return _("Referred to others.")
    if move in (Move.EXTEND, Move.WITHDRAW):
        with_reason = extend_referral if move is Move.EXTEND else withdraw_referral
        with_reason(referral_id=pk, reason=fields["reason"], by=by, at=at)
        return _("Put off.") if move is Move.EXTEND else _("Taken back.")
    with_note: dict[Move, tuple[Callable[..., object], str]] = {
        Move.CLOSE: (close_referral, _("Closed.")),
        Move.SUPERVISE: (supervise_referral, _("Under oversight now; everybody sees it.")),
        Move.RELEASE: (release_referral, _("The oversight is ended.")),
    }
    action, said = with_note[move]
    action(referral_id=pk, note=fields["note"], by=by, at=at)
    return said


def attempt_of(move: Move, form: StepForm, refusal: Refused) -> Attempt:
    """The form with what was refused, said beside its field."""
    form.blame(refusal)
    return Attempt(move, form)


def _answered(late: int) -> str:
    if not late:
        return _("Answered in time. Authors and supporters are told.")
    return _("Answered, %(days)s days after the due date. Authors and supporters are told.") % {"days": late}


def _offer(page: ReferralPage, verb: str, move: Move, at: dt.datetime, attempt: Attempt | None) -> Offer:
    form = attempt.form if attempt is not None else form_of(page, move, at=at)
    rated = move is Move.RATE and page.rated is not None
    contributed = move is Move.CONTRIBUTE and any(not one.leads for one in page.replies)
    return Offer(
        verb=verb,
        name=_name(page, move),
        says=_says(page, move, at),
        form=form,
        open=attempt is not None or (move in AT_ONCE and not rated and not contributed),
        grave=move in GRAVE,
    )


def _name(page: ReferralPage, move: Move) -> str:
    names = {
        Move.ACCEPT: _("Accept it"),
        Move.SEND_BACK: _("Send it back as wrongly addressed"),
        Move.ANSWER: _("Answer"),
        Move.CONTRIBUTE: _("Contribute to the answer"),
        Move.RATE: _("Rate the reply") if page.rated is None else _("Change your rating"),
        Move.READDRESS: _("Refer it to others"),
        Move.EXTEND: _("Put the due date off"),
        Move.SUPERVISE: _("Put it under oversight"),
        Move.RELEASE: _("End the oversight"),
        Move.CLOSE: _("Close it"),
        Move.WITHDRAW: _("Take it back"),
        Move.UNDO: _("Undo: %(step)s") % {"step": page.undoes},
    }
    return names[move]


def _says(page: ReferralPage, move: Move, at: dt.datetime) -> tuple[str, ...]:
    standing = page.standing
    says = [
        {
            Move.SEND_BACK: lambda: _("Possible until %(day)s.") % {"day": _day(standing.acceptance_until)},
            Move.EXTEND: lambda: (
                _("Once; it is then due on %(day)s.") % {"day": _day(extended_due(standing))}
            ),
            Move.SUPERVISE: lambda: _("Everybody sees the mark."),
            Move.CLOSE: lambda: _("For authors without an account, or who say nothing."),
            Move.RATE: lambda: _of_rating(standing, at),
            Move.UNDO: lambda: _("It is put back to what it was before; both steps stay on the record."),
        }.get(move, str)()
    ]
    if move not in (Move.UNDO, Move.RATE):
        says.append(_("Can be undone.") if move in page.undoable else _("Cannot be undone."))
    return tuple(one for one in says if one)


def _of_rating(standing: Standing, at: dt.datetime) -> str:
    if standing.round > 1:
        return _("You can change it later. It has been reopened once, and is not reopened again.")
    day = _day(reopened_due(standing, timezone.localdate(at)))
    return _(
        "You can change it later. If you are not satisfied, it is reopened, once, and due on %(day)s."
    ) % {"day": day}


def _day(day: dt.date) -> str:
    return date_format(day, "Y-m-d")
