"""Cells as people type them → cells as they are stored. Pure: no register, no database."""

from __future__ import annotations

import unicodedata
from decimal import Decimal
from typing import NamedTuple

import regex
from django.utils.translation import gettext as _

from ..names import MIDDLE_DOT
from ..phones import mainland_mobile
from .answers import Reason, RowRefused
from .columns import Column

# Blanks at the ends; invisible characters anywhere, but for line feeds and tabs.
ENDS = regex.compile(r"^[\s\p{Z}\p{Cf}]+|[\s\p{Z}\p{Cf}]+$")
INVISIBLE = regex.compile(r"[\p{Cf}\p{Cc}--\n\t]", flags=regex.V1)
BLANKS = regex.compile(r"[\s\p{Z}]+")
HAN_APART = regex.compile(r"(?<=\p{Han})[\s\p{Z}]+(?=\p{Han})")
OTHER_DOTS = regex.compile(r"[•・‧∙･⋅●]|(?<=\p{Han})[.．](?=\p{Han})")
NOT_IN_NAMES = regex.compile(r"[^\p{L}\p{M}·'’ \-]")
SCIENTIFIC = regex.compile(r"(\d(?:\.\d+)?)E\+?(\d{1,2})", flags=regex.I)
FORMULA = ("=", "+", "-", "@")

LONGEST_NAME = 40
LONGEST = {Column.POSITION: 200, Column.NOTE: 500}
PHONE_DIGITS = 11

GENDERS = {
    "男": "男",
    "男性": "男",
    "男士": "男",
    "m": "男",
    "male": "男",
    "女": "女",
    "女性": "女",
    "女士": "女",
    "f": "女",
    "female": "女",
}


class Cleaned(NamedTuple):
    """A cell's value, and what is to be noted about it."""

    value: str
    notes: tuple[Reason, ...] = ()


def plain(text: str) -> str:
    """The text composed (NFC), without blanks at its ends and without invisible characters."""
    return INVISIBLE.sub("", ENDS.sub("", unicodedata.normalize("NFC", text)))


def clean_name(text: str) -> Cleaned:
    """A real name: 李　明 → 李明, 努尔兰•哈力克 → 努尔兰·哈力克."""
    name = plain(text)
    if not name:
        raise RowRefused("name_missing", _("the name is empty; not imported."))
    if name.startswith(FORMULA):
        raise RowRefused(
            "name_invalid",
            _("the name begins with “%(character)s” and is not a valid name; not imported.")
            % {"character": name[0]},
        )
    dots = OTHER_DOTS.findall(name)
    name = BLANKS.sub(" ", HAN_APART.sub("", OTHER_DOTS.sub(MIDDLE_DOT, name)))
    strange = NOT_IN_NAMES.search(name)
    if strange:
        raise RowRefused(
            "name_invalid",
            _("the name contains “%(character)s” and is not a valid name; not imported.")
            % {"character": strange.group()},
        )
    if not 1 < len(name) <= LONGEST_NAME:
        raise RowRefused(
            "name_invalid",
            _("a name has 2 to %(most)s characters, this one has %(count)s; not imported.")
            % {"most": LONGEST_NAME, "count": len(name)},
        )
    return Cleaned(
        name,
        tuple(
            Reason("name_middle_dot", _("U+%(wrong)s changed to U+00B7") % {"wrong": f"{ord(dot):04X}"})
            for dot in dict.fromkeys(dots)
        ),
    )


def clean_gender(text: str) -> Cleaned:
    """男, 女 or empty."""
    word = plain(text).lower()
    if word and word not in GENDERS:
        raise RowRefused(
            "gender_unknown", _("the gender “%(word)s” is neither 男 nor 女.") % {"word": plain(text)}
        )
    return Cleaned(GENDERS.get(word, ""))


def clean_phone(text: str) -> Cleaned:
    """Eleven digits: full-width ones, +86, blanks and hyphens are understood."""
    word = unicodedata.normalize("NFKC", plain(text)).replace(",", "")
    if not word:
        raise RowRefused("phone_missing", _("the mobile phone is empty; not imported."))
    scientific = SCIENTIFIC.fullmatch(word)
    if scientific:
        mantissa = scientific.group(1).replace(".", "")
        if len(mantissa) < PHONE_DIGITS:
            raise RowRefused(
                "phone_scientific_notation",
                _(
                    "Excel has written the mobile phone in scientific notation and its last digits are lost; "
                    "please format the column as text and fill it in again."
                ),
            )
        word = str(int(Decimal(word)))
    phone = mainland_mobile(word)
    if phone is None:
        raise RowRefused("phone_invalid", _phone_fault(word))
    return Cleaned(phone)


def _phone_fault(word: str) -> str:
    digits = regex.sub(r"[\s()\-.+]", "", word)
    if not digits.isdecimal():
        return _("“%(phone)s” is not a mobile phone number.") % {"phone": word}
    if len(digits) < PHONE_DIGITS:
        return _("the mobile phone has only %(count)s digits, it should have 11.") % {"count": len(digits)}
    if len(digits) > PHONE_DIGITS:
        return _("the mobile phone has %(count)s digits, it should have 11.") % {"count": len(digits)}
    return _("a mobile phone number begins with 13 to 19.")


def clean_text(text: str, column: Column) -> Cleaned:
    """Free text, kept as text whatever it begins with."""
    value = plain(text)
    longest = LONGEST[column]
    if len(value) > longest:
        raise RowRefused(
            "too_long",
            _("%(column)s has %(count)s characters, at most %(most)s are kept.")
            % {"column": column.value, "count": len(value), "most": longest},
        )
    if not (len(value) > 1 and value.startswith(FORMULA)):
        return Cleaned(value)
    warning = _(
        "%(column)s begins with “%(character)s”; it is kept as plain text and never evaluated; "
        "exported tables must write it as a text cell"
    ) % {"column": column.value, "character": value[0]}
    return Cleaned(value, (Reason("formula_like_text", warning),))
