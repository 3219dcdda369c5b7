"""What two wordings do not share."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultations.differences import differences


def cut(text: str, spans: list[tuple[int, int]]) -> list[str]:
    return [text[start:end] for start, end in spans]


@pytest.mark.parametrize(
    ("before", "after", "gone", "come"),
    [
        ("车位晚六点开放", "车位晚六点开放", [], []),
        ("车位晚上开放", "车位晚上七点开放", [], ["七点"]),
        ("请机关单位开放车位", "机关单位开放车位", ["请"], []),
        ("开放30个车位", "开放300个车位", ["30"], ["300"]),
        ("", "新的", [], ["新的"]),
        ("甲乙丙", "丁戊己", ["甲乙丙"], ["丁戊己"]),
        # One character between two changes belongs to the change.
        ("城东学校门口", "城西学区门口", ["东学校"], ["西学区"]),
        # A letter and the mark on it are one character.
        ("停é车", "停e\u0301车", ["é"], ["e\u0301"]),
    ],
)
def test_what_is_only_in_one_of_them_is_marked(
    before: str, after: str, gone: list[str], come: list[str]
) -> None:
    old, new = differences(before, after)
    assert (cut(before, old), cut(after, new)) == (gone, come)


def test_texts_too_long_to_compare_differ_as_a_whole() -> None:
    assert differences("长" * 2001, "短") == ([(0, 2001)], [(0, 1)])


@given(st.text(max_size=40), st.text(max_size=40))
def test_what_is_left_without_the_marks_is_the_same_text(before: str, after: str) -> None:
    old, new = differences(before, after)

    def rest(text: str, spans: list[tuple[int, int]]) -> str:
        for start, end in reversed(spans):
            text = text[:start] + text[end:]
        return text

    assert rest(before, old) == rest(after, new)
