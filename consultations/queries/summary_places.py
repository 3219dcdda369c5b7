"""Where the passages of a summary are."""

from __future__ import annotations

from ..enums import StatementKind
from ..models import Statement, Summary


def holds_statement(summary: Summary, statement_id: int) -> bool:
    """Whether the statement, taken out or not, belongs to the summary."""
    return Statement.objects.filter(pk=statement_id, section__summary=summary).exists()


def holds_section(summary: Summary, section_id: int) -> bool:
    """Whether the section belongs to the summary."""
    return summary.sections.filter(pk=section_id).exists()


def holds_response(summary: Summary, response_id: int) -> bool:
    """Whether the response, taken out or not, belongs to the summary."""
    return summary.responses.filter(pk=response_id).exists()


def holds_assignment(summary: Summary, assignment_id: int) -> bool:
    """Whether the assignment, taken out or not, belongs to the summary."""
    return summary.assignments.filter(pk=assignment_id).exists()


def sections_of(statement_id: int) -> frozenset[int]:
    """The id of the section that the statement is in now; empty where there is no such statement."""
    return frozenset(Statement.objects.filter(pk=statement_id).values_list("section_id", flat=True))


def statement_at(beside: int, *, place: int) -> int:
    """The id of the statement at that place (from 1) of the section that `beside` is in; 0 where there is none."""
    section_id = Statement.objects.filter(pk=beside).values_list("section_id", flat=True).first()
    ids = _places(section_id) if section_id is not None else []
    return ids[place - 1] if 1 <= place <= len(ids) else 0


def place_of(statement: Statement) -> tuple[int, int]:
    """(place of the statement in its section, from 1, or 0 where it has none; how many there are)."""
    ids = _places(statement.section_id)
    return (ids.index(statement.pk) + 1 if statement.pk in ids else 0), len(ids)


def _places(section_id: int) -> list[int]:
    """The statements of a section that can be moved, in order: neither its lead nor what was taken out."""
    rows = Statement.objects.filter(section_id=section_id, removed=False).exclude(kind=StatementKind.LEAD)
    return list(rows.order_by("position", "id").values_list("id", flat=True))
