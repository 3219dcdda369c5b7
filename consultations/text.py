"""What a text must be before it is kept, and how long it is as its writer would count."""

from __future__ import annotations

import unicodedata

import regex

from .errors import BadCharacters, Empty

# A letter, digit, sign or symbol that can be seen; without one a text is blank, whatever its code points.
_VISIBLE = regex.compile(r"[\p{L}\p{N}\p{P}\p{S}]")
_BLANKS = regex.compile(r"[^\S\n]+")
_LINES = regex.compile(r" *\n\s*")
_BYTE_ORDER_MARKS = regex.compile("[\ufeff\u200b\u2060]")
# C0 and C1 controls other than the line feed, marks that turn the direction of what follows, lone surrogates,
# noncharacters: none can be typed, and each can make a text show something else than what is stored.
_FORBIDDEN = regex.compile(
    "[\\x00-\\x09\\x0b-\\x1f\\x7f-\\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufff9-\ufffb]"
    r"|\p{Cs}|\p{Noncharacter_Code_Point}"
)
_CLUSTER = regex.compile(r"\X")
_MARKS_FOR_FREE = 2
_CODE_POINTS_FOR_FREE = 10


def clean(text: str) -> str:
    """The text in NFC, trimmed, with blanks and empty lines collapsed.

    Raises BadCharacters for control and direction characters, Empty where nothing visible is left.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    text = _BYTE_ORDER_MARKS.sub("", text)
    if _FORBIDDEN.search(text):
        raise BadCharacters
    text = unicodedata.normalize("NFC", text)
    text = _LINES.sub("\n", _BLANKS.sub(" ", text)).strip()
    if not _VISIBLE.search(text):
        raise Empty
    return text


def measure(text: str) -> int:
    """Length in characters as readers see them (extended grapheme clusters, UAX 29).

    Marks piled on one character count from the third on, and so does every ten code points of one cluster, so
    that neither can carry a longer text through the limit.
    """
    return sum(_weight(cluster) for cluster in _CLUSTER.findall(text))


def _weight(cluster: str) -> int:
    if len(cluster) == 1:
        return 1
    marks = sum(unicodedata.category(character).startswith("M") for character in cluster)
    return max(1 + max(0, marks - _MARKS_FOR_FREE), -(-len(cluster) // _CODE_POINTS_FOR_FREE))
