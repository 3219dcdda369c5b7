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
# Joiners and variation selectors: they have no shape of their own.
_SHAPELESS = regex.compile(r"\p{Default_Ignorable_Code_Point}")


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
    text = _SHAPELESS.sub("", text)
    text = _BLANK.sub(lambda blank: blank[0] if blank[0] in " \u3000" else " ", text)
    absent = missing(text)
    return text.translate(dict.fromkeys(map(ord, absent), STANDS_IN)) if absent else text
