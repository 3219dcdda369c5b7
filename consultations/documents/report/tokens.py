"""Figures in prose: `{slug}` in a text stands for one, and prints it.

`{slug}` is rounded down (60多场), `{slug:exact}` is not (63场), `{slug:before}` is of the year before (58场), and
`{slug:share}` what part it is of something, where it is one (92%). Braces and colons may be full-width, as Chinese
keyboards have them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from ...enums import Measure
from .model import Figure

EXACT, BEFORE, SHARE = "exact", "before", "share"
_FORMS = frozenset({"", EXACT, BEFORE})
_TOKEN = re.compile(r"[{｛]([^{}｛｝\n]{1,60})[}｝]")
_COLON = re.compile("[:：]")
_UNITS = "人次|万元|亿元|场|次|人|件|条|项|个|元|篇|家|批|名|期"
_TYPED = re.compile(rf"[0-9０-９][0-9０-９,，.．]{{0,20}}\s?[多余万亿]{{0,2}}(?:{_UNITS})")


Forms: TypeAlias = Mapping[str, Collection[str]]
"""By slug what may stand behind the colon; empty for none."""


class Countable(Protocol):
    """A figure, or the rule that one is counted by."""

    @property
    def slug(self) -> str:
        """Its short name."""

    @property
    def measure(self) -> Measure:
        """What is counted."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text: words, or a figure where `slug` is not empty."""

    text: str
    slug: str = ""


def pieces(text: str, figures: Mapping[str, Figure]) -> Iterator[Piece]:
    """The text with its figures. What names no figure stays as it was written."""
    at = 0
    for token in _TOKEN.finditer(text):
        slug, how = _parts(token)
        figure = figures.get(slug)
        said = None if figure is None else _said(figure, how)
        if said is None:
            continue
        if token.start() > at:
            yield Piece(text[at : token.start()])
        yield Piece(said, slug)
        at = token.end()
    if at < len(text):
        yield Piece(text[at:])


def printed(text: str, figures: Mapping[str, Figure]) -> str:
    """The text as it is read."""
    return "".join(piece.text for piece in pieces(text, figures))


def named(text: str) -> tuple[str, ...]:
    """The slugs that the text names, each once, known or not."""
    return tuple(dict.fromkeys(_parts(token)[0] for token in _TOKEN.finditer(text)))


def forms_of(indicators: Iterable[Countable]) -> Forms:
    """In which forms figures can be named, by slug. It needs no numbers: rules will do."""
    return {one.slug: _FORMS | {SHARE} if one.measure == Measure.ANSWERED else _FORMS for one in indicators}


def unknown(text: str, forms: Forms) -> tuple[str, ...]:
    """What stands in braces and is no figure, or none in that form, as it was written; each once."""
    return tuple(dict.fromkeys(token[0] for token in _TOKEN.finditer(text) if not _known(token, forms)))


def typed(text: str) -> tuple[str, ...]:
    """Numbers with a unit that somebody typed (1000多人次): a figure would say where it comes from."""
    return tuple(dict.fromkeys(one[0] for one in _TYPED.finditer(_TOKEN.sub(" ", text))))


def _known(token: re.Match[str], forms: Forms) -> bool:
    slug, how = _parts(token)
    return how in forms.get(slug, ())


def _parts(token: re.Match[str]) -> tuple[str, str]:
    """Which figure, and in which form: empty for the usual one."""
    slug, *how = _COLON.split(token[1].strip(), maxsplit=1)
    return slug.strip(), how[0].strip() if how else ""


def _said(figure: Figure, how: str) -> str | None:
    said = {"": figure.printed, EXACT: figure.exact, BEFORE: figure.exact_before}
    if figure.of is not None:
        said[SHARE] = f"{figure.share or 0}%"
    return said.get(how)
