"""How long something has waited."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import translation

from consultations.templatetags.ages import age

NOON = dt.datetime(2026, 3, 5, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "just now"),
        (0, "just now"),
        (59, "just now"),
        (60, "1 min"),
        (59 * 60 + 59, "59 min"),
        (3600, "1 h 0 min"),
        (86399, "23 h 59 min"),
        (86400, "1 d"),
    ],
)
def test_an_age_is_rounded_down(seconds: int, words: str) -> None:
    with translation.override("en"):
        assert age(NOON, NOON + dt.timedelta(seconds=seconds)) == words
