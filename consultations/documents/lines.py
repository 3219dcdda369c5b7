"""Where lines are broken that no program breaks well by itself: mark, title, names in columns, words in narrow cells.

Every format with a page takes its lines from here, so that the same document looks the same on paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import regex

from .printable import printable, width
from .wording import name_text

CHARACTERS = 28
"""Of the body's size, in a line."""
TITLE_CHARACTERS = 20
"""Of the title's size, in a line."""
TEXT_POINTS = 442
"""The width of the text block."""

LABEL = 3
"""出席： in characters."""
INDENT = 2 + LABEL
COLUMN = 4.75
"""Five to a line, so that a name of four characters fits; no name's width is that of columns to the point, where
rounding would decide whether the tab behind it leads to this stop or to the next."""

_MARK_LARGEST, _MARK_ONE_LINE, _MARK_SMALLEST = 52, 34, 22
_BREAK_AFTER = "的”》），、；：　 "
_BREAK_BEFORE = "“《（"
_KEPT_TOGETHER = "“《（"

_WESTERN = "[!-~\u00a1-\u02af\u0370-\u1fff]"
_SIGN = "[\u2014\u2018-\u201d\u2026\u3001-\u3011\u3014-\u301f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40]"
# What no program breaks. Numbers are left whole, as official documents want them.
_WORD = regex.compile(f"{_WESTERN}{{5,}}")
_LONG = regex.compile(f"{_WESTERN}{{9,}}|{_SIGN}{{9,}}")
_NUMBER = 24
_SEAM = 4


def mark_lines(mark: tuple[str, str]) -> tuple[tuple[str, ...], int]:
    """The red mark and its size in points: in one line if that can be large, else issuer over kind."""
    issuer, kind = (printable(part) for part in mark)
    lines: tuple[str, ...] = (f"{issuer}{kind}",)
    points = _fitting(lines)
    if points < _MARK_ONE_LINE:
        lines = (issuer, kind)
        points = _fitting(lines)
    return lines, points


def _fitting(lines: Sequence[str]) -> int:
    """The largest size in whole points at which every line fits the text block."""
    longest = max(1, *(len(line) for line in lines))
    return max(_MARK_SMALLEST, min(_MARK_LARGEST, TEXT_POINTS // longest))


def title_lines(title: str) -> tuple[str, ...]:
    """The title in lines of the title's size, broken where the sense allows and as evenly as can be.

    Line feeds of the title itself are kept.
    """
    lines: list[str] = []
    for part in printable(title).strip().split("\n"):
        rest = part.strip()
        while len(rest) > TITLE_CHARACTERS:
            at = _break(rest, TITLE_CHARACTERS)
            lines.append(rest[:at].strip())
            rest = rest[at:].strip()
        lines.append(rest)
    return tuple(lines)


def _break(text: str, room: int) -> int:
    """Where to break: near an even share, at a seam of the sense if there is one, never just behind an opening mark."""
    share = -(-len(text) // -(-len(text) // room))
    # What is left must fit the lines that remain.
    least = max(1, len(text) - room * (-(-len(text) // room) - 1))
    allowed = range(least, room + 1)
    seams = [at for at in allowed if text[at - 1] in _BREAK_AFTER or text[at] in _BREAK_BEFORE]
    fair = [at for at in allowed if text[at - 1] not in _KEPT_TOGETHER and text[at] not in _BREAK_AFTER]
    return min(seams or fair or allowed, key=lambda at: (abs(at - share), at))


def without_widow(words: str, room: int) -> str:
    """Broken in halves where a line of `room` characters would leave one alone on the next."""
    if len(words) % room != 1 or len(words) == 1:
        return words
    half = -(-len(words) // 2)
    return f"{words[:half]}\n{words[half:]}"


@dataclass(frozen=True, slots=True)
class PlacedName:
    """A name as it is printed, and how many columns it takes."""

    name: str
    columns: int


def name_lines(names: Sequence[str]) -> tuple[tuple[PlacedName, ...], ...]:
    """Names in lines of columns, behind the indent; a long name takes two columns or more."""
    lines: list[list[PlacedName]] = []
    used = 0
    for each in names:
        name = name_text(printable(each).replace("\n", " "))
        wide = width(name)
        if not used or used * COLUMN + wide > CHARACTERS - INDENT:
            lines.append([])
            used = 0
        lines[-1].append(PlacedName(name, int(wide // COLUMN) + 1))
        used += lines[-1][-1].columns
    return tuple(map(tuple, lines))


def has_long_word(text: str) -> bool:
    """Whether a word that is not Chinese could leave a hole in a justified line."""
    return _WORD.search(text) is not None


def with_seams(text: str) -> str:
    """With zero-width blanks where an address or a row of signs too long for its line may be broken."""
    return _LONG.sub(_seamed, text)


def _seamed(found: regex.Match[str]) -> str:
    word = found[0]
    if len(word) <= _NUMBER and word.isdecimal():
        return word
    return "\u200b".join(word[at : at + _SEAM] for at in range(0, len(word), _SEAM))
