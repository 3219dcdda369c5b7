"""Reporting a suggestion, in the foot of its row: drawn up to five hundred times, so the form itself stands elsewhere."""

from __future__ import annotations

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, pgettext

from ..enums import REPORTABLE, FlagKind
from ..queries.facts import SuggestionFact
from ..queries.topic_page import TopicPage

register = template.Library()


_STATE = '<p class="flag-state">{word}</p>'
_FOLD = (
    '<details class="flag"><summary>{word}</summary>'
    '<p><a class="way" href="suggestions/{id}/flag">{way}</a></p></details>'
)


@register.simple_tag
def report(fact: SuggestionFact, page: TopicPage) -> SafeString | str:
    """What unfolds to a way to the form, or that one has reported it; nothing for those who may not.

    The page's script puts the form itself into it.
    """
    if not page.may_report or fact.id in page.mine:
        return ""
    if page.panel is not None and fact.id in page.panel.flagged:
        drawn = _STATE.format(word=escape(gettext("Reported; it waits for the moderators.")))
    else:
        word, way = escape(pgettext("a suggestion", "Report")), escape(gettext("Choose a reason"))
        drawn = _FOLD.format(word=word, id=fact.id, way=way)
    # A number, and words that were escaped.
    return mark_safe(drawn)  # noqa: S308


@register.simple_tag
def reasons() -> tuple[FlagKind, ...]:
    """What a suggestion can be reported for."""
    return REPORTABLE
