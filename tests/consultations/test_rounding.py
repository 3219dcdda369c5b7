"""The “多” formatter: always down, exact where nothing is left or the figure is small."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultations.enums import Unit
from consultations.rounding import exactly, printed


@pytest.mark.parametrize(
    ("value", "unit", "step", "chinese", "english"),
    [
        (1043, Unit.ATTENDANCES, 100, "1000多人次", "over 1,000 attendances"),
        (1099, Unit.ATTENDANCES, 100, "1000多人次", "over 1,000 attendances"),
        (1000, Unit.ATTENDANCES, 100, "1000人次", "1,000 attendances"),
        (63, Unit.SESSIONS, 10, "60多场", "over 60 sessions"),
        (264, Unit.LINES, 10, "260多条", "over 260"),
        (223, Unit.UNITS, 10, "220多个", "over 220"),
        (5326, Unit.LINES, 100, "5300多条", "over 5,300"),
        (104, Unit.ARTICLES, 100, "100多篇", "over 100 articles"),
        (100, Unit.ARTICLES, 100, "100篇", "100 articles"),
        (99, Unit.ARTICLES, 100, "99篇", "99 articles"),
        (1, Unit.ARTICLES, 100, "1篇", "1 article"),
        (1_412_000, Unit.YUAN, 100_000, "140多万元", "over 1,400,000 yuan"),
        (Decimal("1412000.00"), Unit.YUAN, 100_000, "140多万元", "over 1,400,000 yuan"),
        (Decimal("1400000.00"), Unit.YUAN, 100_000, "140万元", "1,400,000 yuan"),
        (Decimal("1400000.01"), Unit.YUAN, 100_000, "140多万元", "over 1,400,000 yuan"),
        (1_412_000, Unit.YUAN, 1, "1412000元", "1,412,000 yuan"),
        (Decimal("84500.50"), Unit.YUAN, 100_000, "84500.5元", "84,500.5 yuan"),
        (2_350, Unit.YUAN, 1000, "2000多元", "over 2,000 yuan"),
        (75, Unit.SESSIONS, 1, "75场", "75 sessions"),
        (1, Unit.SESSIONS, 1, "1场", "1 session"),
        (11, Unit.TIMES, 1, "11次", "11"),
        (24, Unit.PIECES, 1, "24件", "24"),
        (16, Unit.ITEMS, 1, "16项", "16"),
        (0, Unit.PERSONS, 10, "0人", "0 persons"),
    ],
)
def test_a_figure_is_printed(value: int | Decimal, unit: Unit, step: int, chinese: str, english: str) -> None:
    assert printed(value, unit, step) == chinese
    assert printed(value, unit, step, "en") == english


def test_exactly_hides_nothing() -> None:
    assert exactly(1043, Unit.ATTENDANCES) == "1043人次"
    assert exactly(Decimal("1412000.00"), Unit.YUAN, "en") == "1,412,000 yuan"


@given(value=st.integers(0, 10**7), step=st.sampled_from([1, 10, 100, 1000]))
def test_what_is_printed_is_never_more_than_there_is_and_less_than_a_step_below(
    value: int, step: int
) -> None:
    text = printed(value, Unit.LINES, step).removesuffix("条")
    shown = int(text.removesuffix("多"))
    assert shown <= value < shown + max(step, 1)
    assert text.endswith("多") == (shown < value)
