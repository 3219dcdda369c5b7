"""Words of the desk."""

from __future__ import annotations

from django import template

from ..views.desk_lines import numbers

register = template.Library()
register.filter("in_words", numbers)
