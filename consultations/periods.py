"""A period of local days, both inclusive: a year or any other. Pure."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

YEARS = range(1900, 2200)
"""Years that a report may be on; the one before the first has a number as well."""
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """From `since` to `until`, both inclusive. Raises ValueError where it would end before it begins."""

    since: dt.date
    until: dt.date

    def __post_init__(self) -> None:
        if self.until < self.since:
            raise ValueError(f"{self.until} is before {self.since}")

    @property
    def year(self) -> int:
        """The year in which it ends, by whose rules it is counted."""
        return self.until.year

    @property
    def is_year(self) -> bool:
        """Whether it is one whole calendar year."""
        return self == of_year(self.since.year)

    @property
    def starts_at(self) -> dt.datetime:
        """The instant of its first midnight."""
        return _midnight(self.since)

    @property
    def ends_at(self) -> dt.datetime:
        """The instant at which its last day is over; itself outside."""
        return _midnight(self.until + _DAY)

    def before(self) -> Period:
        """The same days a year earlier; the 29th of February is held to be the 28th, the last of it the last."""
        # A period that ends with February is compared with a whole February.
        whole = self.until + _DAY == dt.date(self.until.year, 3, 1)
        until = _a_year_earlier(self.until)
        if whole:
            until = until.replace(day=calendar.monthrange(until.year, 2)[1])
        return Period(_a_year_earlier(self.since), until)

    def __contains__(self, day: dt.date) -> bool:
        return self.since <= day <= self.until

    def __str__(self) -> str:
        return str(self.since.year) if self.is_year else f"{self.since.isoformat()}–{self.until.isoformat()}"


def of_year(year: int) -> Period:
    """The whole calendar year."""
    return Period(dt.date(year, 1, 1), dt.date(year, 12, 31))


def _a_year_earlier(day: dt.date) -> dt.date:
    year = day.year - 1
    return dt.date(year, day.month, min(day.day, calendar.monthrange(year, day.month)[1]))


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
