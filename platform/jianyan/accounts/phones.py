"""Mobile phone numbers as people write them."""

from __future__ import annotations

import unicodedata

import regex

SEPARATORS = regex.compile(r"[\s\p{Z}\p{Cf}\p{Pd}().]+")
COUNTRY_CODE = regex.compile(r"(?:\+|00)?86(?=1\d{10}$)")
MAINLAND_MOBILE = regex.compile(r"1[3-9]\d{9}")


def mainland_mobile(text: str) -> str | None:
    """The eleven digits of a mainland mobile number; None for anything else.

    Understands full-width digits, blanks, hyphens, brackets and the country code as +86, 0086 or 86.
    """
    digits = COUNTRY_CODE.sub("", SEPARATORS.sub("", unicodedata.normalize("NFKC", text)))
    return digits if MAINLAND_MOBILE.fullmatch(digits) and digits.isascii() else None
