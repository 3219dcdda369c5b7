"""The numbers of GB/T 9704-2012, in twips (1/20 pt) unless a name says otherwise; and the names of its typefaces."""

from __future__ import annotations


def mm(length: float) -> int:
    """Millimetres in twips."""
    return round(length * 1440 / 25.4)


PAGE_WIDTH, PAGE_HEIGHT = 11906, 16838  # A4
MARGIN_TOP, MARGIN_LEFT, MARGIN_RIGHT, MARGIN_BOTTOM = 2098, 1587, 1474, 1984  # 37, 28, 26, 35 mm
TEXT_WIDTH = PAGE_WIDTH - MARGIN_LEFT - MARGIN_RIGHT  # 156 mm
CHARACTERS, LINES = 28, 22

# Word's grid: pitch of a line, and what is added to the body size in 1/4096 pt. 580 would lose the 22nd line.
LINE = 579
CHARACTER_SPACE = -848
BODY_POINTS, TITLE_POINTS, PAGE_NUMBER_POINTS, IMPRINT_POINTS, TABLE_POINTS = 16.0, 22.0, 14.0, 14.0, 10.5
# Paragraphs do not snap to that grid but have its measures themselves: lines of exactly its pitch, and type
# condensed until 28 characters fit. LibreOffice gives two cells to a character that is wider than one.
CONDENSED = -5
CHARACTER = BODY_POINTS * 20 + CONDENSED

MARK_FROM_TOP = mm(35)
RED_RULE_BELOW_POINTS = 11  # 4 mm
RED = "FF0000"
# From the lower edge of the page to the foot of the page number, so that its dashes are 7 mm below the text block.
FOOTER = 1445

# Eighths of a point: 0.35 mm and 0.25 mm are as near as these come.
RULE_OUTER, RULE_INNER, RULE_RED, RULE_TABLE = 8, 6, 12, 4

TITLE_FACE = "方正小标宋简体"
BODY_FACE = "仿宋_GB2312"
KAI_FACE = "楷体_GB2312"
HEI_FACE = "黑体"
SONG_FACE = "宋体"


def characters(count: float) -> int:
    """The width of so many characters of the body."""
    return round(count * CHARACTER)
