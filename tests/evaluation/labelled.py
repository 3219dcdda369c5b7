"""Suggestions of which people have said whether they say the same.

`pairs.json`: pairs from one county, each a duplicate (with how hard it is to see: 易, 中, 难), related or different.
`groups.json`: what of the demonstration's suggestions says the same; everything else there does not, as far as we saw.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal, Protocol, TypeAlias

import jianyan.demo

HERE = Path(__file__).parent
DEMONSTRATION = Path(jianyan.demo.__file__).parent / "data" / "topics.json"

Label: TypeAlias = Literal["duplicate", "related", "different"]
LABELS: tuple[Label, ...] = ("duplicate", "related", "different")


class Judge(Protocol):
    """What is measured: an index over numbered texts."""

    def nearest(self, text: str, limit: int = 3) -> list[tuple[int, float]]:
        """(number, score), best first."""

    def score(self, text: str, key: int) -> float:
        """How similar the text is to the one of that number."""


@dataclass(frozen=True)
class Pair:
    """Two suggestions, and what they are to each other."""

    a: str
    b: str
    label: Label
    note: str

    @property
    def difficulty(self) -> str:
        """易, 中 or 难."""
        return self.note.partition("：")[2][:1]


@dataclass(frozen=True)
class Topic:
    """A topic of the demonstration: its texts, their themes, and the groups of those that say the same."""

    title: str
    texts: tuple[str, ...]
    themes: tuple[str | None, ...]
    groups: tuple[frozenset[int], ...]

    @cached_property
    def numbered(self) -> dict[int, str]:
        """Number → text."""
        return dict(enumerate(self.texts))

    def says_the_same(self, one: int, other: int) -> bool:
        """Whether the two are in one group."""
        return any(one in group and other in group for group in self.groups)


def pairs() -> tuple[Pair, ...]:
    """The pairs, in the order of the file."""
    return tuple(Pair(**pair) for pair in json.loads((HERE / "pairs.json").read_text("utf-8")))


def texts_of(found: tuple[Pair, ...]) -> dict[int, str]:
    """Number → each text that occurs, once."""
    return dict(enumerate(dict.fromkeys(text for pair in found for text in (pair.a, pair.b))))


def topics() -> tuple[Topic, ...]:
    """The demonstration's topics; groups of which it no longer has the texts are left out."""
    groups: list[list[str]] = json.loads((HERE / "groups.json").read_text("utf-8"))
    found = []
    for topic in json.loads(DEMONSTRATION.read_text("utf-8")):
        texts = [suggestion["text"] for suggestion in topic["suggestions"]]
        numbers = {text: number for number, text in enumerate(texts)}
        here = [frozenset(numbers[text] for text in group if text in numbers) for group in groups]
        found.append(
            Topic(
                title=topic["title"],
                texts=tuple(texts),
                themes=tuple(suggestion["theme"] for suggestion in topic["suggestions"]),
                groups=tuple(group for group in here if len(group) > 1),
            )
        )
    return tuple(found)
