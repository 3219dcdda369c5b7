"""One line at the desk about a step of the topic as a whole, or of several topics whose clocks run together."""

from __future__ import annotations

from django.utils.translation import gettext as _

from .desk_lines import Line


def done_to_topics(step: str, many: int | None) -> Line | None:
    """The line for a step that changed so many topics, or of which that is not known; None: no such step.

    Of a theme that was deleted, `many` are the suggestions it had.
    """
    if step == "theme-deleted":
        return Line(_deleted(many or 0))
    if step in _ONE and many == 0:
        return Line(_("Nothing has changed: it was so already."))
    texts = _several() if many is not None and many > 1 else _single()
    return Line(texts[step] % {"many": many}) if step in texts else None


def count_of(word: str) -> int | None:
    """The number that an address gives back; None where it is none."""
    return int(word) if word.isascii() and word.isdecimal() and len(word) < 9 else None


_ONE = ("pause", "resume", "link", "unlink")


def _deleted(many: int) -> str:
    if not many:
        return _("The theme is deleted. No suggestion was under it.")
    return _("The theme is deleted. Its suggestions (%(many)s) have no theme now.") % {"many": many}


def _single() -> dict[str, str]:
    return {
        "announce": _("The topic is announced. That cannot be undone."),
        "open": _("The topic is open."),
        "pause": _("The topic is paused: neither ideas nor votes are taken until you resume it."),
        "resume": _("The topic goes on."),
        "extend": _("The topic closes later now. That cannot be undone, but you can close it at any time."),
        "close": _("The topic is closed. That cannot be undone."),
        "themes": _("The themes are saved."),
        "notice": _("The notice went to everybody on the topic's page. It cannot be taken back."),
        "link": _("The clocks run together now."),
        "unlink": _("Each topic's clock runs by itself now."),
    }


def _several() -> dict[str, str]:
    return {
        "pause": _(
            "%(many)s topics are paused: neither ideas nor votes are taken in them until you resume them."
        ),
        "resume": _("%(many)s topics go on."),
        "extend": _(
            "%(many)s topics close later now. That cannot be undone, but you can close them at any time."
        ),
        "close": _("%(many)s topics are closed. That cannot be undone."),
        "notice": _("The notice went to everybody on the pages of %(many)s topics. It cannot be taken back."),
        "link": _("The clocks of %(many)s topics run together now."),
        "unlink": _("Each topic's clock runs by itself now."),
    }
