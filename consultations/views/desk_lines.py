"""One line at the desk: what was done, and whether and how it can be undone; or why it was refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ..actions.decisions import Decision, Outcome
from ..enums import Status
from ..errors import AlreadyDecided, ChangedMeanwhile, Empty, Refused, SlotTaken, SlotTakenBy, TakenByAnother
from ..queries.desk import Brief


@dataclass(frozen=True, slots=True)
class Undo:
    """A button: the address that it posts to, with these fields."""

    label: str
    action: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """`tone` is done or refused. `again`: a suggestion that the line offers to open.

    `left`: of several, those that were left as they are: id, and the sentence that says why.
    """

    text: str
    tone: str = "done"
    undo: Undo | None = None
    again: int | None = None
    left: tuple[tuple[int, str], ...] = ()


def done_to(action: str, brief: Brief, *, topic_id: int, was: str = "") -> Line | None:
    """The line for something done to a suggestion. None: no such action.

    `was`: its theme before, as an id; of a merge, the ids of all that went together, with hyphens between.
    """
    number = {"number": brief.number}
    match action:
        case "decline":
            return Line(_("No. %(number)s was declined.") % number, undo=_restore(topic_id, brief))
        case "hide":
            return Line(_("No. %(number)s is hidden.") % number, undo=_restore(topic_id, brief))
        case "restore":
            return _restored(brief)
        case "feature":
            return _featured(topic_id, brief)
        case "theme":
            return _themed(topic_id, brief, was)
        case "merge" | "unmerge":
            return _merged(topic_id, brief, was)
    texts = _for_good()
    return Line(texts[action] % number, again=brief.id) if action in texts else None


def _for_good() -> dict[str, str]:
    """What cannot be undone, and says so."""
    return {
        "publish": _("No. %(number)s is published. That cannot be undone, but it can be hidden."),
        "return": _(
            "No. %(number)s was returned to its author, who has been told why. That cannot be undone, "
            "but until the author answers it can still be published."
        ),
        "propose": _(
            "Another wording of no. %(number)s was proposed to its author, who decides. "
            "That cannot be undone, but a further proposal takes its place."
        ),
        "settle": _("The flags of no. %(number)s are settled. That cannot be undone."),
        "unmask": _(
            "No. %(number)s is shown as it was written. That cannot be undone, but it can be hidden."
        ),
    }


def done_to_each(
    decision: Decision, outcomes: Sequence[Outcome], *, topic_id: int, editions: Mapping[int, str]
) -> Line:
    """The line for a decision about several; `editions` are the present ones, with which it can be undone."""
    done = [one for one in outcomes if one.refusal is None]
    texts = {
        Decision.PUBLISH: _(
            "%(count)s published: %(numbers)s. That cannot be undone, but each can be hidden."
        ),
        Decision.RETURN: _(
            "%(count)s returned to their authors: %(numbers)s. That cannot be undone, "
            "but until the authors answer they can still be published."
        ),
        Decision.DECLINE: _("%(count)s declined: %(numbers)s."),
        Decision.HIDE: _("%(count)s hidden: %(numbers)s."),
        Decision.RESTORE: _("%(count)s restored: %(numbers)s."),
    }
    undo = None
    if done and decision in (Decision.DECLINE, Decision.HIDE):
        picks = (("pick", f"{one.suggestion_id}:{editions[one.suggestion_id]}") for one in done)
        undo = _several(topic_id, (Decision.RESTORE.value, ""), *picks)
    return _about_each(texts[decision], outcomes, undo)


def themed_each(outcomes: Sequence[Outcome], *, topic_id: int, before: Mapping[int, int | None]) -> Line:
    """The line for several that were put under a theme; `before`: suggestion → the theme it was under."""
    done = [one for one in outcomes if one.refusal is None]
    back = (("back", f"{one.suggestion_id}:{before[one.suggestion_id] or ''}") for one in done)
    undo = _several(topic_id, *back) if done else None
    return _about_each(_("%(count)s have another theme now: %(numbers)s."), outcomes, undo)


def _about_each(text: str, outcomes: Sequence[Outcome], undo: Undo | None) -> Line:
    done = [one for one in outcomes if one.refusal is None]
    left = tuple(
        (one.suggestion_id, _of_one(one, one.refusal)) for one in outcomes if one.refusal is not None
    )
    if not done:
        return Line(_("Nothing was done."), tone="refused", left=left)
    return Line(
        text % {"count": len(done), "numbers": numbers([one.number for one in done])}, undo=undo, left=left
    )


def _of_one(outcome: Outcome, refusal: Refused) -> str:
    text = refused(refusal).text
    return text if "number" in refusal.params else _about(outcome.number, text)


def numbers(of: Sequence[int]) -> str:
    """Numbers of suggestions as they stand in a sentence: #3, #8."""
    return pgettext("between suggestion numbers", ", ").join(f"#{number}" for number in of)


def _about(number: object, text: str) -> str:
    return _("No. %(number)s: %(text)s") % {"number": number, "text": text}


def _restored(brief: Brief) -> Line:
    if brief.status == Status.PENDING:
        return Line(_("No. %(number)s waits for review again.") % {"number": brief.number}, again=brief.id)
    return Line(_("No. %(number)s is shown again.") % {"number": brief.number}, again=brief.id)


def _featured(topic_id: int, brief: Brief) -> Line:
    if not brief.featured:
        return Line(_("No. %(number)s is no longer featured.") % {"number": brief.number})
    return Line(
        _("No. %(number)s is featured, in place of any other.") % {"number": brief.number},
        undo=_to(topic_id, brief, "desk-feature", ("on", "0")),
    )


def _themed(topic_id: int, brief: Brief, was: str) -> Line:
    text = _("No. %(number)s has no theme now.")
    if brief.theme:
        text = _("No. %(number)s now belongs to “%(theme)s”.")
    return Line(
        text % {"number": brief.number, "theme": brief.theme},
        undo=_to(topic_id, brief, "desk-theme", ("theme", was)),
    )


def _merged(topic_id: int, brief: Brief, was: str) -> Line | None:
    """`was`: the ids of all that were merged or taken out together, the line's suggestion first."""
    ids = [one for one in was.split("-") if one.isascii() and one.isdecimal()] or [str(brief.id)]
    more = len(ids) - 1
    if brief.into is None:
        text = _("No. %(number)s stands by itself again; its votes are its own.")
        return Line(text % {"number": brief.number}, again=brief.id)
    text = (
        _("No. %(number)s and %(more)s more were merged into no. %(into)s.")
        if more
        else _("No. %(number)s was merged into no. %(into)s.")
    )
    return Line(
        text % {"number": brief.number, "into": brief.into, "more": more},
        undo=Undo(
            _("Undo"),
            reverse("consultations:desk-unmerge", args=[topic_id]),
            tuple(("of", one) for one in ids),
        ),
    )


def refused(refusal: Refused) -> Line:
    """The refusal in words for a moderator: some sentences of the domain speak to the author."""
    number = refusal.params.get("number")
    if isinstance(refusal, ChangedMeanwhile):
        text = _(
            "The author has changed the text meanwhile. Nothing was done: read the new text and decide again."
        )
        text = _about(number, text) if number is not None else text
    elif isinstance(refusal, TakenByAnother):
        text = _about(number, refusal.message)
    elif isinstance(refusal, AlreadyDecided) and number is not None:
        text = _about(number, _already(refusal))
    elif isinstance(refusal, SlotTaken) and not isinstance(refusal, SlotTakenBy):
        text = _("The author has posted another idea since, so this one cannot be restored.")
    elif isinstance(refusal, Empty):
        text = _("Please write something first.")
    else:
        text = refusal.message
    return Line(text, tone="refused")


def _already(refusal: AlreadyDecided) -> str:
    name, at, status = (refusal.params[key] for key in ("name", "at", "status"))
    if not name or not isinstance(at, dt.datetime):
        return _("its state has changed meanwhile; it is now: %(status)s.") % {"status": status}
    time = date_format(timezone.localtime(at), "H:i")
    text = _("%(name)s dealt with it at %(time)s; its state is now: %(status)s.")
    return text % {"name": name, "time": time, "status": status}


def _several(topic_id: int, *fields: tuple[str, str]) -> Undo:
    return Undo(_("Undo"), reverse("consultations:desk-several", args=[topic_id]), fields)


def _restore(topic_id: int, brief: Brief) -> Undo:
    return _to(topic_id, brief, "desk-decide", ("decision", "restore"), ("seen", brief.edition))


def _to(topic_id: int, brief: Brief, name: str, *fields: tuple[str, str]) -> Undo:
    return Undo(_("Undo"), reverse(f"consultations:{name}", args=[topic_id, brief.id]), fields)
