"""Reporting a suggestion, in the foot of its row: drawn up to five hundred times, so the form itself stands elsewhere."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext

from ..enums import REPORTABLE, FlagKind
from ..queries.facts import SuggestionFact
from ..queries.topic_page import TopicPage

register = template.Library()


@register.simple_tag
def report(fact: SuggestionFact, page: TopicPage) -> SafeString | str:
    """What unfolds to a way to the form, or that one has reported it; nothing for those who may not.

    The page's script puts the form itself into it.
    """
    if not page.may_report or fact.id in page.mine:
        return ""
    if page.panel is not None and fact.id in page.panel.flagged:
        return format_html('<p class="flag-state">{}</p>', gettext("Reported; it waits for the moderators."))
    return format_html(
        '<details class="flag"><summary>{}</summary><p><a class="way" href="suggestions/{}/flag">{}</a></p></details>',
        pgettext("a suggestion", "Report"),
        fact.id,
        gettext("Choose a reason"),
    )


@register.simple_tag
def reasons() -> tuple[FlagKind, ...]:
    """What a suggestion can be reported for."""
    return REPORTABLE
