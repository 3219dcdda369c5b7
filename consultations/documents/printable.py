"""What any text becomes before it is printed, in whatever format."""

from __future__ import annotations

import re
from typing import Any
from unicodedata import east_asian_width

import regex

MARKS_KEPT = 4
"""Combining marks kept on one character: enough for every living script, too few to climb over other lines."""

_LINE_ENDS = regex.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# They turn the direction of what follows, or hide text between what is seen.
_INVISIBLE = regex.compile(
    "[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
# XML 1.0 has no place for C0 controls and U+FFFE, U+FFFF; C1 and the other noncharacters print as nothing known.
_UNPRINTABLE = regex.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]|\p{Noncharacter_Code_Point}")
# Nothing of what follows is to be done to a text of these alone, as nearly all are.
_PLAIN = re.compile("[\n -~·–—‘’“”…、-〟㐀-䶿一-鿿！-～]*")
_SURROGATE = regex.compile(r"\p{Cs}")
_PILE = regex.compile(rf"([\p{{M}}\u200c\u200d]{{{MARKS_KEPT}}})[\p{{M}}\u200c\u200d]+")


def printable(text: str) -> str:
    """The text as every format prints it; what can be typed is unchanged, and doing it twice changes nothing.

    Surrogate pairs are joined, lone ones become U+FFFD, and so do control characters and noncharacters: a reader
    sees that something was there. Every kind of line end becomes a line feed, a tab a blank. Marks of direction,
    byte order marks, zero-width spaces and tag characters go. Of more than four combining marks on one character
    the first four stay. The length is not cut.
    """
    if _PLAIN.fullmatch(text):
        return text
    if _SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    text = _LINE_ENDS.sub("\n", text).replace("\t", " ")
    text = _INVISIBLE.sub("", text)
    text = _UNPRINTABLE.sub("\ufffd", text)
    return _PILE.sub(r"\1", text)


def width(text: str) -> float:
    """In Chinese characters: Latin letters and digits take half of one."""
    return sum(1 if east_asian_width(character) in "FWA" else 0.5 for character in text)


def printable_content(content: Any) -> Any:
    """The same lists, dicts and numbers with every string printable."""
    match content:
        case str():
            return printable(content)
        case dict():
            return {key: printable_content(value) for key, value in content.items()}
        case list() | tuple():
            return [printable_content(value) for value in content]
        case _:
            return content
