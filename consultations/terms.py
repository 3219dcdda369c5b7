"""What a suggestion says, as weighted terms that can be compared: pure.

Terms are characters, pairs of characters, words with their synonyms under one name, numbers with their unit, and Latin
words. Width, case, traditional characters, politeness and officialese make no difference.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import regex

DATA = Path(__file__).parent / "data" / "similarity"

_LATIN = regex.compile(r"[a-z][a-z'-]+")
_DIGITS = "零一二三四五六七八九"
_VALUES = {digit: value for value, digit in enumerate(_DIGITS)} | {"〇": 0, "两": 2}
_POWERS = {"十": 10, "百": 100, "千": 1000, "万": 10_000}
# What a unit is counted in, and how many of it one is.
_UNITS = {
    "分钟": ("minutes", 1), "刻钟": ("minutes", 15), "小时": ("minutes", 60), "钟头": ("minutes", 60),
    "天": ("days", 1), "日": ("days", 1), "周": ("days", 7), "星期": ("days", 7), "礼拜": ("days", 7),
    "月": ("months", 1), "季度": ("months", 3), "年": ("months", 12),
    "元": ("yuan", 1), "块": ("yuan", 1), "毛": ("yuan", 0.1), "角": ("yuan", 0.1),
    "%": ("percent", 1), "成": ("percent", 10),
    "点": ("o'clock", 1), "岁": ("years of age", 1), "路": ("line", 1),
    "米": ("metres", 1), "公里": ("metres", 1000), "里": ("metres", 500),
    "人": ("people", 1), "户": ("households", 1), "亩": ("mu", 1), "辆": ("cars", 1), "层": ("floors", 1),
    "次": ("times", 1), "趟": ("times", 1), "倍": ("fold", 1),
}  # fmt: skip
_NUMBER = regex.compile(
    r"百分之(?P<percent>[零〇一二两三四五六七八九十百]+|\d{1,9}(?:\.\d{1,3})?)"
    r"|(?P<value>半|\d{1,9}(?:\.\d{1,3})?万?|[零〇一二两三四五六七八九十百千万]+)个?(?P<more>半)?多?"
    rf"(?P<unit>{'|'.join(sorted(_UNITS, key=len, reverse=True))})(?P<half>半)?"
)
_ASKED = regex.compile(r"[，。；：！？,;:!?\n]\s*我?(?:建议|希望|能不能|能否|可否|恳请|呼吁)")
_REST = 4
"""Characters that must follow for a text to ask for something after its reasons."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each kind of term says. `covered`: characters of a word that has synonyms, which says it already.

    `reason`: everything before “, 建议 …”, where a text first says why: many give the same reason for other wishes.
    """

    character: float = 0.7
    pair: float = 0.2
    word: float = 1.5
    number: float = 0.7
    covered: float = 0.7
    reason: float = 0.4


class Lexicon:
    """Words to be found in texts, each with the names that it stands for."""

    def __init__(self, names: dict[str, tuple[str, ...]]) -> None:
        self._names = names
        lengths: dict[str, set[int]] = {}
        for word in names:
            lengths.setdefault(word[0], set()).add(len(word))
        self._lengths = {first: sorted(found, reverse=True) for first, found in lengths.items()}

    def at(self, text: str, start: int) -> Iterator[tuple[int, tuple[str, ...]]]:
        """(end, names) of the words that begin there, the longest first."""
        for length in self._lengths.get(text[start], ()):
            word = text[start : start + length]
            if len(word) == length and word in self._names:
                yield start + length, self._names[word]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)


def _lines(name: str) -> Iterator[str]:
    for line in (DATA / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line


@cache
def synonyms() -> Lexicon:
    """Words that have synonyms; the name of a group is its first word."""
    names: dict[str, tuple[str, ...]] = {}
    for line in _lines("synonyms.txt"):
        first, *others = line.split()
        for word in (first, *others):
            names[word] = (*names.get(word, ()), first)
    return Lexicon(names)


@cache
def phrases() -> Lexicon:
    """What says nothing of the matter."""
    return Lexicon({phrase: () for line in _lines("phrases.txt") for phrase in line.split()})


@cache
def _simplified() -> dict[str, str]:
    return {pair[0]: pair[1] for line in _lines("traditional.txt") for pair in line.split()}


class Phrasing:
    """One text, made comparable. `at[i]`: where the character i of `text` stands in the text as it was written."""

    def __init__(self, written: str) -> None:
        simplified = _simplified()
        characters: list[str] = []
        self.at: list[int] = []
        for place, character in enumerate(written):
            for part in unicodedata.normalize("NFKC", character).lower():
                characters.append(simplified.get(part, part))
                self.at.append(place)
        self.text = "".join(characters)

    @cached_property
    def numbers(self) -> dict[tuple[int, int], str]:
        """(start, end) → the number in the smallest unit of its kind."""
        return {match.span(): _number(match) for match in _NUMBER.finditer(self.text)}

    @cached_property
    def latin(self) -> dict[tuple[int, int], str]:
        """(start, end) → a word in Latin letters."""
        return {match.span(): match[0] for match in _LATIN.finditer(self.text)}

    @cached_property
    def idle(self) -> list[int]:
        """For each character, the length of the phrase that says nothing and covers it; 0 where it says something."""
        idle = [0] * len(self.text)
        place = 0
        while place < len(self.text):
            end = next((end for end, _ in phrases().at(self.text, place)), place)
            for covered in range(place, end):
                idle[covered] = end - place
            place = max(end, place + 1)
        return idle

    @cached_property
    def words(self) -> list[tuple[int, int, tuple[str, ...]]]:
        """(start, end, names) of words with synonyms, overlapping ones too; none from within a number or idle phrase."""
        counted = [False] * len(self.text)
        for start, end in self.numbers:
            counted[start:end] = [True] * (end - start)
        return [
            (start, end, names)
            for start in range(len(self.text))
            for end, names in synonyms().at(self.text, start)
            if not all(counted[start:end]) and (min(self.idle[start:end]) < end - start or end - start == 1)
        ]

    @cached_property
    def letters(self) -> list[bool]:
        """Which characters are compared one by one: letters that no idle phrase, number or Latin word covers."""
        letters = [
            not idle and (character.isalnum()) for character, idle in zip(self.text, self.idle, strict=True)
        ]
        for start, end in (*self.numbers, *self.latin):
            letters[start:end] = [False] * (end - start)
        return letters

    @cached_property
    def pairs(self) -> list[tuple[int, int]]:
        """(place, place) of letters that follow each other; idle characters between them do not part them."""
        pairs = []
        last: int | None = None
        for place, (character, letter) in enumerate(zip(self.text, self.letters, strict=True)):
            if letter:
                if last is not None:
                    pairs.append((last, place))
                last = place
            elif not character.isalnum():
                last = None
        return pairs

    @cached_property
    def asked_from(self) -> int:
        """Where the wish begins after its reasons; 0 where the text does not begin with reasons."""
        found = _ASKED.search(self.text)
        return found.start() if found and len(self.text) - found.end() >= _REST else 0


def terms(written: str, weights: Weights) -> dict[str, float]:
    """Term → how much it says of this text. Empty for a text of nothing but phrases."""
    phrasing = Phrasing(written)
    text = phrasing.text
    found: dict[str, float] = {}

    def say(term: str, place: int, weight: float) -> None:
        weight *= weights.reason if place < phrasing.asked_from else 1
        if weight > found.get(term, 0):
            found[term] = weight

    covered = [False] * len(text)
    for start, end, names in phrasing.words:
        covered[start:end] = [True] * (end - start)
        for name in names:
            say(f"#{name}", start, weights.word)
    for (start, _), number in phrasing.numbers.items():
        say(f"={number}", start, weights.number)
    for (start, _), word in phrasing.latin.items():
        say(f"~{word}", start, weights.word)
    for place, letter in enumerate(phrasing.letters):
        if letter:
            say(text[place], place, weights.character * (weights.covered if covered[place] else 1))
    for first, second in phrasing.pairs:
        known = covered[first] and covered[second]
        say(text[first] + text[second], first, weights.pair * (weights.covered if known else 1))
    return found


def _number(match: regex.Match[str]) -> str:
    if match["percent"]:
        return f"{value_of(match['percent']):g} percent"
    unit, size = _UNITS[match["unit"]]
    return f"{(value_of(match['value']) + (0.5 if match['half'] or match['more'] else 0)) * size:g} {unit}"


def value_of(numeral: str) -> float:
    """The value of a number in digits or Chinese numerals; numerals in a row are digits (二三路: 23)."""
    if numeral == "半":
        return 0.5
    if numeral[0].isascii():
        return float(numeral.removesuffix("万")) * (10_000 if numeral.endswith("万") else 1)
    total, digits = 0, 0
    for character in numeral:
        if character in _VALUES:
            digits = digits * 10 + _VALUES[character]
        elif character == "万":
            total, digits = (total + digits or 1) * 10_000, 0
        else:
            total, digits = total + (digits or 1) * _POWERS[character], 0
    return total + digits
