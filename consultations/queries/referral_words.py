"""A step of a referral, as its journal entry tells it to everybody: bodies by name, people never."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ..enums import Move, Satisfied


def referral_words(payload: Mapping[str, Any]) -> tuple[str, ...]:
    """What was done with which referral, for which suggestions, and what came of it, in the reader's language."""
    move = Move(payload["move"])
    numbers = payload["numbers"]
    between = pgettext("between suggestion numbers", ", ")
    words = (
        _("Referral %(referral)s: %(step)s") % {"referral": payload["referral"], "step": move.label},
        _("No. %(number)s") % {"number": between.join(map(str, numbers))} if numbers else "",
        _details(move, payload),
    )
    return tuple(filter(None, words))


def _details(move: Move, payload: Mapping[str, Any]) -> str:
    match move:
        case Move.ISSUE | Move.READDRESS:
            return addressed(payload)
        case Move.EXTEND | Move.REOPEN:
            return _("Due on %(due)s") % {"due": day(payload["due"])}
        case Move.CONTRIBUTE:
            return str(payload["body"])
        case Move.ANSWER if "late_days" in payload:
            return _("Class %(grade)s, %(days)s days late") % {
                "grade": payload["grade"],
                "days": payload["late_days"],
            }
        case Move.ANSWER:
            return _("Class %(grade)s") % {"grade": payload["grade"]}
        case Move.RATE | Move.CLOSE if "degree" in payload:
            return str(Satisfied(payload["degree"]).label)
        case Move.REMIND if payload["days"] > 0:
            return _("%(days)s days after the due date") % {"days": payload["days"]}
        case Move.REMIND:
            return _("%(days)s days before the due date") % {"days": -payload["days"]}
        case Move.UNDO:
            return str(Move(payload["undone"]).label)
        case _:
            return ""


def addressed(payload: Mapping[str, Any]) -> str:
    """To whom it went and by when it is due."""
    between = pgettext("between names", ", ")
    said = (
        _("%(lead)s leads, %(others)s help; due on %(due)s")
        if payload["cohandling"]
        else _("%(lead)s leads; due on %(due)s")
    )
    return said % {
        "lead": payload["lead"],
        "others": between.join(payload["cohandling"]),
        "due": day(payload["due"]),
    }


def day(text: str) -> str:
    """A date of a journal entry, as the site writes dates."""
    return date_format(dt.date.fromisoformat(text), "Y-m-d")
