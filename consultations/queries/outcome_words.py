"""Outcomes and documents, as their journal entries tell of them to everybody; never in words that somebody typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ..enums import Level, OutcomeKind, Step, SubmissionKind, SubmissionState


def came_words(step: Step, payload: Mapping[str, Any]) -> tuple[str, ...]:
    """A line of the journal's page for an entry of an outcome or a document."""
    numbers = pgettext("between suggestion numbers", ", ").join(map(str, payload["numbers"]))
    return tuple(
        filter(
            None,
            (
                _what(step, payload),
                _("No. %(number)s") % {"number": numbers} if numbers else "",
                _changes()[payload["change"]],
            ),
        )
    )


def told_of_outcome(step: Step, payload: Mapping[str, Any], *, number: int, own: bool) -> str:
    """What a follower of the suggestion of that number is told. `own`: as its author or co-signer."""
    which = _("Your suggestion no. %(number)s") if own else _("No. %(number)s, which you support")
    said = {"which": which % {"number": number}, "what": _what(step, payload)}
    match step, payload["change"]:
        case Step.OUTCOME, _change:
            return _("%(which)s: something came of it (%(what)s).") % said
        case _, "moved":
            state = SubmissionState(payload["state"]).label
            return _("%(which)s: what it grew into (%(what)s) went on: %(state)s.") % {**said, "state": state}
        case _:
            return _("%(which)s grew into a document (%(what)s).") % said


def _what(step: Step, payload: Mapping[str, Any]) -> str:
    between = pgettext("between names", ", ")
    if step is Step.OUTCOME:
        return between.join((str(OutcomeKind(payload["kind"]).label), str(Level(payload["level"]).label)))
    kind = str(SubmissionKind(payload["kind"]).label)
    if not payload["document"]:
        return kind
    return _("%(kind)s no. %(number)s") % {"kind": kind, "number": payload["document"]}


def _changes() -> dict[str, str]:
    return {
        "recorded": "",
        "filed": "",
        "corrected": _("corrected"),
        "moved": _("a step further or back"),
        "withdrawn": _("taken out"),
        "put_back": _("put back"),
    }
