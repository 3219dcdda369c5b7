"""Words of members' records."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django import template
from django.utils.translation import gettext, pgettext

from .. import points
from ..enums import (
    AppealState,
    Deed,
    Level,
    Mode,
    OutcomeKind,
    Part,
    Presence,
    Status,
    SubmissionKind,
    SubmissionState,
)
from ..points import Rule

register = template.Library()

_LISTS = {
    "presence": Presence,
    "mode": Mode,
    "status": Status,
    "deed": Deed,
    "level": Level,
    "outcome": OutcomeKind,
    "submission": SubmissionKind,
    "submission_state": SubmissionState,
}


@register.filter
def named(value: str, closed: str) -> str:
    """What the value of one of the closed lists is called."""
    return str(_LISTS[closed](value).label)


@register.filter
def appeal_state(state: str) -> str:
    """What has become of an appeal; the words for its states are not those of referrals."""
    match AppealState(state):
        case AppealState.OPEN:
            return gettext("Waits for an answer")
        case AppealState.ACCEPTED:
            return gettext("Appeal granted")
        case AppealState.DECLINED:
            return gettext("Appeal not granted")


@register.filter
def in_points(amount: Decimal) -> str:
    """Points as they are written."""
    return points.shown(amount)


@register.filter
def rule_words(rule: Rule, categories: Mapping[str, str]) -> str:
    """What a rule is about, in the reader's language."""
    kinds = {**dict(SubmissionKind.choices), **dict(OutcomeKind.choices), **categories}
    only = [str(kinds.get(rule.of, rule.of))] if rule.of else []
    only += [str(Level(rule.level).label)] if rule.level else []
    words = str(Deed(rule.deed).label)
    if only:
        restriction = pgettext("between kinds", ", ").join(only)
        words = gettext("%(deed)s (%(only)s)") % {"deed": words, "only": restriction}
    return f"{words} · {Part(rule.part).label}" if rule.part else words


@register.filter
def sum_name(what: str) -> str:
    """What a number of a record is called."""
    names = {
        "present": gettext("Present"),
        "observed": gettext("Observer"),
        "on_leave": gettext("On leave"),
        "on_site": gettext("Of these on site"),
        "ideas": gettext("Suggestions as lead author"),
        "cosigned": gettext("Suggestions co-signed"),
        "support": gettext("Support received"),
        "given": gettext("Support given"),
        "filed": gettext("Proposals and reports"),
        "outcomes": gettext("Outcomes"),
        "points": gettext("Points"),
        "sectors": gettext("Sector"),
    }
    return names[what]


@register.filter
def key(about: str) -> tuple[str, str, str]:
    """What an appeal is about: deed, id, and the words; of one about nothing in particular all empty."""
    what, _blank, words = about.partition(" ")
    deed, _colon, number = what.partition(":")
    return deed, number, words
