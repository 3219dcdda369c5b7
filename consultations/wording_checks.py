"""What can be told of a sentence from the texts that it rests on: pure."""

from __future__ import annotations

import regex

from .terms import Phrasing, value_of

_ORDINAL = regex.compile(r"第[0-9]+|[(（][0-9]{1,2}[)）]")
_DIGITS = regex.compile(r"(?<value>[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?)(?<more>[万亿]?)")
_COUNTED = regex.compile(
    r"(?<value>[零〇一二两三四五六七八九十百千万]+)(?=[个处名位条座所家块台项份件支根套间栋幢盏班场批期种类级吨])"
)
_MORE = {"": 1, "万": 10_000, "亿": 100_000_000}


def quantities(text: str) -> dict[str, str]:
    """What a text counts or measures, in the smallest unit of its kind, and how that is written there.

    三十分钟 and 半小时 are the same; 1,200 and 1200, too; 30 and 30分钟 are not. Numbers that give an order (第3条)
    are left out, and so is 一个, which counts nothing.
    """
    phrasing = Phrasing("".join(text.split()))
    found: dict[str, str] = {}
    rest = list(phrasing.text)
    for (start, end), number in phrasing.numbers.items():
        found[number] = phrasing.text[start:end]
        rest[start:end] = " " * (end - start)
    others = _ORDINAL.sub(" ", "".join(rest))
    for match in _DIGITS.finditer(others):
        found[_plain(float(match["value"].replace(",", "")) * _MORE[match["more"]])] = match[0]
    for match in _COUNTED.finditer(others):
        value = value_of(match["value"])
        if value > 1:
            found[_plain(value)] = match[0]
    return found


def _plain(value: float) -> str:
    return f"{value:.12g}"
