"""Where two wordings of the same idea differ: pure."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TypeAlias

import regex

Span: TypeAlias = tuple[int, int]
"""From the first character up to, not including, the last: offsets in code points."""

# Characters as readers see them; what is written in letters or digits is compared word by word.
_TOKEN = regex.compile(r"[A-Za-z0-9]+|\X")
LONGEST = 2_000
"""Characters of a text that are still compared: the work grows with both lengths at once."""
_STRAY = 1
"""So many equal characters between two changes are part of the change: marks that flicker help nobody."""


def differences(before: str, after: str) -> tuple[list[Span], list[Span]]:
    """The spans of the one text that are not in the other, and the other way round.

    Texts that are equal have none; those of which one is longer than LONGEST differ as a whole.
    """
    if before == after:
        return [], []
    if max(len(before), len(after)) > LONGEST:
        return [(0, len(before))], [(0, len(after))]
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    opcodes = SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes()
    gone: list[Span] = []
    come: list[Span] = []
    last = len(opcodes) - 1
    for index, (tag, i1, i2, j1, j2) in enumerate(opcodes):
        if tag != "equal" or (0 < index < last and i2 - i1 <= _STRAY):
            _extend(gone, i1, i2)
            _extend(come, j1, j2)
    return _in_characters(old, gone), _in_characters(new, come)


def _extend(spans: list[Span], start: int, end: int) -> None:
    if start == end:
        return
    if spans and spans[-1][1] == start:
        spans[-1] = (spans[-1][0], end)
    else:
        spans.append((start, end))


def _in_characters(tokens: list[str], spans: list[Span]) -> list[Span]:
    offsets = [0]
    for token in tokens:
        offsets.append(offsets[-1] + len(token))
    return [(offsets[start], offsets[end]) for start, end in spans]
