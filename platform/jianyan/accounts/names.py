"""Keys that put names in order as plain strings: 姓氏笔画 and pinyin.

Both keys consist of digits and lower-case letters wherever the name is of known characters, so that every collation
of every database orders them alike.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

import regex

Order = Literal["strokes", "pinyin"]

DATA = Path(__file__).resolve().parent / "data"
MIDDLE_DOT = "·"
# Dots and blanks in a name are written, not counted.
SILENT = frozenset(MIDDLE_DOT + " \u3000'-")
UNKNOWN_COUNT = "99"
NEUTRAL = "5"
SYLLABLE = regex.compile(r"[a-z]+[1-5]")
HAN = regex.compile(r"\p{Han}+")


class NameParts(NamedTuple):
    """A name taken apart. `inherited`: the first part is a Chinese surname and is read as one."""

    surname: str
    given: str
    inherited: bool


@cache
def _table(file: str) -> dict[str, str]:
    lines = (DATA / file).read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines)


def split_name(name: str) -> NameParts:
    """Surname and given name, without dots and blanks.

    Of a name with a middle dot (努尔兰·哈力克) the first character stands in the surname's place.
    """
    letters = "".join(character for character in name if character not in SILENT)
    inherited = MIDDLE_DOT not in name and HAN.fullmatch(letters) is not None
    width = 2 if inherited and len(letters) > 2 and letters[:2] in _table("surnames.tsv") else 1
    return NameParts(letters[:width], letters[width:], inherited=inherited)


def unknown_strokes(name: str) -> str:
    """The characters of the name whose strokes are not known; they are placed last. Empty where all are known."""
    table = _table("strokes.tsv")
    return "".join(
        dict.fromkeys(character for character in name if character not in SILENT and character not in table)
    )


def stroke_key(name: str) -> str:
    """The key of 姓氏笔画 order.

    For each character two digits with the number of its strokes, then a digit for each stroke; after the surname
    `00`, the surname's code points, so that surnames written with the same strokes stay apart, and the number of
    characters of the given name in two digits. An unknown character has 99 strokes.
    """
    surname, given, _ = split_name(name)
    points = "".join(f"{ord(character):05x}" for character in surname)
    return f"{_strokes(surname)}00{points}{min(len(given), 99):02d}{_strokes(given)}" if surname else ""


def _strokes(text: str) -> str:
    table = _table("strokes.tsv")
    return "".join(
        f"{len(strokes):02d}{strokes}"
        if (strokes := table.get(character))
        else f"{UNKNOWN_COUNT}{ord(character):05x}"
        for character in text
    )


def pinyin_key(name: str) -> str:
    """The key of pinyin order: for each character its syllable and its tone (1–4, 5 neutral), such as `zeng1`.

    After each character of a surname the number of its strokes and the character itself: 张 and 章 sound alike, the
    one with fewer strokes comes first, and their bearers are not mixed up. ü is written `u9`, which puts lü after lu
    and before luan, as dictionaries do. What is not Chinese is kept, in lower case.
    """
    surname, given, inherited = split_name(name)
    if not inherited:
        return "".join(syllable for part in name.split(MIDDLE_DOT) for syllable in _read(part))
    strokes = _table("strokes.tsv")
    syllables = _cut(_table("surnames.tsv").get(surname, "")) or _read(surname)
    leading = (
        f"{syllable}{len(strokes.get(character, '')) or UNKNOWN_COUNT:0>2}{character}"
        for syllable, character in zip(syllables, surname, strict=True)
    )
    return "".join([*leading, *_read(given)])


def _cut(syllables: str) -> list[str]:
    # A tone is a digit and ends its syllable.
    return [syllable.replace("v", "u9") for syllable in SYLLABLE.findall(syllables)]


def _read(text: str) -> list[str]:
    """The syllables of a text, chosen by the words in it; what is not Chinese as it is, in lower case."""
    if not HAN.fullmatch(text):
        return [text.replace(" ", "").casefold()] if text else []
    heard = [choices[0] for choices in _readings(text)]
    return [
        # 子 in 包子 is toneless, in 子豪 it is not.
        (_full_tone(character) if syllable.endswith(NEUTRAL) else syllable).replace("v", "u9")
        for character, syllable in zip(text, heard, strict=True)
    ]


def _readings(text: str, *, heteronym: bool = False) -> list[list[str]]:
    # Loaded when somebody is first named: its phrases would take an eighth of the time in which a server starts.
    from pypinyin import Style, pinyin

    return pinyin(text, style=Style.TONE3, heteronym=heteronym, neutral_tone_with_five=True)


def _full_tone(character: str) -> str:
    readings = _readings(character, heteronym=True)[0]
    return next((reading for reading in readings if not reading.endswith(NEUTRAL)), readings[0])
