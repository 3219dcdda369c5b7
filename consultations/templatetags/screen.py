"""Tags of the big screen."""

from __future__ import annotations

from django import template

register = template.Library()


@register.simple_tag
def step(text: str | None, *lengths: int) -> int:
    """How small a text is to begin with: the number of these lengths that it exceeds. The page's script measures."""
    return sum(len(text or "") > length for length in lengths)
