"""Cells of a list of events as people type them → values. Pure; what cannot be understood raises Unclear."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Mapping
from decimal import Decimal

import regex
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jianyan.accounts.roster.answers import RowRefused
from jianyan.accounts.roster.cells import BLANKS, plain
from jianyan.accounts.roster.dates import clean_date

from ..enums import Level, Mode, OutcomeKind, Sponsor, SubmissionState

HIGHEST = 9_999_999
"""Of anything that is counted."""
HIGHEST_AMOUNT = Decimal(10) ** 13
"""Yuan; an amount is below it."""
BETWEEN_NAMES = regex.compile(r"[、，,；;\n]")
_COUNT = regex.compile(r"(\d{1,3}(?:,\d{3})+|\d+)\s*(?:人次|人|条|件|个|篇|次)?")
_AMOUNT = regex.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(\.\d{1,2})?\s*元?")
# 万元: as many decimals as leave whole fen.
_TEN_THOUSANDS = regex.compile(r"(\d+(?:\.\d{1,6})?)\s*万元?")

MODES: Mapping[str, str] = {
    "线下": Mode.OFFLINE,
    "现场": Mode.OFFLINE,
    "offline": Mode.OFFLINE,
    "线上": Mode.ONLINE,
    "网络": Mode.ONLINE,
    "online": Mode.ONLINE,
    "线上线下": Mode.HYBRID,
    "线上+线下": Mode.HYBRID,
    "线上线下结合": Mode.HYBRID,
    "hybrid": Mode.HYBRID,
}
KINDS: Mapping[str, str] = {
    "批示": OutcomeKind.INSTRUCTION,
    "采用": OutcomeKind.ADOPTED,
    "采纳": OutcomeKind.ADOPTED,
    "转化": OutcomeKind.CONVERTED,
    "解决": OutcomeKind.RESOLVED,
    "报道": OutcomeKind.REPORTED,
    **{kind.value: kind for kind in OutcomeKind},
}
LEVELS: Mapping[str, str] = {
    "乡镇级": Level.TOWN,
    "镇级": Level.TOWN,
    "县级": Level.COUNTY,
    "区级": Level.COUNTY,
    "市级": Level.CITY,
    "省级": Level.PROVINCE,
    "国家级": Level.NATION,
    "全国": Level.NATION,
    **{level.value: level for level in Level},
}
SPONSORS: Mapping[str, str] = {
    "党派团体提案": Sponsor.GROUP,
    "党派团体": Sponsor.GROUP,
    "集体提案": Sponsor.GROUP,
    "专委会提案": Sponsor.COMMITTEE,
    "界别提案": Sponsor.COMMITTEE,
    "委员联名": Sponsor.JOINT,
    "联名提案": Sponsor.JOINT,
    "委员个人": Sponsor.MEMBER,
    "个人提案": Sponsor.MEMBER,
}
STATES: Mapping[str, str] = {
    "": SubmissionState.FILED,
    "已提交": SubmissionState.FILED,
    "已立案": SubmissionState.ACCEPTED,
    "立案": SubmissionState.ACCEPTED,
    "办理中": SubmissionState.ACCEPTED,
    "已办复": SubmissionState.HANDLED,
    "已办结": SubmissionState.HANDLED,
    "不予立案": SubmissionState.CLOSED,
    "未立案": SubmissionState.CLOSED,
}


class Unclear(Exception):
    """What a cell says cannot be taken; the message is for the reader."""


def text_of(cell: str, *, most: int, needed: bool = False) -> str:
    """One line of text. A formula is none: it is never evaluated, and its text is nobody's words."""
    text = BLANKS.sub(" ", plain(cell))
    if text.startswith("="):
        raise Unclear(_("this is a formula; please put its value there."))
    if needed and not text:
        raise Unclear(_("this is empty."))
    if len(text) > most:
        raise Unclear(
            _("%(count)s characters are too many, at most %(most)s are kept.")
            % {"count": len(text), "most": most}
        )
    return text


def date_of(cell: str, *, latest: dt.date) -> dt.date:
    """A day that is not after `latest`: 2025-03-05, 2025年3月5日, 2025.3.5, or as Excel counts days."""
    text = text_of(cell, most=40, needed=True)
    try:
        cleaned = clean_date(text)
    except RowRefused as refusal:
        raise Unclear(refusal.reason.text) from refusal
    if any(note.code == "date_day_assumed" for note in cleaned.notes):
        raise Unclear(_("“%(text)s” lacks the day.") % {"text": text})
    date = dt.date.fromisoformat(cleaned.value)
    if date > latest:
        raise Unclear(_("%(date)s has not come yet.") % {"date": date.isoformat()})
    return date


def count_of(cell: str) -> int:
    """A whole number from 0; empty is 0. What is only about right is not taken: 约50人."""
    text = unicodedata.normalize("NFKC", text_of(cell, most=40))
    if not text:
        return 0
    match = _COUNT.fullmatch(text)
    if match is None:
        raise Unclear(_("“%(text)s” is no whole number from 0.") % {"text": text})
    count = int(match.group(1).replace(",", ""))
    if count > HIGHEST:
        raise Unclear(_("%(count)s is more than can be right.") % {"count": count})
    return count


def amount_of(cell: str) -> Decimal | None:
    """Yuan; 141.2万元 is understood. Empty is None."""
    text = unicodedata.normalize("NFKC", text_of(cell, most=40))
    if not text:
        return None
    ten_thousands = _TEN_THOUSANDS.fullmatch(text)
    match = _AMOUNT.fullmatch(text)
    if ten_thousands is not None:
        amount = Decimal(ten_thousands.group(1)) * 10_000
    elif match is not None:
        amount = Decimal(match.group(1).replace(",", "") + (match.group(2) or ""))
    else:
        raise Unclear(_("“%(text)s” is no amount in yuan.") % {"text": text})
    if amount >= HIGHEST_AMOUNT:
        raise Unclear(_("%(count)s is more than can be right.") % {"count": text})
    return amount.quantize(Decimal("0.01"))


def names_of(cell: str, *, most: int) -> tuple[str, ...]:
    """Names with commas or 、 between them, each once."""
    text = plain(cell)
    if text.startswith("="):
        raise Unclear(_("this is a formula; please put its value there."))
    names = (text_of(part, most=most) for part in BETWEEN_NAMES.split(text))
    return tuple(dict.fromkeys(name for name in names if name))


def word_of(cell: str, words: Mapping[str, str], *, missing: str | None = None) -> str:
    """What a word stands for; an empty cell is `missing`, where that is given."""
    word = text_of(cell, most=40).casefold()
    if not word and missing is not None:
        return missing
    if word not in words:
        known = pgettext("between names", ", ").join(_chinese(words))
        raise Unclear(_("“%(word)s” is none of %(words)s.") % {"word": word, "words": known})
    return words[word]


def _chinese(words: Mapping[str, str]) -> list[str]:
    """Of each meaning the first word."""
    first: dict[str, str] = {}
    for word, meaning in words.items():
        if word:
            first.setdefault(meaning, word)
    return list(first.values())
