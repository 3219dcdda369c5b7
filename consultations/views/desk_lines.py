"""One line at the desk: what was done, and whether and how it can be undone; or why it was refused."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from ..enums import Status
from ..errors import ChangedMeanwhile, Empty, Refused, SlotTaken
from ..queries.desk import Brief


@dataclass(frozen=True, slots=True)
class Undo:
    """A button: the address that it posts to, with these fields."""

    label: str
    action: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """`tone` is done or refused. `again`: a suggestion that the line offers to open."""

    text: str
    tone: str = "done"
    undo: Undo | None = None
    again: int | None = None


def done_to(action: str, brief: Brief, *, topic_id: int, was: str = "") -> Line | None:
    """The line for something done to a suggestion; `was` is its theme before, as an id. None: no such action."""
    number = {"number": brief.number}
    match action:
        case "publish":
            text = _("No. %(number)s is published. That cannot be undone, but it can be hidden.")
            return Line(text % number, again=brief.id)
        case "return":
            text = _(
                "No. %(number)s was returned to its author, who has been told why. That cannot be undone, "
                "but until the author answers it can still be published."
            )
            return Line(text % number, again=brief.id)
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
    return None


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


def done_to_topic(step: str) -> Line | None:
    """The line for a step of the topic as a whole; None: no such step."""
    texts = {
        "announce": _("The topic is announced. That cannot be undone."),
        "open": _("The topic is open."),
        "pause": _("The topic is paused: neither ideas nor votes are taken until you resume it."),
        "resume": _("The topic goes on."),
        "extend": _("The topic closes later now. That cannot be undone, but you can close it at any time."),
        "close": _("The topic is closed. That cannot be undone."),
        "themes": _("The themes are saved."),
        "notice": _("The notice went to everybody on the topic's page. It cannot be taken back."),
    }
    return Line(texts[step]) if step in texts else None


def refused(refusal: Refused) -> Line:
    """The refusal in words for a moderator: some sentences of the domain speak to the author."""
    if isinstance(refusal, ChangedMeanwhile):
        text = _(
            "The author has changed the text meanwhile. Nothing was done: read the new text and decide again."
        )
    elif isinstance(refusal, SlotTaken):
        text = _("The author has posted another idea since, so this one cannot be restored.")
    elif isinstance(refusal, Empty):
        text = _("Please write something first.")
    else:
        text = refusal.message
    return Line(text, tone="refused")


def _restore(topic_id: int, brief: Brief) -> Undo:
    return _to(topic_id, brief, "desk-decide", ("decision", "restore"), ("seen", brief.edition))


def _to(topic_id: int, brief: Brief, name: str, *fields: tuple[str, str]) -> Undo:
    return Undo(_("Undo"), reverse(f"consultations:{name}", args=[topic_id, brief.id]), fields)
