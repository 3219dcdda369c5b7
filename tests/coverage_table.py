"""What the bundled fonts can show, read from the fonts themselves: `python -m tests.coverage_table` writes it down."""

from __future__ import annotations

from collections.abc import Iterable

from fontTools.ttLib import TTFont

from consultations.documents.glyphs import COVERAGE, FONTS


def code_points() -> set[int]:
    """Every code point that some font has a glyph for."""
    fonts = (TTFont(file, lazy=True) for file in sorted(FONTS.glob("*.otf")))
    return {code for font in fonts for code in font.getBestCmap()}


def table(codes: Iterable[int]) -> str:
    """Ranges, one a line."""
    lines: list[list[int]] = []
    for code in sorted(codes):
        if lines and code == lines[-1][1] + 1:
            lines[-1][1] = code
        else:
            lines.append([code, code])
    return "".join(f"{first:X}\n" if first == last else f"{first:X}-{last:X}\n" for first, last in lines)


if __name__ == "__main__":
    COVERAGE.write_text(table(code_points()), encoding="ascii")
