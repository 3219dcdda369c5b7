"""From the day of an event, and hours where they are known, to the instants that a deliberation keeps. Pure."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

LAST_MINUTE = dt.time(23, 59)


def whole_day(day: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """The first and the last minute of a local day, of which no hour is known."""
    return at_hours(day, dt.time.min, LAST_MINUTE)


def at_hours(day: dt.date, begins: dt.time, ends: dt.time) -> tuple[dt.datetime, dt.datetime]:
    """These hours of a local day."""
    zone = timezone.get_current_timezone()
    return dt.datetime.combine(day, begins, tzinfo=zone), dt.datetime.combine(day, ends, tzinfo=zone)


def moved_to(instant: dt.datetime, *, since: dt.date, day: dt.date) -> dt.datetime:
    """The same hour, as many days later as the event that began on `since` now begins on `day`."""
    local = timezone.localtime(instant)
    zone = timezone.get_current_timezone()
    return dt.datetime.combine(local.date() + (day - since), local.time(), tzinfo=zone)
