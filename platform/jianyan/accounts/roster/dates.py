"""Dates as rosters have them → YYYY-MM-DD."""

from __future__ import annotations

import datetime as dt
import unicodedata

import regex
from django.utils.translation import gettext as _

from .answers import Reason, RowRefused
from .cells import Cleaned, plain

AROUND_SIGNS = regex.compile(r"\s*([年月日])\s*")
YEAR_FIRST = regex.compile(
    r"(\d{4})[-./年](\d{1,2})(?:[-./月](\d{1,2})日?|月?)(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?"
)
COMPACT = regex.compile(r"(\d{4})(\d{2})(\d{2})")
YEAR_LAST = regex.compile(r"(\d{1,2})[-./](\d{1,2})[-./](\d{4})")
SERIAL = regex.compile(r"\d{5}")
# Excel counts days from here, its 29 February 1900 included.
SERIAL_ORIGIN = dt.date(1899, 12, 30)
# The first conference met in 1949; nobody is appointed a century ahead.
FIRST_YEAR, LAST_YEAR = 1949, 2100


def clean_date(text: str) -> Cleaned:
    """A date as `YYYY-MM-DD`, or empty. Raises RowRefused for what is no date, or could be two."""
    word = AROUND_SIGNS.sub(r"\1", unicodedata.normalize("NFKC", plain(text)))
    if not word:
        return Cleaned("")
    if SERIAL.fullmatch(word):
        return _from_serial(word)
    if match := YEAR_FIRST.fullmatch(word) or COMPACT.fullmatch(word):
        year, month, day = match.groups()
        date = _date(word, int(year), int(month), int(day or 1))
        assumed = Reason(
            "date_day_assumed", _("only year and month given, taken as the 1st; to be confirmed")
        )
        return Cleaned(date, () if day else (assumed,))
    if match := YEAR_LAST.fullmatch(word):
        return Cleaned(_year_last(word, *(int(number) for number in match.groups())))
    raise _invalid(word)


def _from_serial(word: str) -> Cleaned:
    date = SERIAL_ORIGIN + dt.timedelta(days=int(word))
    if not FIRST_YEAR <= date.year <= LAST_YEAR:
        raise _invalid(word)
    note = _("%(serial)s converted to %(date)s by the 1900 date system") % {
        "serial": word,
        "date": date.isoformat(),
    }
    return Cleaned(date.isoformat(), (Reason("date_from_excel_serial", note),))


def _year_last(word: str, first: int, second: int, year: int) -> str:
    """3/13/2024 and 13/3/2024 can be one date only; 3/5/2024 could be two."""
    if first != second and first <= 12 and second <= 12:
        raise RowRefused(
            "date_ambiguous",
            _(
                "%(date)s may be %(first)s/%(second)s (month/day) or %(second)s/%(first)s; "
                "please write it as “%(clear)s”."
            )
            % {"date": word, "first": first, "second": second, "clear": f"{year}-{first:02d}-{second:02d}"},
        )
    month, day = (second, first) if first > 12 else (first, second)
    return _date(word, year, month, day)


def _date(word: str, year: int, month: int, day: int) -> str:
    try:
        date = dt.date(year, month, day)
    except ValueError as error:
        raise _invalid(word) from error
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise _invalid(word)
    return date.isoformat()


def _invalid(word: str) -> RowRefused:
    return RowRefused("date_invalid", _("%(date)s is not a valid date.") % {"date": word})
