"""Which suggestions one sentence may stand for."""

from __future__ import annotations

from collections.abc import Container

import pytest

from consultations.folding import differs, folded
from consultations.similarity import Index

OPEN = "建议机关事业单位停车场夜间向周边居民开放。"
OPEN_TOO = "机关事业单位停车场晚上应向周边居民开放，早上八点前开走。"
OPEN_NOT = "机关事业单位停车场夜间不应向周边居民开放。"
WINDOW = "老人办事要保留人工窗口，有会说方言的人帮办。"


def groups(*texts: str) -> list[list[int]]:
    numbered = dict(enumerate(texts))
    return folded(numbered, Index.from_texts(numbered))


def test_what_says_the_same_is_gathered_by_the_first() -> None:
    assert groups(OPEN, WINDOW, OPEN_TOO) == [[0, 2], [1]]
    assert groups(OPEN_TOO, WINDOW, OPEN) == [[0, 2], [1]]
    assert groups() == []


def test_what_was_gathered_gathers_nothing_itself() -> None:
    # The second is like both others, which are not like each other.
    texts = {0: "停车场夜间开放", 1: "停车场夜间开放，周末也开", 2: "周末也开"}
    alike = {texts[0]: [(1, 1.0)], texts[1]: [(0, 1.0), (2, 1.0)], texts[2]: [(1, 1.0)]}

    class Chain(Index):
        def nearest(
            self, text: str, limit: int = 3, *, among: Container[int] | None = None
        ) -> list[tuple[int, float]]:
            assert among is not None
            return [(key, score) for key, score in alike[text] if key in among]

    assert folded(texts, Chain()) == [[0, 1], [2]]


@pytest.mark.parametrize(
    ("one", "other", "is_other"),
    [
        (OPEN, OPEN_TOO, False),
        (OPEN, OPEN_NOT, True),
        ("职校开设评茶订单班，定向培养。", "职校开设电机装配订单班，定向培养。", True),
        ("路边停车前半小时免费。", "路边停车前一小时免费。", True),
        ("路边停车前半小时免费。", "路边停车前三十分钟免费。", False),
        ("路边停车免费。", "路边停车前半小时免费。", False),
        (WINDOW, "为老年人保留人工窗口，并安排懂方言的帮办员。", False),
    ],
)
def test_what_is_alike_may_say_something_else(one: str, other: str, is_other: bool) -> None:
    assert differs(one, other) is is_other
    assert differs(other, one) is is_other
