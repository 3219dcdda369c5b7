"""Texts in pieces that an index can look up: single characters and pairs of Chinese, whole words of other scripts.

The trigram indexes of databases do not find a word of two characters, and most Chinese words have two. Pure.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex

WORDS = 8
"""So many words of a search are looked for; further ones are left out."""

_CHARACTERS = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}"
_RUNS = regex.compile(
    rf"(?P<han>[{_CHARACTERS}]+)|(?P<word>[[\p{{L}}\p{{N}}\p{{M}}]--[{_CHARACTERS}]]+)", regex.V1
)
_PHRASES = regex.compile(r"[\"“”「『](?P<phrase>[^\"“”」』]+)[\"“”」』]|(?P<word>[^\s\"“”「」『』]+)")


@dataclass(frozen=True, slots=True)
class Word:
    """What has to stand in a text: `folded` as it is, and the pieces by which an index finds where it may.

    A piece that is a word of another script than Chinese is the beginning of one (`begins`).
    """

    folded: str
    pieces: tuple[str, ...]
    begins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text, and whether it was looked for."""

    text: str
    hit: bool


def folded(text: str) -> str:
    """The text without differences of width and case, its blanks as one."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def grams(text: str) -> tuple[str, ...]:
    """The pieces of a text, each once, in a fixed order."""
    found: set[str] = set()
    for run, chinese in _runs(folded(text)):
        found.update(_pieces(run) if chinese else (run,))
        if chinese:
            found.update(run)
    return tuple(sorted(found))


def words_of(search: str) -> tuple[Word, ...]:
    """What somebody looks for: words apart by blanks, phrases in quotation marks; those without a letter are left out."""
    found = []
    for match in _PHRASES.finditer(search):
        text = folded(match["phrase"] or match["word"])
        runs = list(_runs(text))
        pieces = tuple(piece for run, chinese in runs if chinese for piece in _pieces(run))
        begins = tuple(run for run, chinese in runs if not chinese)
        if pieces or begins:
            found.append(Word(text, pieces, begins))
    return tuple(dict.fromkeys(found))[:WORDS]


def marked(text: str, words: Sequence[Word]) -> tuple[Piece, ...]:
    """The text in parts, with what was looked for marked."""
    plain, origins = _folded_with_origins(text)
    hits = [False] * len(text)
    for word in words:
        start = plain.find(word.folded)
        while start >= 0:
            end = start + len(word.folded)
            for position in range(origins[start], origins[end - 1] + 1):
                hits[position] = True
            start = plain.find(word.folded, end)
    pieces: list[Piece] = []
    begin = 0
    for position in range(1, len(text) + 1):
        if position == len(text) or hits[position] != hits[begin]:
            pieces.append(Piece(text[begin:position], hits[begin]))
            begin = position
    return tuple(pieces)


def around_the_first(text: str, words: Sequence[Word], length: int) -> str:
    """At most about `length` characters of the text, around the first of what was looked for."""
    if len(text) <= length:
        return text
    plain, origins = _folded_with_origins(text)
    starts = [plain.find(word.folded) for word in words]
    first = min((origins[start] for start in starts if start >= 0), default=0)
    begin = max(0, min(first - length // 3, len(text) - length))
    return ("…" if begin else "") + text[begin : begin + length] + ("…" if begin + length < len(text) else "")


def _runs(text: str) -> Iterator[tuple[str, bool]]:
    return ((match[0], match["han"] is not None) for match in _RUNS.finditer(text))


def _pieces(run: str) -> Iterator[str]:
    if len(run) == 1:
        return iter((run,))
    return (run[index : index + 2] for index in range(len(run) - 1))


def _folded_with_origins(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its characters where in the text it comes from."""
    plain: list[str] = []
    origins: list[int] = []
    for position, character in enumerate(text):
        for one in unicodedata.normalize("NFKC", character).casefold():
            sign = " " if one.isspace() else one
            if sign == " " and (not plain or plain[-1] == " "):
                continue
            plain.append(sign)
            origins.append(position)
    return "".join(plain), origins
