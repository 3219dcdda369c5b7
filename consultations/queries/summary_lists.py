"""What the editor shows of a summary's two lists: 部门回应 and 交办清单."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from ..models import Assignment, Response
from .summary_rows import Rows


@dataclass(frozen=True, slots=True)
class ResponseLine:
    """A department's answer. `topic_id` None: on all topics. `place` counts from 1; 0 for one that was taken out."""

    id: int
    topic_id: int | None
    topic: str
    department: str
    text: str
    edition: int
    place: int
    last: bool

    @property
    def key(self) -> str:
        """The id as text, of which a template makes the ids of its fields."""
        return str(self.id)


@dataclass(frozen=True, slots=True)
class AssignmentLine:
    """Something to be done. `statement_id`: the sentence it was made from. `place` as in a response."""

    id: int
    statement_id: int | None
    item: str
    lead: str
    cohandling: str
    due: dt.date | None
    edition: int
    place: int
    last: bool

    @property
    def key(self) -> str:
        """The id as text, of which a template makes the ids of its fields."""
        return str(self.id)


@dataclass(frozen=True, slots=True)
class Lists:
    """Both lists and what was taken out of them.

    `departments`: names to choose from. `assigned`: ids of the statements that an assignment was made from.
    """

    responses: tuple[ResponseLine, ...]
    removed_responses: tuple[ResponseLine, ...]
    assignments: tuple[AssignmentLine, ...]
    removed_assignments: tuple[AssignmentLine, ...]
    departments: tuple[str, ...]
    assigned: frozenset[int]


def lists_of(rows: Rows) -> Lists:
    """The lists of a summary whose rows are read already; two queries for what was taken out."""
    titles = {topic.topic_id: topic.title for topic in rows.snapshot.topics}
    summary = rows.summary
    return Lists(
        responses=_responses(rows.responses, titles),
        removed_responses=_responses(summary.responses.filter(removed=True), titles),
        assignments=_assignments(rows.assignments),
        removed_assignments=_assignments(summary.assignments.filter(removed=True)),
        departments=_departments(rows),
        assigned=frozenset(row.statement_id for row in rows.assignments if row.statement_id is not None),
    )


def _departments(rows: Rows) -> tuple[str, ...]:
    """Those of the topics first, then whoever is named in a line."""
    of_topics = (name for topic in rows.topics.values() for name in topic.departments)
    named = (*(row.department for row in rows.responses), *(row.lead for row in rows.assignments))
    return tuple(name for name in dict.fromkeys((*of_topics, *named)) if name)


def _responses(rows: Iterable[Response], titles: dict[int, str]) -> tuple[ResponseLine, ...]:
    lines = list(rows)
    return tuple(
        ResponseLine(
            id=row.pk,
            topic_id=row.topic_id,
            topic=titles.get(row.topic_id, "") if row.topic_id is not None else "",
            department=row.department,
            text=row.text,
            edition=row.edition,
            place=0 if row.removed else place,
            last=place == len(lines),
        )
        for place, row in enumerate(lines, start=1)
    )


def _assignments(rows: Iterable[Assignment]) -> tuple[AssignmentLine, ...]:
    lines = list(rows)
    return tuple(
        AssignmentLine(
            id=row.pk,
            statement_id=row.statement_id,
            item=row.item,
            lead=row.lead,
            cohandling=row.cohandling,
            due=row.due,
            edition=row.edition,
            place=0 if row.removed else place,
            last=place == len(lines),
        )
        for place, row in enumerate(lines, start=1)
    )
