"""Tags of the topic page. A row is drawn up to five hundred times, so what repeats in it is made here, not included."""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from ..enums import Choice
from ..queries.facts import SuggestionFact
from ..queries.topic_page import TopicPage

register = template.Library()

_COLUMN = {Choice.SUPPORT.value: 0, Choice.NEUTRAL.value: 1, Choice.OPPOSE.value: 2}
_BUTTON = (
    '<button class="button stand-button" name="choice" value="{}" data-choice="{}" aria-pressed="{}"{}>'
    '<span class="stand-word">{}</span> <span class="stand-count number">{}</span></button>'
)
_ENABLED, _DISABLED = SafeString(""), SafeString(" disabled")


@register.filter
def at(names: Mapping[int, str], key: int) -> str:
    """The name under that key, or nothing."""
    return names.get(key, "")


@register.simple_tag
def stands(fact: SuggestionFact, page: TopicPage) -> SafeString:
    """The buttons of one suggestion's ballot. Pressing the standing one takes the vote back."""
    own = fact.id in page.mine
    usable = page.seat.has_voice and page.phase.voting and not own
    standing = page.me.votes.get(str(fact.id)) if page.me is not None else None
    buttons = SafeString("")
    for choice in page.rules.ballot:
        pressed = standing == choice
        word = gettext("Supported") if pressed and choice == Choice.SUPPORT else str(Choice(choice).label)
        buttons += format_html(
            _BUTTON,
            "" if pressed else choice,
            choice,
            "true" if pressed else "false",
            _ENABLED if usable else _DISABLED,
            word,
            fact.tally[_COLUMN[choice]] if fact.tally is not None else "",
        )
    return buttons
