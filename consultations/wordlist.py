"""The operator's list of sensitive words: a file with one a line, read again when it changes."""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import structlog
from django.conf import settings

log = structlog.get_logger(__name__)


def _folded(text: str) -> tuple[str, list[int]]:
    """Without blanks and what nobody sees, in one width and case; and from which character each came."""
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for letter in unicodedata.normalize("NFKC", character).casefold():
            if not letter.isspace() and unicodedata.category(letter) != "Cf":
                letters.append(letter)
                places.append(place)
    return "".join(letters), places


@dataclass(frozen=True)
class Words:
    """The words, folded, by their first character."""

    by_first: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, lines: Iterable[str]) -> Words:
        """From the lines of the file; blank ones and those that begin with # are none."""
        found: dict[str, set[str]] = {}
        for line in lines:
            word, _places = _folded(line)
            if word and not line.lstrip().startswith("#"):
                found.setdefault(word[0], set()).add(word)
        return cls({first: tuple(sorted(words, key=len, reverse=True)) for first, words in found.items()})

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where words stand in the text, [start, end) in its code points; the longest at each place, none overlap."""
        if not self.by_first:
            return []
        folded, places = _folded(text)
        spans: list[tuple[int, int]] = []
        at = 0
        while at < len(folded):
            words = self.by_first.get(folded[at], ())
            word = next((one for one in words if folded.startswith(one, at)), "")
            if word:
                spans.append((places[at], places[at + len(word) - 1] + 1))
            at += len(word) or 1
        return spans


NONE = Words()


class WordList:
    """One file, read when it is asked for and again when it has changed; one for all threads of a process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._path: Path | None = None
        self._look: tuple[int, int, int] | None = None
        self._words = NONE

    def words(self, path: Path) -> Words:
        """The words as the file is now. One that cannot be read leaves the list as it was last; the log says so."""
        with self._lock:
            if path != self._path:
                self._path, self._look, self._words = path, None, NONE
            try:
                stat = path.stat()
                look = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
                if look != self._look:
                    self._words = Words.of(path.read_text(encoding="utf-8-sig").splitlines())
                    self._look = look
            except (OSError, UnicodeDecodeError):
                log.exception("sensitive_words_unreadable", path=str(path))
            return self._words


_list = WordList()


def current_words() -> Words:
    """The list that SENSITIVE_WORDS names, as the file is now; none where it names none."""
    path: Path | None = settings.SENSITIVE_WORDS
    return _list.words(path) if path is not None else NONE
