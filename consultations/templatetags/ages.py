"""How long something has waited, in the fewest words."""

from __future__ import annotations

import datetime as dt

from django import template
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def age(since: dt.datetime, at: dt.datetime) -> str:
    """From `since` to `at`, rounded down: just now, 3 min, 2 h 5 min, 4 d."""
    minutes = max(0, int((at - since).total_seconds())) // 60
    if minutes == 0:
        return _("just now")
    if minutes < 60:
        return _("%(minutes)s min") % {"minutes": minutes}
    hours, rest = divmod(minutes, 60)
    if hours < 24:
        return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": rest}
    return _("%(days)s d") % {"days": hours // 24}
