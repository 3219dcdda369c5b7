"""What a list of attendance, as somebody has corrected it in a spreadsheet, would change; nothing is written here.

A row means a person by name; unit, or the last digits of the phone behind the name, tell apart who share one.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, NamedTuple, TypeAlias

import regex
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from msgspec import Meta

from jianyan.accounts.names import MIDDLE_DOT
from jianyan.accounts.roster.answers import RowRefused
from jianyan.accounts.roster.cells import BLANKS, OTHER_DOTS, clean_name, plain
from jianyan.accounts.roster.columns import Columns

from ..enums import Mode, Presence
from .attending import Person

HIGHEST_ORDER = 999
LONGEST_UNIT = 60
"""Characters, of a guest's."""
LONGEST_CELL = 200
"""Characters that are looked at; nothing that is taken is as long."""
Cell: TypeAlias = Annotated[str, Meta(max_length=LONGEST_CELL)]


class ListColumn(StrEnum):
    """The columns of the file."""

    NAME = "姓名"
    PRESENCE = "出席情况"
    MODE = "方式"
    UNIT = "单位"
    ORDER = "顺序"


COLUMNS = Columns(
    tuple(ListColumn),
    (ListColumn.NAME,),
    {column.value: column for column in ListColumn}
    | {
        "name": ListColumn.NAME,
        "出席": ListColumn.PRESENCE,
        "attendance": ListColumn.PRESENCE,
        "参加方式": ListColumn.MODE,
        "mode": ListColumn.MODE,
        "界别": ListColumn.UNIT,
        "单位及职务": ListColumn.UNIT,
        "unit": ListColumn.UNIT,
        "sector": ListColumn.UNIT,
        "排序": ListColumn.ORDER,
        "order": ListColumn.ORDER,
    },
    most_rows=3000,
)
PRESENCE_WORDS: Mapping[str, str] = {
    Presence.PRESENT: "出席",
    Presence.OBSERVER: "列席",
    Presence.ON_LEAVE: "请假",
    "": "未到",
}
MODE_WORDS: Mapping[str, str] = {Mode.OFFLINE: "现场", Mode.ONLINE: "线上"}
_PRESENCES = {word: presence for presence, word in PRESENCE_WORDS.items()} | {
    "缺席": "",
    "present": Presence.PRESENT,
    "observer": Presence.OBSERVER,
    "on leave": Presence.ON_LEAVE,
    "not there": "",
}
_MODES = {word: mode for mode, word in MODE_WORDS.items()} | {
    "网络": Mode.ONLINE,
    "online": Mode.ONLINE,
    "on site": Mode.OFFLINE,
}
# 王伟 1234, 王伟（1234）, 王伟(尾号1234)
_TAIL = regex.compile(r"(.+?)[\s(（]*(?:尾号)?(\d{3,11})[)）]?")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the file, by its number there, with its cells as they were written; None: there is no such column."""

    line: int
    name: Cell
    presence: Cell | None
    mode: Cell | None = None
    unit: Cell | None = None
    order: Cell | None = None


class Standing(NamedTuple):
    """How somebody took part, and their place among those who are named first, if they have one."""

    presence: str
    mode: str
    order: int | None


@dataclass(frozen=True, slots=True)
class Change:
    """What a line changes. `was` is None for a guest who is added; both ids are, too."""

    line: int
    name: str
    unit: str
    was: Standing | None
    becomes: Standing
    user_id: int | None = None
    row_id: int | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a line cannot be taken; a sentence for the reader."""

    line: int
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a file would change, in its order; nothing of it is done where there are `faults`."""

    changes: tuple[Change, ...]
    faults: tuple[Fault, ...]
    unchanged: int

    @property
    def digest(self) -> str:
        """The same for two plans that change the same: SHA-256, hexadecimal."""
        return hashlib.sha256(repr((self.changes, self.faults)).encode()).hexdigest()


class Unclear(Exception):
    """Whom a name means cannot be said; the message is for the reader."""


def plan_of(rows: Sequence[Row], people: Sequence[Person], *, usual: str) -> Plan:
    """Decide about every row. `usual`: how a guest took part of whom the file does not say it."""
    register = Register(people)
    changes: list[Change] = []
    faults: list[Fault] = []
    unchanged = 0
    seen: dict[tuple[object, ...], int] = {}
    for row in rows:
        try:
            change = _decided(row, register, usual)
            _require_new(change, seen)
        except (Unclear, RowRefused) as refusal:
            why = refusal.reason.text if isinstance(refusal, RowRefused) else str(refusal)
            faults.append(Fault(row.line, plain(row.name)[:40], why))
            continue
        if change.was == change.becomes:
            unchanged += 1
        else:
            changes.append(change)
    return Plan(tuple(changes), tuple(faults), unchanged)


class Register:
    """The people of a list, by what they are called."""

    def __init__(self, people: Iterable[Person]) -> None:
        self._by_name: dict[str, list[Person]] = {}
        self._gone: dict[tuple[str, str], Person] = {}
        for person in people:
            name = _alike(person.name)
            if person.is_gone:
                self._gone[name, _alike(person.unit)] = person
            else:
                self._by_name.setdefault(name, []).append(person)

    def meant(self, name: str, unit: str = "") -> Person | None:
        """Who is meant; None where nobody is called so. Raises Unclear for several, or where the unit is not theirs.

        A guest who was taken off the list is meant by name and unit together.
        """
        named, by_phone = self._named(name)
        params = {"name": plain(name)[:40], "units": _units(named), "unit": unit[:40]}
        if unit and named and not by_phone:
            named = [person for person in named if _stands_for(person, unit)]
            if not named:
                raise Unclear(
                    _(
                        "“%(name)s” on this list is of %(units)s, not of “%(unit)s”. Please correct the unit or "
                        "leave it empty; a guest with the name of somebody else is added on the page."
                    )
                    % params
                )
        if len(named) > 1:
            raise Unclear(
                _(
                    "several are called “%(name)s” (%(units)s): please fill in the unit, or write the last digits "
                    "of the phone behind the name."
                )
                % params
            )
        return named[0] if named else self._gone.get((_alike(name), _alike(unit)))

    def _named(self, name: str) -> tuple[list[Person], bool]:
        """Who is called so, and whether the digits of a phone were looked at."""
        exactly = self._by_name.get(_alike(name), [])
        match = _TAIL.fullmatch(unicodedata.normalize("NFKC", plain(name)))
        if exactly or match is None:
            return exactly, False
        named = self._by_name.get(_alike(match.group(1)), [])
        return [person for person in named if person.phone.endswith(match.group(2))], True


def _decided(row: Row, register: Register, usual: str) -> Change:
    unit = BLANKS.sub(" ", plain(row.unit or ""))
    person = register.meant(row.name, unit)
    was = Standing("", usual, None)
    if person is not None:
        was = Standing(person.presence, person.mode, person.precedence)
    becomes = Standing(
        _presence(row, was, known=person is not None),
        _read(row.mode, _MODES, was.mode, MODE_WORDS),
        _order(row.order, was.order),
    )
    if person is not None:
        return Change(row.line, person.name, person.unit, was, becomes, person.user_id, person.row_id)
    called = plain(row.name)
    if called and becomes.presence != Presence.OBSERVER:
        raise Unclear(
            _("nobody on this list is called “%(name)s”; only who observes is added as a guest.")
            % {"name": called[:40]}
        )
    name = clean_name(row.name).value
    if len(unit) > LONGEST_UNIT:
        raise Unclear(_("the unit of a guest has at most %(limit)s characters.") % {"limit": LONGEST_UNIT})
    return Change(row.line, name, unit, None, becomes)


def _presence(row: Row, was: Standing, *, known: bool) -> str:
    """What the row says; whoever is in a list of names alone was there, a member present and anybody else observing."""
    if row.presence is not None:
        return _read(row.presence, _PRESENCES, was.presence, PRESENCE_WORDS)
    if was.presence in (Presence.PRESENT, Presence.OBSERVER):
        return was.presence
    return Presence.PRESENT if known else Presence.OBSERVER


def _read(written: str | None, words: Mapping[str, str], was: str, known: Mapping[str, str]) -> str:
    """What a cell says; an empty one says nothing new."""
    word = BLANKS.sub(" ", plain(written or "")).casefold()
    if not word:
        return was
    if word not in words:
        raise Unclear(
            _("“%(word)s” is none of %(words)s.")
            % {"word": word[:20], "words": pgettext("between names", ", ").join(known.values())}
        )
    return words[word]


def _order(written: str | None, was: int | None) -> int | None:
    """The place that a cell gives; an empty one takes it away, a file without the column leaves it."""
    if written is None:
        return was
    digits = unicodedata.normalize("NFKC", plain(written))
    if not digits:
        return None
    if not (
        digits.isascii() and digits.isdecimal() and len(digits) <= 6 and 1 <= int(digits) <= HIGHEST_ORDER
    ):
        raise Unclear(
            _("the order “%(word)s” is no number from 1 to %(most)s.")
            % {"word": digits[:20], "most": HIGHEST_ORDER}
        )
    return int(digits)


def _require_new(change: Change, seen: dict[tuple[object, ...], int]) -> None:
    key = (change.user_id, change.row_id) if change.was is not None else (change.name, change.unit)
    if key in seen:
        raise Unclear(_("the same person as in line %(line)s of the file.") % {"line": seen[key]})
    seen[key] = change.line


def _alike(name: str) -> str:
    """Names that are written with other blanks or dots are the same."""
    return BLANKS.sub("", OTHER_DOTS.sub(MIDDLE_DOT, plain(name)))


def _stands_for(person: Person, unit: str) -> bool:
    wanted = _alike(unit).removesuffix("界")
    return any(_alike(own).removesuffix("界") == wanted for own in (person.unit, *person.other_units))


def _units(people: Sequence[Person]) -> str:
    names = (person.unit or _("no unit") for person in people)
    return pgettext("between names", ", ").join(dict.fromkeys(names))


def in_words(standing: Standing) -> str:
    """出席 · 现场 · 顺序 1, in the reader's language."""
    words = [str(Presence(standing.presence).label) if standing.presence else _("Not there")]
    if standing.presence in (Presence.PRESENT, Presence.OBSERVER):
        words.append(str(Mode(standing.mode).label))
    if standing.order is not None:
        words.append(_("order %(order)s") % {"order": standing.order})
    return " · ".join(words)


def told_apart(people: Sequence[Person], *, by_unit: bool) -> list[str]:
    """Their names, with the unit (`by_unit`) or the last digits of the phone where another has the same.

    Without `by_unit` the unit is told beside the name, so that only who shares both needs the digits.
    """
    called = Counter(_alike(person.name) for person in people)
    of_unit = Counter((_alike(person.name), _alike(person.unit)) for person in people)

    def name_of(person: Person) -> str:
        name = _alike(person.name)
        if of_unit[name, _alike(person.unit)] > 1:
            return f"{person.name} {person.phone[-4:]}"
        return f"{person.name} {person.unit}" if by_unit and called[name] > 1 else person.name

    return [name_of(person) for person in people]


def rows_of(people: Sequence[Person]) -> list[Row]:
    """The list as a file has it, so that reading it again changes nothing. Line 1 are the headings."""
    names = told_apart(people, by_unit=False)
    there = (Presence.PRESENT, Presence.OBSERVER)
    return [
        Row(
            line=line,
            name=name,
            presence=PRESENCE_WORDS[person.presence],
            mode=MODE_WORDS.get(person.mode, "") if person.presence in there else "",
            unit=person.unit,
            order="" if person.precedence is None else str(person.precedence),
        )
        for line, (person, name) in enumerate(zip(people, names, strict=True), start=2)
    ]
