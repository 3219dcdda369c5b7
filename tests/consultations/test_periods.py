"""Periods: local days, both inclusive, and the same days a year before."""

from __future__ import annotations

import datetime as dt

import pytest

from consultations.periods import Period, of_year


def test_a_year_is_from_new_year_to_its_eve() -> None:
    year = of_year(2025)
    assert year == Period(dt.date(2025, 1, 1), dt.date(2025, 12, 31))
    assert year.is_year
    assert str(year) == "2025"
    assert year.year == 2025
    assert dt.date(2025, 12, 31) in year
    assert dt.date(2026, 1, 1) not in year


def test_instants_are_those_of_local_midnight() -> None:
    year = of_year(2025)
    assert year.starts_at == dt.datetime(2024, 12, 31, 16, tzinfo=dt.UTC)
    assert year.ends_at == dt.datetime(2025, 12, 31, 16, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("since", "until", "before"),
    [
        ("2025-01-01", "2025-12-31", "2024-01-01–2024-12-31"),
        ("2025-03-05", "2025-06-30", "2024-03-05–2024-06-30"),
        ("2024-02-29", "2024-02-29", "2023-02-28–2023-02-28"),
        ("2025-01-01", "2025-02-28", "2024-01-01–2024-02-29"),
        ("2024-01-01", "2024-02-29", "2023-01-01–2023-02-28"),
        ("2024-07-01", "2025-06-30", "2023-07-01–2024-06-30"),
    ],
)
def test_the_period_before_is_a_year_earlier(since: str, until: str, before: str) -> None:
    earlier = Period(dt.date.fromisoformat(since), dt.date.fromisoformat(until)).before()
    assert f"{earlier.since}–{earlier.until}" == before


def test_a_period_that_is_no_year_says_both_days() -> None:
    assert str(Period(dt.date(2024, 7, 1), dt.date(2025, 6, 30))) == "2024-07-01–2025-06-30"


def test_a_period_does_not_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="2025-01-01 is before 2025-01-02"):
        Period(dt.date(2025, 1, 2), dt.date(2025, 1, 1))
