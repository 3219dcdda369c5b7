"""Which suggestions of a section say the same so plainly that one sentence may stand for them: pure, and deterministic.

Nobody looks at it before it is drafted, so that it is far stricter than a hint: texts that differ in a number, in what
they are about, or in whether they are for or against it, are never folded, however alike they are otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import takewhile

from .similarity import Index, shared
from .terms import Phrasing
from .wording_checks import contradicts, quantities

FOLD_FROM = 0.6
"""The score from which two texts are the same; docs/duplicates.md says what comes of it."""
_LOOKED_AT = 8
"""Nearest texts that are considered."""
_OWN = 2
"""Letters that a text has of its own where it is about something else."""


def folded(texts: Mapping[int, str], index: Index) -> list[list[int]]:
    """The ids in their order, each with those behind it that say the same; what is behind never gathers others itself.

    `index` holds these texts, and better all others of the topic, too.
    """
    groups: dict[int, list[int]] = {}
    for key, text in texts.items():
        nearest = index.nearest(text, _LOOKED_AT, among=groups)
        same = (first for first, score in nearest if score >= FOLD_FROM and not differs(text, texts[first]))
        groups.setdefault(next(same, key), []).append(key)
    return list(groups.values())


def differs(one: str, other: str) -> bool:
    """Whether two texts that are alike say something else: other numbers, another thing, or the contrary."""
    return (
        _other_numbers(one, other)
        or _other_thing(one, other)
        or contradicts(one, [other])
        or contradicts(other, [one])
    )


def _other_numbers(one: str, other: str) -> bool:
    ours, theirs = quantities(one).keys(), quantities(other).keys()
    return bool(ours - theirs and theirs - ours)


def _other_thing(one: str, other: str) -> bool:
    """Whether they are one sentence with another word in one place: 评茶订单班 and 电机装配订单班."""
    letters, others = _letters(one), _letters(other)
    shorter = min(len(letters), len(others))
    begin = _alike(letters, others)
    end = min(_alike(reversed(letters), reversed(others)), shorter - begin)
    return 2 * (begin + end) >= shorter and min(_own(one, other), _own(other, one)) >= _OWN


def _alike(one: Iterable[str], other: Iterable[str]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _letters(text: str) -> list[str]:
    phrasing = Phrasing(text)
    return [character for character, letter in zip(phrasing.text, phrasing.letters, strict=True) if letter]


def _own(text: str, other: str) -> int:
    """How many letters the other text has not, in no word that means the same."""
    phrasing = Phrasing(text)
    marked = [False] * len(text)
    for start, end in shared(text, other):
        marked[start:end] = [True] * (end - start)
    return sum(letter and not marked[phrasing.at[place]] for place, letter in enumerate(phrasing.letters))
