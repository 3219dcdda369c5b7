"""Words of sortable tables."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def sorted_by(sort: str, key: str) -> str:
    """What `aria-sort` says of the column of that key: ascending, descending, or nothing where another one sorts."""
    if sort.removeprefix("-") != key:
        return ""
    return "descending" if sort.startswith("-") else "ascending"
