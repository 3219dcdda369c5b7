"""Which characters the bundled fonts can show, and what becomes of those that they cannot."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import regex

FONTS = Path(__file__).parent / "fonts"
"""Where the bundled fonts are."""
COVERAGE = FONTS / "coverage.txt"
"""First and last code point of each range that some of the fonts has, hexadecimal: made by `python -m tests.coverage_table`."""
STANDS_IN = "〓"
"""What Chinese printers put where the type was missing."""

_BLANK = regex.compile(r"\p{Zs}")
_OTHER_BLANK = regex.compile(r"[\p{Zs}--[ \u3000]]", regex.V1)
# Joiners and variation selectors have no shape of their own. The zero-width blank stays: lines are broken there.
_SHAPELESS = regex.compile(r"\p{Default_Ignorable_Code_Point}")
_JOINER = regex.compile(r"[\p{Default_Ignorable_Code_Point}--\u200b]", regex.V1)


@cache
def _covered() -> bytes:
    """A bit for each code point."""
    bits = bytearray(0x110000 // 8)
    for line in COVERAGE.read_text(encoding="ascii").splitlines():
        first, _, last = line.partition("-")
        for code in range(int(first, 16), int(last or first, 16) + 1):
            bits[code >> 3] |= 1 << (code & 7)
    return bytes(bits)


def missing(text: str) -> frozenset[str]:
    """The characters of the text that no bundled font has. Blanks and what has no shape are never missing."""
    covered = _covered()
    return frozenset(
        one
        for one in set(text)
        if not covered[ord(one) >> 3] >> (ord(one) & 7) & 1
        and one != "\n"
        and not _BLANK.match(one)
        and not _SHAPELESS.match(one)
    )


def settable(text: str) -> str:
    """The printable text as the bundled fonts can set it: 〓 for what is missing, one kind of narrow blank."""
    text = _OTHER_BLANK.sub(" ", _JOINER.sub("", text))
    absent = missing(text)
    return text.translate(dict.fromkeys(map(ord, absent), STANDS_IN)) if absent else text
