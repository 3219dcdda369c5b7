"""Terms of office: 第十届."""

from __future__ import annotations

import unicodedata

import regex
from django.utils.translation import gettext as _

from .answers import RowRefused
from .cells import Cleaned, plain

SEPARATORS = regex.compile(r"[、,，;；/\s]+")
TERM = regex.compile(r"第?(?:(\d{1,2})|([一二三四五六七八九]?十?[一二三四五六七八九]?))届")
DIGITS = "零一二三四五六七八九"
SEPARATOR = "、"


def clean_term(text: str) -> Cleaned:
    """One or more terms, 十届 → 第十届, 第9届,第10届 → 第九届、第十届."""
    words = [word for word in SEPARATORS.split(unicodedata.normalize("NFKC", plain(text))) if word]
    if not words:
        raise RowRefused("term_missing", _("the term is empty; not imported."))
    return Cleaned(SEPARATOR.join(dict.fromkeys(_term(word) for word in words)))


def terms_in(text: str) -> frozenset[str]:
    """The single terms that a stored text names."""
    return frozenset(text.split(SEPARATOR)) - {""}


def _term(word: str) -> str:
    match = TERM.fullmatch(word)
    number = _chinese(int(match.group(1))) if match and match.group(1) else match.group(2) if match else ""
    if not number:
        raise RowRefused("term_invalid", _("“%(term)s” is not a term such as 第十届.") % {"term": word})
    return f"第{number}届"


def _chinese(number: int) -> str:
    """1 to 99 in Chinese; empty for 0."""
    tens, ones = divmod(number, 10)
    leading = f"{DIGITS[tens] if tens > 1 else ''}十" if tens else ""
    return leading + (DIGITS[ones] if ones else "")
