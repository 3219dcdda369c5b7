"""The columns of a list of people, and how people head them; those of a roster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

import regex

# What people add to a heading: blanks, an asterisk, a remark in brackets.
ADDITIONS = regex.compile(r"[\s\p{Cf}*＊]|[（(].*?[)）]")

C = TypeVar("C", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Columns(Generic[C]):
    """What a kind of list has: every column, headings in lower case → column, and how many rows at most."""

    every: tuple[C, ...]
    required: tuple[C, ...]
    headings: Mapping[str, C]
    most_rows: int

    def meant(self, cells: Sequence[str]) -> tuple[C | None, ...]:
        """The columns that a line of headings means, cell by cell; None for one that the list does not have."""
        return tuple(self.headings.get(ADDITIONS.sub("", cell).lower()) for cell in cells)

    def missing(self, columns: Sequence[C | None]) -> tuple[C, ...]:
        """The columns that such a list must have and this one has not."""
        return tuple(column for column in self.required if column not in columns)


class Column(StrEnum):
    """The columns by the name that answers use."""

    NAME = "姓名"
    GENDER = "性别"
    SECTOR = "界别"
    PARTY = "党派"
    SPECIAL_COMMITTEE = "专委会"
    POSITION = "单位及职务"
    PHONE = "手机号"
    TERM = "届次"
    SINCE = "任职日期"
    NOTE = "备注"


REQUIRED = (Column.NAME, Column.SECTOR, Column.PHONE, Column.TERM)

HEADINGS = {column.value: column for column in Column} | {
    "委员姓名": Column.NAME,
    "name": Column.NAME,
    "gender": Column.GENDER,
    "所属界别": Column.SECTOR,
    "sector": Column.SECTOR,
    "政治面貌": Column.PARTY,
    "所属党派": Column.PARTY,
    "party": Column.PARTY,
    "专门委员会": Column.SPECIAL_COMMITTEE,
    "所属专委会": Column.SPECIAL_COMMITTEE,
    "committee": Column.SPECIAL_COMMITTEE,
    "单位职务": Column.POSITION,
    "单位和职务": Column.POSITION,
    "工作单位及职务": Column.POSITION,
    "position": Column.POSITION,
    "手机": Column.PHONE,
    "手机号码": Column.PHONE,
    "联系电话": Column.PHONE,
    "电话": Column.PHONE,
    "phone": Column.PHONE,
    "届别": Column.TERM,
    "term": Column.TERM,
    "任职时间": Column.SINCE,
    "since": Column.SINCE,
    "说明": Column.NOTE,
    "note": Column.NOTE,
}

ROSTER = Columns(tuple(Column), REQUIRED, HEADINGS, most_rows=10_000)
