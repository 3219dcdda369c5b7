"""Which suggestions say the same: an index in memory for the texts of one topic. Pure, and deterministic.

Two texts are as similar as what both say is much beside what only one of them says; each term counts by how rare it is
in the index and in a small background, so that an index of a few texts knows which words are common. Of what only one
says, the rest of the text with the smaller rest counts more: a short idea inside a long one is the same idea.
"""

from __future__ import annotations

import heapq
import math
from array import array
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple, TypeVar

from .terms import DATA, Phrasing, Weights, terms

Theme = TypeVar("Theme", int, str)

HINT_FROM = 0.38
"""The score from which two suggestions are shown to a person as similar."""

DESK_FROM = 0.2
"""The score from which moderators are shown a suggestion: lower, since they compare for themselves."""
THEME_FROM = 0.12
"""The score from which a grouped suggestion has a say in where another one belongs."""

LOOKED_UP = 8_000
"""Entries of postings that a query looks at, the rarest terms first, before it settles for what it has found."""
COMPARED = 32
"""Candidates that a query compares in full."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the scores depend on. The defaults are chosen by `make eval-duplicates`.

    `smaller_rest`, `larger_rest`: how much what only one of the two says counts against them.
    """

    weights: Weights = field(default_factory=Weights)
    smaller_rest: float = 0.6
    larger_rest: float = 0.4


DEFAULT = Settings()


class Index:
    """Texts by id; tells which of them are nearest to a text. Adding and removing cost what the text is long."""

    def __init__(self, settings: Settings = DEFAULT) -> None:
        self._settings = settings
        # A term is a number here: how often it occurs (the background's texts included), and in which slots.
        self._numbers: dict[str, int] = {}
        self._counts: list[int] = []
        self._postings: list[array[int]] = []
        # A text has a slot: its terms with their weights. Slots are used again.
        self._slots: dict[int, int] = {}
        self._said: list[tuple[int, array[int], array[float]]] = []
        self._free: list[int] = []

    @classmethod
    def from_texts(cls, texts: Mapping[int, str], settings: Settings = DEFAULT) -> Index:
        """An index of these texts."""
        index = cls(settings)
        for key, text in texts.items():
            index.add(key, text)
        return index

    def __len__(self) -> int:
        return len(self._slots)

    def __contains__(self, key: int) -> bool:
        return key in self._slots

    def add(self, key: int, text: str) -> None:
        """Put a text in; in the place of the one that had this id."""
        self.remove(key)
        slot = self._free.pop() if self._free else len(self._said)
        numbers, weights = array("I"), array("f")
        for term, weight in terms(text, self._settings.weights).items():
            number = self._number(term)
            self._counts[number] += 1
            self._postings[number].append(slot)
            numbers.append(number)
            weights.append(weight)
        self._slots[key] = slot
        self._said[slot : slot + 1] = [(key, numbers, weights)]

    def remove(self, key: int) -> None:
        """Take a text out; ids that are not in are ignored."""
        slot = self._slots.pop(key, None)
        if slot is None:
            return
        for number in self._said[slot][1]:
            self._counts[number] -= 1
            self._postings[number].remove(slot)
        self._free.append(slot)

    def nearest(
        self, text: str, limit: int = 3, *, among: Container[int] | None = None
    ) -> list[tuple[int, float]]:
        """(id, score from 0 to 1) of the most similar texts, best first; only those that have something in common.

        `among`: the ids that count; all where it is None.
        """
        wanted, size = self._wanted(text)
        scored = [self._scored(slot, wanted, size) for slot in self._candidates(wanted, among)]
        best = heapq.nsmallest(limit, [(-score, key) for key, score in scored])
        return [(key, -score) for score, key in best]

    def score(self, text: str, key: int) -> float:
        """How similar the text is to the one with that id. Raises KeyError for an id that is not in."""
        return self._scored(self._slots[key], *self._wanted(text))[1]

    def _number(self, term: str) -> int:
        number = self._numbers.setdefault(term, len(self._counts))
        if number == len(self._counts):
            self._counts.append(_background().counts.get(term, 0))
            self._postings.append(array("I"))
        return number

    def _wanted(self, text: str) -> tuple[dict[int, float], float]:
        """(number of a term → its weight in the text, the sum of the squares of all weights)."""
        background, top = _background(), self._top()
        wanted, size = {}, 0.0
        for term, weight in terms(text, self._settings.weights).items():
            number = self._numbers.get(term)
            count = background.counts.get(term, 0) if number is None else self._counts[number]
            said = weight * (top - _log(count))
            size += said * said
            if number is not None:
                wanted[number] = said
        return wanted, size

    def _candidates(self, wanted: dict[int, float], among: Container[int] | None) -> list[int]:
        """Slots that have most in common with what is wanted, as far as its rarer terms tell."""
        rarest_first = sorted(wanted.items(), key=lambda each: len(self._postings[each[0]]))
        found: dict[int, float] = {}
        looked_up = 0
        for number, weight in rarest_first:
            slots = self._postings[number]
            looked_up += len(slots)
            if looked_up > LOOKED_UP and found:
                break
            worth = weight * weight
            for slot in slots:
                found[slot] = found.get(slot, 0.0) + worth
        if among is not None:
            found = {slot: worth for slot, worth in found.items() if self._said[slot][0] in among}
        if len(found) <= COMPARED:
            return list(found)
        return heapq.nlargest(COMPARED, found, key=lambda slot: (found[slot], -self._said[slot][0]))

    def _scored(self, slot: int, wanted: dict[int, float], size: float) -> tuple[int, float]:
        """(id, score) of the text in that slot."""
        key, numbers, weights = self._said[slot]
        counts, top = self._counts, self._top()
        common = own = 0.0
        for number, weight in zip(numbers, weights, strict=True):
            said = weight * (top - _log(counts[number]))
            own += said * said
            common += said * wanted.get(number, 0.0)
        if common <= 0:
            return key, 0.0
        smaller, larger = sorted((max(0.0, size - common), max(0.0, own - common)))
        against = self._settings.smaller_rest * smaller + self._settings.larger_rest * larger
        return key, common / (common + against)

    def _top(self) -> float:
        """What a term would weigh that occurs once in a while: the logarithm of the number of texts."""
        return math.log(len(self._slots) + _background().texts + 1)


def shared(a: str, b: str) -> list[tuple[int, int]]:
    """(start, end) of what in `a` is also in `b`: pairs of characters, and words that mean the same. In order."""
    one, other = Phrasing(a), Phrasing(b)
    pairs = {other.text[first] + other.text[second] for first, second in other.pairs}
    names = {name for _, _, found in other.words for name in found}
    marked = [False] * len(a)
    for first, second in one.pairs:
        if one.text[first] + one.text[second] in pairs:
            marked[one.at[first]] = marked[one.at[second]] = True
    for start, end, found in one.words:
        if not names.isdisjoint(found):
            marked[one.at[start] : one.at[end - 1] + 1] = [True] * (one.at[end - 1] + 1 - one.at[start])
    return _spans(marked)


def leading_theme(said: Iterable[tuple[Theme, float]]) -> Theme | None:
    """Of (theme, score) the theme that has more than all others together; None where there is none."""
    sums: dict[Theme, float] = {}
    for theme, score in said:
        sums[theme] = sums.get(theme, 0.0) + score
    best = max(sums, key=sums.__getitem__, default=None)
    return best if best is not None and 2 * sums[best] > sum(sums.values()) else None


class Piece(NamedTuple):
    """A stretch of a text. `shared`: another one says it, too."""

    text: str
    shared: bool


def pieces(text: str, spans: Iterable[tuple[int, int]]) -> tuple[Piece, ...]:
    """The text cut at the spans, which are in order and do not overlap; nothing of it is lost."""
    found = []
    place = 0
    for start, end in spans:
        found += [Piece(text[place:start], shared=False), Piece(text[start:end], shared=True)]
        place = end
    return tuple(piece for piece in (*found, Piece(text[place:], shared=False)) if piece.text)


@dataclass(frozen=True, slots=True)
class _Background:
    """In how many of how many texts a term occurs."""

    texts: int
    counts: Mapping[str, int]


@cache
def _background() -> _Background:
    (_, texts), *rows = (
        line.split("\t") for line in (DATA / "background.tsv").read_text("utf-8").splitlines()
    )
    return _Background(int(texts), {term: int(count) for term, count in rows})


@cache
def _log(count: int) -> float:
    """log(count + 0.5), of which there are few different ones."""
    return math.log(count + 0.5)


def _spans(marked: list[bool]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for place, is_marked in enumerate(marked):
        if is_marked and spans and spans[-1][1] == place:
            spans[-1] = (spans[-1][0], place + 1)
        elif is_marked:
            spans.append((place, place + 1))
    return spans
