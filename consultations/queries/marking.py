"""A text cut where marks begin and end, so that a page can show what is shared with another text or was found in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

Span: TypeAlias = tuple[int, int]
"""From the first character up to, not including, the last: offsets in code points."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a text. `marks`: names of what holds for all of it, with blanks between; empty for plain text."""

    text: str
    marks: str = ""


def segments(text: str, **marks: Iterable[Span]) -> tuple[Segment, ...]:
    """The whole text in pieces; each keyword names a mark and says where it holds. Spans may overlap."""
    spans = {name: [(start, end) for start, end in found if start < end] for name, found in marks.items()}
    cuts = sorted(
        {0, len(text)}
        | {min(max(edge, 0), len(text)) for found in spans.values() for span in found for edge in span}
    )
    return tuple(
        Segment(
            text[start:end],
            " ".join(
                name
                for name, found in spans.items()
                if any(one[0] <= start and end <= one[1] for one in found)
            ),
        )
        for start, end in pairwise(cuts)
    )
