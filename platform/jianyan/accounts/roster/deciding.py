"""From a line to an entry ready to be written, or a refusal. Looks at the register and the rows before; writes nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from django.utils.translation import gettext as _

from ..enums import Gender
from ..models import Body
from ..names import unknown_strokes
from . import cells, dates, terms
from .answers import Reason, RowRefused
from .belonging import BELONGING, belong
from .cells import Cleaned
from .columns import Column
from .register import Person, Register
from .resembling import named, refuse_same_person, same_name

GENDERS = {"男": Gender.MALE.value, "女": Gender.FEMALE.value, "": ""}
CLEANERS: dict[Column, Callable[[str], Cleaned]] = {
    Column.NAME: cells.clean_name,
    Column.GENDER: cells.clean_gender,
    Column.PHONE: cells.clean_phone,
    Column.TERM: terms.clean_term,
    Column.SINCE: dates.clean_date,
    Column.POSITION: partial(cells.clean_text, column=Column.POSITION),
    Column.NOTE: partial(cells.clean_text, column=Column.NOTE),
}


@dataclass(slots=True)
class Entry:
    """A row, understood. `bodies` are the ones to sit in besides the committee."""

    row: int
    values: dict[Column, str]
    normalised: dict[str, str]
    bodies: tuple[Body, ...]
    warnings: list[Reason] = field(default_factory=list)
    known: Person | None = None

    @property
    def gender(self) -> str:
        """As it is stored."""
        return GENDERS[self.values[Column.GENDER]]

    @property
    def since(self) -> dt.date | None:
        """The day from which the memberships hold."""
        text = self.values[Column.SINCE]
        return dt.date.fromisoformat(text) if text else None

    def person(self) -> Person:
        """As later rows are compared with it."""
        values = self.values
        return Person(
            values[Column.NAME],
            values[Column.PHONE],
            (values[Column.SECTOR],),
            values[Column.POSITION],
            self.row,
        )


@dataclass(slots=True)
class Decider:
    """Decides row after row. `seen` is phone → the row of this file that had it first, and whom it named."""

    register: Register
    seen: dict[str, tuple[int, Person]] = field(default_factory=dict)
    taken: set[int] = field(default_factory=set)

    def decide(self, row: int, raw: dict[Column, str]) -> Entry:
        """The entry of this row; raises RowRefused. `raw` has every column that the file has."""
        entry = self._understand(row, raw)
        person = entry.person()
        try:
            self._compare_with_file(person)
        finally:
            self.seen.setdefault(person.phone, (row, person))
        self._compare_with_register(entry, person)
        return entry

    def take(self, entry: Entry) -> None:
        """The row was written: later rows are compared with it."""
        person = entry.person()
        self.taken.add(entry.row)
        self.seen[person.phone] = (entry.row, person)
        self.register.add(person, known=entry.known)

    def understands(self, raw: dict[Column, str]) -> bool:
        """Whether every cell of such a row could be taken by itself."""
        try:
            self._understand(0, raw)
        except RowRefused:
            return False
        return True

    def _understand(self, row: int, raw: dict[Column, str]) -> Entry:
        values: dict[Column, str] = {}
        warnings: list[Reason] = []
        bodies: list[Body] = []
        for column in Column:
            text = raw.get(column, "")
            if column in BELONGING:
                cleaned, body = belong(self.register, column, cells.plain(text))
                bodies += [body] if body else []
            else:
                cleaned = CLEANERS[column](text)
            values[column] = cleaned.value
            warnings += cleaned.notes
        normalised = {
            column.value: values[column]
            for column in Column
            if column in raw and values[column] != raw[column]
        }
        return Entry(row, values, normalised, tuple(bodies), warnings)

    def _compare_with_file(self, person: Person) -> None:
        if person.phone in self.seen:
            self._refuse_same_phone(person, *self.seen[person.phone])
        for same in self.register.by_name.get(person.name, []):
            if same.row is not None and same.phone != person.phone:
                refuse_same_person(person, same)

    def _refuse_same_phone(self, person: Person, row: int, other: Person) -> None:
        if (other.name, other.sectors) != (person.name, person.sectors):
            raise RowRefused(
                "phone_duplicate_in_file",
                _(
                    "the mobile phone is the same as that of row %(other)s of this file, “%(name)s”; please check."
                )
                % {"other": row, "name": other.name},
                {"row": row},
            )
        # A row that was refused itself stands in nobody's way: this one may be its correction.
        if row in self.taken:
            raise RowRefused(
                "person_duplicate_in_file",
                _(
                    "the same person as row %(other)s of this file (same name, mobile phone and sector); "
                    "not imported again."
                )
                % {"other": row},
                {"row": row},
            )

    def _compare_with_register(self, entry: Entry, person: Person) -> None:
        known = self.register.by_phone.get(person.phone)
        if known is not None and known.name != person.name:
            raise RowRefused(
                "phone_exists",
                _("the mobile phone already belongs to the member %(member)s; please check.")
                % {"member": named(known)},
                {"member": known.name},
            )
        if known is not None:
            entry.known = known
            return
        same = self.register.by_name.get(person.name, [])
        for other in same:
            refuse_same_person(person, other)
        if same:
            entry.warnings.append(same_name(same))
        unknown = unknown_strokes(person.name)
        if unknown:
            text = _(
                "the strokes of “%(characters)s” are not known; placed last until the key is corrected by hand"
            )
            entry.warnings.append(Reason("strokes_unknown", text % {"characters": unknown}))
