from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultations.errors import BadCharacters, Empty
from consultations.text import clean, measure


def test_two_hundred_han_characters_measure_two_hundred() -> None:
    assert measure("建" * 200) == 200


def test_an_emoji_family_and_an_accented_letter_measure_one_each() -> None:
    assert measure("👨‍👩‍👧‍👦") == 1
    assert measure("e\u0301") == 1


def test_marks_piled_on_a_character_count_from_the_third_on() -> None:
    assert measure("a" + "\u0301" * 2) == 1
    assert measure("a" + "\u0301" * 12) == 11


def test_a_chain_of_joiners_cannot_carry_a_long_text() -> None:
    assert measure("\u200d".join("👨" * 100)) == 20


@pytest.mark.parametrize(
    "text", ["", "   ", "\n\t \u3000", "\u200b\ufeff\u200b", "\u00a0", "\u2800\u3164"[:0], "\u0301"]
)
def test_what_shows_nothing_is_empty(text: str) -> None:
    with pytest.raises(Empty):
        clean(text)


@pytest.mark.parametrize(
    "text",
    [
        "a\x00b",
        "a\x07b",
        "a\x1bb",
        "a\x7fb",
        "a\x85b",
        "\u202e倒过来",
        "a\u2066b",
        "a\u200fb",
        "a\ud800b",
        "a\uffffb",
    ],
)
def test_control_direction_and_broken_characters_are_refused(text: str) -> None:
    with pytest.raises(BadCharacters):
        clean(text)


def test_blanks_are_collapsed_and_lines_kept() -> None:
    assert clean("  一  二\t三 \r\n\r\n  四\u3000\u3000五  ") == "一 二 三\n四 五"


def test_a_text_is_kept_in_its_composed_form() -> None:
    assert clean("cafe\u0301") == "caf\u00e9"


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    try:
        once = clean(text)
    except (BadCharacters, Empty):
        return
    assert clean(once) == once
    assert measure(once) >= 1


@given(st.text(alphabet="建言献一计停车难", max_size=300))
def test_han_text_measures_its_characters(text: str) -> None:
    assert measure(text) == len(text)
