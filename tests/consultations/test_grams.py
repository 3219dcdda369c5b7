"""Texts in pieces: what an index is given, what it is asked for, and what is shown of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultations.grams import WORDS, around_the_first, folded, grams, marked, words_of

TEXTS = st.text(alphabet="停车难老城区位abAB12５Ａ ，。\n", max_size=40)


def test_chinese_stands_in_characters_and_pairs_and_other_scripts_in_words() -> None:
    assert grams("停车难, 5G基站") == ("5g", "停", "停车", "基", "基站", "站", "车", "车难", "难")


def test_width_and_case_make_no_difference() -> None:
    assert folded("ＡＢ　Wi-Fi") == "ab wi-fi"
    assert grams("Ｗｉｆｉ") == grams("WIFI") == ("wifi",)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("停", [("停", ("停",), ())]),
        ("停车 夜间", [("停车", ("停车",), ()), ("夜间", ("夜间",), ())]),
        ("“停车 夜间”", [("停车 夜间", ("停车", "夜间"), ())]),
        ("停车难wifi", [("停车难wifi", ("停车", "车难"), ("wifi",))]),
        ("停车 停车", [("停车", ("停车",), ())]),
        ("  ，！ … ", []),
        ("", []),
    ],
)
def test_words_stand_apart_by_blanks_and_phrases_in_quotation_marks(
    typed: str, words: list[tuple[str, tuple[str, ...], tuple[str, ...]]]
) -> None:
    assert [(word.folded, word.pieces, word.begins) for word in words_of(typed)] == words


def test_only_so_many_words_are_looked_for() -> None:
    assert len(words_of(" ".join(str(number) for number in range(50)))) == WORDS


def test_what_was_looked_for_is_marked_whatever_its_width() -> None:
    pieces = marked("停车位ＡＢ，停车难", words_of("停车 ab"))
    assert [(piece.text, piece.hit) for piece in pieces] == [
        ("停车", True),
        ("位", False),
        ("ＡＢ", True),
        ("，", False),
        ("停车", True),
        ("难", False),
    ]


def test_of_a_long_text_the_part_around_the_first_hit_is_shown() -> None:
    text = "前" * 300 + "停车" + "后" * 300
    shown = around_the_first(text, words_of("停车"), 90)
    assert "停车" in shown
    assert (shown[0], shown[-1], len(shown)) == ("…", "…", 92)
    assert around_the_first("短", words_of("停车"), 90) == "短"
    assert around_the_first("前" * 300, words_of("停车"), 90) == "前" * 90 + "…"


@given(TEXTS, TEXTS)
def test_every_piece_of_what_a_text_holds_is_a_piece_of_the_text(before: str, after: str) -> None:
    """So that the index never leaves out what a comparison of the texts would find."""
    known = set(grams(before + "停车难" + after))
    for word in words_of("停车难"):
        assert set(word.pieces) <= known


@given(TEXTS, TEXTS)
def test_marking_loses_nothing_of_a_text(text: str, typed: str) -> None:
    assert "".join(piece.text for piece in marked(text, words_of(typed))) == text
