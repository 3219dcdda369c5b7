"""The words that a report begins with: the standard text, of which stands what there are figures for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ...enums import ReportPart
from .model import Figure
from .tokens import named

DATA = Path(__file__).parents[2] / "data" / "report_passages.json"


@dataclass(frozen=True, slots=True)
class Words:
    """A passage as it is written: its part, its heading, and its text with figures by name."""

    part: ReportPart
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class _Standard:
    part: ReportPart
    heading: str
    sentences: tuple[str, ...]


def standard_words(figures: Mapping[str, Figure]) -> tuple[Words, ...]:
    """Of the standard text the sentences in which some figure is not 0, and what leads to them.

    A body that counts otherwise has other figures: sentences that name one it does not have are left out.
    """
    return tuple(
        Words(one.part, one.heading, "".join(sentences))
        for one in _standard()
        if any(map(named, sentences := tuple(_standing(one, figures))))
    )


def _standing(passage: _Standard, figures: Mapping[str, Figure]) -> Iterator[str]:
    for sentence in passage.sentences:
        slugs = named(sentence)
        if all(slug in figures for slug in slugs) and (
            not slugs or any(figures[slug].value for slug in slugs)
        ):
            yield sentence


@cache
def _standard() -> tuple[_Standard, ...]:
    return tuple(
        _Standard(ReportPart(row["part"]), row["heading"], tuple(row["sentences"]))
        for row in json.loads(DATA.read_text(encoding="utf-8"))
    )
