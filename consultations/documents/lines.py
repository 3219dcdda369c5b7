"""Where lines are broken that no program breaks well by itself: mark, title, names in columns, words in narrow cells.

Every format with a page takes its lines from here, so that the same document looks the same on paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
