"""How a figure is printed: rounded down and followed by 多, or as it is. Pure."""

from __future__ import annotations

from decimal import Decimal

from .enums import Unit

WAN = 10_000
"""万: from here on sums of money are written in it, where nothing is left over."""

_CHINESE = {
    Unit.SESSIONS: "场",
    Unit.TIMES: "次",
    Unit.ATTENDANCES: "人次",
    Unit.PERSONS: "人",
    Unit.PIECES: "件",
    Unit.LINES: "条",
    Unit.ITEMS: "项",
    Unit.UNITS: "个",
    Unit.YUAN: "元",
    Unit.ARTICLES: "篇",
}
# English has nouns for these alone; of the others the name of the figure says what they are.
_ENGLISH = {
    Unit.SESSIONS: ("session", "sessions"),
    Unit.ATTENDANCES: ("attendance", "attendances"),
    Unit.PERSONS: ("person", "persons"),
    Unit.YUAN: ("yuan", "yuan"),
    Unit.ARTICLES: ("article", "articles"),
}


def printed(value: int | Decimal, unit: Unit, step: int = 1, language: str = "zh-hans") -> str:
    """The value down to a multiple of `step`, with 多 (“over”) where something is left: 1043 by 100 is 1000多人次.

    Below the step, and by a step of 1, it is printed as it is. Languages other than Chinese are answered in English.
    """
    shown, more = value, False
    if step > 1 and value >= step:
        shown = value - value % step
        more = shown != value
    if language.startswith("zh"):
        return _chinese(shown, unit, more=more)
    return _english(shown, unit, more=more)


def exactly(value: int | Decimal, unit: Unit, language: str = "zh-hans") -> str:
    """The value as it is, with its unit: 1043人次."""
    return printed(value, unit, 1, language)


def _chinese(value: int | Decimal, unit: Unit, *, more: bool) -> str:
    money = ""
    if unit is Unit.YUAN and value >= WAN and value % WAN == 0:
        value, money = value // WAN, "万"
    return f"{_plain(value, grouped=False)}{'多' if more else ''}{money}{_CHINESE[unit]}"


def _english(value: int | Decimal, unit: Unit, *, more: bool) -> str:
    number = f"{'over ' if more else ''}{_plain(value, grouped=True)}"
    if unit not in _ENGLISH:
        return number
    one, several = _ENGLISH[unit]
    return f"{number} {one if value == 1 and not more else several}"


def _plain(value: int | Decimal, *, grouped: bool) -> str:
    """Digits without an exponent, and without noughts at the end of a fraction."""
    text = f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text if grouped else text.replace(",", "")
