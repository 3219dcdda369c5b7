"""What the import answers to every row, and to the file as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _


class Action(StrEnum):
    """What became of a row: taken as it is, taken after normalising, an existing member updated, nothing new, refused."""

    ACCEPT = "accept"
    NORMALISE = "normalise"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    REJECT = "reject"


class Outcome(StrEnum):
    """What became of the file: written, only tried, or left alone because `--strict` met a refused row."""

    IMPORTED = "imported"
    TRIED = "tried"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a row, a cell or a file is refused, or what is to be noted about it: a stable code and a sentence."""

    code: str
    text: str

    def about_row(self, row: int) -> dict[str, str]:
        """As it is answered: `{code, message}`, the message naming the row."""
        return {
            "code": self.code,
            "message": _("Row %(row)s: %(text)s") % {"row": row, "text": self.text},
        }

    def __str__(self) -> str:
        return _("%(code)s: %(text)s") % {"code": self.code, "text": self.text}


class RowRefused(Exception):
    """This row cannot be taken. `conflicts_with` is `{"row": number}` or `{"member": name}` where that is why."""

    def __init__(self, code: str, text: str, conflicts_with: dict[str, int | str] | None = None) -> None:
        super().__init__(code)
        self.reason = Reason(code, text)
        self.conflicts_with = conflicts_with


@dataclass(frozen=True, slots=True)
class Answer:
    """About one row. `row` counts data rows from 1, `line` is the line of the file; `normalised` is column → value.

    `user_id` is whom the row speaks of, unless it was refused.
    """

    row: int
    line: int
    action: Action
    normalised: dict[str, str] = field(default_factory=dict)
    reason: Reason | None = None
    warnings: tuple[Reason, ...] = ()
    conflicts_with: dict[str, int | str] | None = None
    user_id: int | None = None

    def as_json(self) -> dict[str, Any]:
        """For `--json`; `conflicts_with` only where there is a conflict."""
        answer: dict[str, Any] = {
            "row": self.row,
            "line": self.line,
            "action": self.action.value,
            "normalised": self.normalised,
            "reason": self.reason.about_row(self.row) if self.reason else None,
            "warnings": [str(warning) for warning in self.warnings],
        }
        if self.conflicts_with:
            answer["conflicts_with"] = self.conflicts_with
        return answer


@dataclass(frozen=True, slots=True)
class Report:
    """About the whole file. `ignored` are the columns that a roster does not have."""

    body: str
    outcome: Outcome
    answers: Sequence[Answer]
    ignored: tuple[str, ...] = ()

    @property
    def rejected(self) -> int:
        """How many rows were refused."""
        return self.summary["reject"]

    @property
    def summary(self) -> dict[str, int]:
        """Rows per action; accept, normalise and reject are always there, the others where they occur."""
        counted = Counter(answer.action.value for answer in self.answers)
        always = {action.value: 0 for action in (Action.ACCEPT, Action.NORMALISE, Action.REJECT)}
        return {**always, **counted}

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "body": self.body,
            "outcome": self.outcome.value,
            "ignored_columns": list(self.ignored),
            "summary": self.summary,
            "rows": [answer.as_json() for answer in self.answers],
        }
