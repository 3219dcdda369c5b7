"""Tags of the topic page. A row is drawn up to five hundred times, so what repeats in it is made here, not included."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, pgettext

from ..enums import Choice, Phase, Status
from ..queries.facts import SuggestionFact
from ..queries.topic_page import TopicPage

register = template.Library()

_COLUMN = {Choice.SUPPORT.value: 0, Choice.NEUTRAL.value: 1, Choice.OPPOSE.value: 2}
# The forms stand once on the page, one for each choice: five hundred of them, each with its token, weigh too much.
_BUTTON = (
    '<button class="button stand-button" form="stand-{form}" name="suggestion" value="{id}" data-choice="{choice}" '
    'aria-pressed="{pressed}" aria-describedby="n{id}"{disabled}><span class="stand-word">{word}</span> '
    '<span class="stand-count number">{count}</span></button>'
)


Named = TypeVar("Named")


@register.filter
def at(named: Mapping[int, Named], key: int) -> Named | str:
    """What is under that key, or nothing."""
    return named.get(key, "")


@register.filter
def numbers(of: Iterable[int]) -> str:
    """Suggestion numbers as they are written in a sentence: #3、#8."""
    return pgettext("between suggestion numbers", ", ").join(f"#{number}" for number in of)


@register.filter
def numbered(parts: Iterable[SuggestionFact]) -> str:
    """The numbers of these suggestions in a sentence."""
    return numbers(part.number for part in parts)


@register.simple_tag
def phase_name(phase: str) -> str:
    """What a phase is called."""
    return str(Phase(phase).label)


@register.simple_tag
def status_name(status: str) -> str:
    """What a status is called."""
    return str(Status(status).label)


@register.simple_tag
def stands(fact: SuggestionFact, page: TopicPage) -> SafeString:
    """The buttons of one suggestion's ballot. Pressing the standing one takes the vote back."""
    usable = page.seat.has_voice and page.phase.voting
    group = (fact, *page.parts.get(fact.id, ()))
    own = any(one.id in page.mine for one in group)
    standing = page.me.votes.get(str(fact.id)) if page.me is not None else None
    buttons = ""
    for choice in page.rules.ballot:
        pressed = standing == choice
        buttons += _BUTTON.format(
            form="none" if pressed else choice,
            id=fact.id,
            choice=choice,
            pressed="true" if pressed else "false",
            # Support of what has become one's own by a merge can still be taken back.
            disabled="" if usable and (pressed or not own) else " disabled",
            word=escape(_word(choice, pressed=pressed)),
            count=fact.tally[_COLUMN[choice]] if fact.tally is not None else "",
        )
    # Numbers, members of closed lists, and words that were escaped.
    return mark_safe(buttons)  # noqa: S308


def _word(choice: str, *, pressed: bool) -> str:
    return gettext("Supported") if pressed and choice == Choice.SUPPORT else str(Choice(choice).label)
