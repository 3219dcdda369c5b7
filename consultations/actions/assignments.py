"""The list of assignments (交办清单): what is to be done, who leads, who helps, by when."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from jianyan.accounts.roles import Actor

from ..enums import StatementKind
from ..errors import ComputedWords, UnknownPassage
from ..models import Assignment, Statement
from .responses import DEPARTMENT_LENGTH
from .summaries import accept, open_summary
from .summary_lines import add_line, edit_line, open_line

ITEM_LENGTH = 2000
COHANDLING_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Task:
    """The words of an assignment; all but the item may still be missing."""

    item: str
    lead: str = ""
    cohandling: str = ""
    due: dt.date | None = None


@transaction.atomic
def add_assignment(*, summary_id: int, task: Task, by: Actor, at: dt.datetime) -> Assignment:
    """At the end of the list, in the secretary's words."""
    opened = open_summary(summary_id, by=by, at=at)
    return add_line(opened, Assignment(summary=opened.summary, **asdict(_accepted(task))))


@transaction.atomic
def assign_statement(*, summary_id: int, statement_id: int, by: Actor, at: dt.datetime) -> Assignment:
    """At the end of the list, in the words of a statement: what that rests on is printed with the assignment.

    A statement that has an assignment already gets no second one: the one there is is returned.
    """
    opened = open_summary(summary_id, by=by, at=at)
    statement = Statement.objects.filter(
        pk=statement_id, section__summary=opened.summary, removed=False
    ).first()
    if statement is None:
        raise UnknownPassage
    if statement.kind == StatementKind.LEAD:
        raise ComputedWords
    standing = opened.summary.assignments.filter(statement=statement, removed=False).first()
    if standing is not None:
        return standing
    return add_line(
        opened, Assignment(summary=opened.summary, statement=statement, item=_item(statement.text))
    )


@transaction.atomic
def edit_assignment(
    *, assignment_id: int, task: Task, edition: int, by: Actor, at: dt.datetime
) -> Assignment:
    """Set all that it says. Raises ChangedMeanwhile where somebody else has changed it since `edition`."""
    opened, assignment = open_line(Assignment, assignment_id, by=by, at=at)
    return edit_line(opened, assignment, asdict(_accepted(task)), edition=edition)


def _accepted(task: Task) -> Task:
    return Task(
        item=_item(task.item),
        lead=_bodies(task.lead, DEPARTMENT_LENGTH, what=_("the leading body")),
        cohandling=_bodies(task.cohandling, COHANDLING_LENGTH, what=_("the co-handling bodies")),
        due=task.due,
    )


def _item(text: str) -> str:
    return accept(text, ITEM_LENGTH, what=_("the assignment"))


def _bodies(names: str, limit: int, *, what: str) -> str:
    return accept(names, limit, what=what).replace("\n", "、") if names.strip() else ""
