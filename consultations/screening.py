"""What in a text should not stand in public unseen: private data, and the words of the operator's list. Pure.

A finding is a hint to people. Private data is masked until a moderator has decided; nothing is refused or deleted.
Rules lean to masking: a number that was masked in vain is shown again with one key, a number that was read is known.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import regex

from .enums import FindingKind
from .wordlist import current_words


@dataclass(frozen=True, slots=True)
class Finding:
    """A passage `text[start:end]`, counted in code points; `word` is what stands there."""

    kind: FindingKind
    start: int
    end: int
    word: str


def findings(text: str) -> tuple[Finding, ...]:
    """Private data and the operator's words, in order, not overlapping; of two that meet, private data stands."""
    private = private_data(text)
    taken = [(one.start, one.end) for one in private]
    words = (one for one in words_found(text) if not any(_meet((one.start, one.end), span) for span in taken))
    return tuple(sorted((*private, *words), key=lambda one: one.start))


def private_data(text: str) -> tuple[Finding, ...]:
    """Phone, ID-card and bank-card numbers, vehicle plates, e-mail, QQ and WeChat names; in order, not overlapping.

    Blanks, hyphens, full-width forms and Chinese numerals (一三八…) hide none of the numbers. Hotlines and short
    numbers, dates, money, counts and numbers of roads are none.
    """
    plain = _folded(text)
    found = [*_found(plain)]
    spelt = _spelt(plain)
    if spelt != plain:
        # 之一 before, or 一直 behind a number in digits is not a part of it: only what is really spelt counts here.
        found += [
            (kind, start, end)
            for kind, start, end in _found(spelt)
            if sum(spelt[place] != plain[place] for place in range(start, end)) >= _SPELT
        ]
    return tuple(
        Finding(kind, start, end, text[start:end]) for kind, start, end in _united(found) if end > start
    )


def words_found(text: str) -> tuple[Finding, ...]:
    """The words of the operator's list (SENSITIVE_WORDS), in order; case, full width and blanks do not matter."""
    spans = current_words().spans(text)
    return tuple(Finding(FindingKind.WORD, start, end, text[start:end]) for start, end in spans)


def masks(text: str) -> list[list[int]]:
    """The passages of private data as `Suggestion.masked` keeps them: [start, end) in code points, in order."""
    return [[one.start, one.end] for one in private_data(text)]


def covered(text: str) -> str:
    """The text with one ＊ for each character of private data: what somebody says to one person, in public."""
    for start, end in masks(text):
        text = text[:start] + "＊" * (end - start) + text[end:]
    return text


# --- numbers as they are written ------------------------------------------------------------------------------

_NUMERALS = dict(zip("〇零洞一二三四五六七八九壹贰叁肆伍陆柒捌玖幺", "0001234567891234567891", strict=True))
_SPELT = 3
"""So many digits of a number must be spelt in Chinese before it counts as one that is."""

# Between two digits: what separates the parts of a number, and what nobody sees.
_GAP = r"[\s\p{Pd}.·•・_()\u00ad\u200c\u200d\ufe0f\u20e3]"
_UNIT = r"(?!\s*(?:多|余)?(?:万|亿)?(?:元|美元|欧元|吨|平方米|立方米|平米|千瓦时|人次|辆次|%))"


@lru_cache(maxsize=4096)
def _fold(character: str) -> str:
    digit = unicodedata.digit(character, -1)
    if digit >= 0:
        return str(digit)
    wide = unicodedata.normalize("NFKC", character).upper()
    return wide if len(wide) == 1 else character


def _folded(text: str) -> str:
    """Digits of every kind as 0–9, full-width signs as ASCII, letters as capitals; as long as the text."""
    return "".join(map(_fold, text))


def _spelt(folded: str) -> str:
    """The same with Chinese numerals as digits."""
    return "".join(_NUMERALS.get(character, character) for character in folded)


_Span = tuple[FindingKind, int, int]


def _found(folded: str) -> Iterator[_Span]:
    yield from _mobiles(folded)
    for pattern in (_LANDLINE, _NAMED):
        for match in pattern.finditer(folded):
            if not _HOTLINE.search(folded[max(0, match.start() - 6) : match.start("number")]):
                yield (FindingKind.PHONE, *match.span("number"))
    yield from _cards(folded)
    for match in _PLATE.finditer(folded):
        if sum(character.isdecimal() for character in match["tail"]) >= 3:
            yield (FindingKind.PLATE, *match.span())
    for pattern in (_MAIL, _QQ, _WECHAT):
        for match in pattern.finditer(folded):
            yield (FindingKind.CONTACT, *match.span("name"))


# --- phones ---------------------------------------------------------------------------------------------------

_MOBILE = regex.compile(
    rf"(?<![0-9])(?<!(?<![0-9])0\.)(?:(?:\+|00)?86{_GAP}{{0,3}}|0)?"
    rf"(?P<number>1{_GAP}{{0,3}}[3-9](?:{_GAP}{{0,3}}[0-9]){{9}})(?![0-9]){_UNIT}"
)
_GROUPED = {"11", "3-4-4", "3-8", "7-4", "4-3-4", "4-4-3", "3-2-2-2-2", "-".join("1" * 11)}
"""How people write a mobile number; elsewhere eleven digits in other groups are a row of numbers."""
_CALL = regex.compile(r"电话|手机|联系|致电|拨打|号码|微信|电联|TEL|PHONE|MOBILE")
_DIGITS = regex.compile("[0-9]+")


def _mobiles(folded: str) -> Iterator[_Span]:
    for match in _MOBILE.finditer(folded):
        groups = _DIGITS.findall(match["number"])
        named = _CALL.search(folded[max(0, match.start() - 12) : match.start()])
        if named or ("-".join(str(len(group)) for group in groups) in _GROUPED and not _years(groups)):
            yield (FindingKind.PHONE, *match.span())


def _years(groups: list[str]) -> bool:
    """Whether it begins as two years do: 1998-2025-…"""
    return len(groups) > 1 and len(groups[0]) == len(groups[1]) == 4 and groups[1][:2] in ("19", "20")


_AREA = r"(?:10|2[0-9]|[3-9][0-9]{2})"
_LANDLINE = regex.compile(
    rf"(?<![0-9.])(?P<number>\(?(?:(?:\+|00)86{_GAP}{{0,3}}0?|0){_AREA}{_GAP}{{0,3}}"
    rf"[2-9](?:[\s\p{{Pd}}]?[0-9]){{6,7}})(?![0-9]){_UNIT}"
)
# Without an area code only where it is called a telephone.
_NAMED = regex.compile(
    r"(?:电话|座机|手机号|宅电|号码)(?:号码|号)?(?:是|为|:)?\s*"
    r"(?P<number>(?!400|800)[1-9](?:[\s\p{Pd}]?[0-9]){6,12})(?![0-9])(?!\s*[万亿元部台个次件])"
)
_HOTLINE = regex.compile("热线|客服")

# --- cards ----------------------------------------------------------------------------------------------------

_ID_CARD = regex.compile(rf"(?<![0-9])[1-8](?:{_GAP}?[0-9]){{16}}{_GAP}?[0-9X](?![0-9])")
_OLD_ID_CARD = regex.compile(rf"(?<![0-9])[1-8](?:{_GAP}?[0-9]){{14}}(?![0-9]){_UNIT}")
_BANK_CARD = regex.compile(rf"(?<![0-9])62(?:{_GAP}?[0-9]){{14,17}}(?![0-9]){_UNIT}")
_IDENTITY = regex.compile("身份证|证件|证号|公民号码")
_NEITHER = regex.compile("[^0-9X]")
_PROVINCES = frozenset(
    f"{number}"
    for block in (range(11, 16), range(21, 24), range(31, 38), range(41, 47), range(50, 55), range(61, 66))
    for number in (*block, 71, 81, 82, 83)
)
_DATE = regex.compile(r"(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")


def _cards(folded: str) -> Iterator[_Span]:
    for match in _ID_CARD.finditer(folded):
        number = _NEITHER.sub("", match[0])
        # A wrong check digit is a slip of the pen where the number is called one.
        certain = _checks(number) or _called_identity(folded, match.start())
        if certain and number[:2] in _PROVINCES and _DATE.fullmatch(number[6:14]):
            yield (FindingKind.ID_CARD, *match.span())
    for match in _OLD_ID_CARD.finditer(folded):
        number = _NEITHER.sub("", match[0])
        if len(number) != len(match[0]) and not _called_identity(folded, match.start()):
            continue
        if number[:2] in _PROVINCES and _DATE.fullmatch(f"19{number[6:12]}"):
            yield (FindingKind.ID_CARD, *match.span())
    for match in _BANK_CARD.finditer(folded):
        if _luhn(_NEITHER.sub("", match[0])):
            yield (FindingKind.ACCOUNT, *match.span())


def _called_identity(folded: str, start: int) -> bool:
    return _IDENTITY.search(folded, max(0, start - 12), start) is not None


def _checks(number: str) -> bool:
    """The check digit of GB 11643 (ISO 7064, MOD 11-2)."""
    total = sum(int(digit) * (2 ** (17 - place) % 11) for place, digit in enumerate(number[:17]))
    return "10X98765432"[total % 11] == number[17]


def _luhn(number: str) -> bool:
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


# --- plates, and names on the net -----------------------------------------------------------------------------

_PLATE = regex.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][\s·•・\p{Pd}]{0,2}"
    r"(?P<tail>[A-HJ-NP-Z0-9]{4}[挂学警港澳]|[A-HJ-NP-Z0-9]{5,6})(?![A-Z0-9])"
)
_MAIL = regex.compile(
    r"(?<![A-Z0-9._%+-])(?P<name>[A-Z0-9][A-Z0-9._%+-]{0,63}@(?![A-Z0-9.-]{0,250}\bGOV\.CN)"
    r"[A-Z0-9-]{1,63}(?:\.[A-Z0-9-]{1,63}){0,8}\.[A-Z]{2,24})(?![A-Z0-9])"
)
_QQ = regex.compile(r"(?:QQ|扣扣|企鹅)(?:号码|号)?(?:是|为|:)?\s*(?P<name>[1-9][0-9]{4,10})(?![0-9])" + _UNIT)
_WECHAT = regex.compile(
    r"(?:微信|薇信|(?<![A-Z])(?:VX|WX)|WEIXIN|WECHAT)(?:号码?(?:是|为|:)?|是|为|:|(?=\s?[A-Z]+[0-9_-]))\s*"
    r"(?P<name>[A-Z][A-Z0-9_-]{5,19})(?![A-Z0-9])"
)


# --- spans ----------------------------------------------------------------------------------------------------


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _united(found: Iterable[_Span]) -> list[_Span]:
    """In order; those that overlap as one, under the name of the first."""
    united: list[_Span] = []
    for kind, start, end in sorted(found, key=lambda span: (span[1], -span[2])):
        if united and start < united[-1][2]:
            before = united[-1]
            united[-1] = (before[0], before[1], max(before[2], end))
        else:
            united.append((kind, start, end))
    return united
