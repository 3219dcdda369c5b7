"""What people are told of a step of a referral, in a sentence of their language that names no person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from ..enums import Move, News
from .referral_words import addressed, day


def told_of_referral(kind: str, payload: Mapping[str, Any], *, number: int, own: bool) -> str:
    """The sentence for news of that kind about the step that the journal entry states."""
    match kind:
        case News.TO_HANDLE:
            return told_to_handler(payload)
        case News.RETURNED_TO_US:
            return told_to_office(payload)
        case _:
            return told_to_follower(payload, number=number, own=own)


def told_to_follower(payload: Mapping[str, Any], *, number: int, own: bool) -> str:
    """For whoever wrote, co-signed or supports the suggestion of that number. `own`: not only as a supporter."""
    which = _("Your suggestion no. %(number)s") if own else _("No. %(number)s, which you support")
    return _("%(which)s: %(what)s.") % {"which": which % {"number": number}, "what": _what(payload)}


def told_to_handler(payload: Mapping[str, Any]) -> str:
    """For those who answer for its bodies."""
    facts = {"referral": payload["referral"], "due": day(payload["due"])}
    match Move(payload["move"]):
        case Move.ISSUE | Move.READDRESS:
            return _("Referral %(referral)s has come to you: %(whom)s.") % {
                **facts,
                "whom": addressed(payload),
            }
        case Move.EXTEND:
            return _("Referral %(referral)s is due on %(due)s now.") % facts
        case Move.WITHDRAW:
            return _("Referral %(referral)s was taken back; nothing is to be done about it any more.") % facts
        case Move.SUPERVISE:
            return _("Referral %(referral)s is under oversight from now on.") % facts
        case Move.REOPEN:
            return (
                _(
                    "An author is not satisfied with the answer to referral %(referral)s. "
                    "Please take it up once more, until %(due)s."
                )
                % facts
            )
        case Move.REMIND if payload["days"] > 0:
            return _("Referral %(referral)s was due on %(due)s. Please answer it.") % facts
        case Move.REMIND:
            return _("Referral %(referral)s is due on %(due)s. Please answer it by then.") % facts
        case _:
            return _("The last step of referral %(referral)s was undone; please look at it again.") % facts


def told_to_office(payload: Mapping[str, Any]) -> str:
    """For the secretaries of the host: it was sent back, or an author is not satisfied."""
    facts = {"referral": payload["referral"], "lead": payload["lead"]}
    match Move(payload["move"]):
        case Move.SEND_BACK:
            return (
                _("%(lead)s sent referral %(referral)s back as wrongly addressed. Please refer it anew.")
                % facts
            )
        case Move.REOPEN:
            return (
                _("An author is not satisfied with the answer to referral %(referral)s; it is open again.")
                % facts
            )
        case _:
            return (
                _(
                    "An author is not satisfied with the second answer to referral %(referral)s either. "
                    "What happens now is yours to say."
                )
                % facts
            )


def _what(payload: Mapping[str, Any]) -> str:
    move = Move(payload["move"])
    if move is Move.CLOSE and payload.get("degree") is not None:
        return _("its authors are satisfied with the answer; closed")
    return _said()[move] % {
        "lead": payload["lead"],
        "due": day(payload["due"]),
        "whom": addressed(payload),
        "grade": payload.get("grade", ""),
    }


def _said() -> dict[Move, str]:
    return {
        Move.ISSUE: _("referred (%(whom)s)"),
        Move.READDRESS: _("referred to others (%(whom)s)"),
        Move.ACCEPT: _("%(lead)s has taken it in hand"),
        Move.SEND_BACK: _("%(lead)s is not the right place; it will be referred to others"),
        Move.EXTEND: _("the due date was put off to %(due)s"),
        Move.WITHDRAW: _("the referral was taken back"),
        Move.SUPERVISE: _("the referral is under oversight from now on"),
        Move.ANSWER: _("%(lead)s has answered, class %(grade)s"),
        Move.REOPEN: _("the answer did not satisfy; %(lead)s takes it up once more, until %(due)s"),
        Move.CLOSE: _("the referral is closed"),
        Move.UNDO: _("the last step of its referral was undone"),
    }
