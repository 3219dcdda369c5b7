"""Where the passages of a summary are."""

from __future__ import annotations

from ..models import Statement, Summary


def holds_statement(summary: Summary, statement_id: int) -> bool:
    """Whether the statement, taken out or not, belongs to the summary."""
    return Statement.objects.filter(pk=statement_id, section__summary=summary).exists()


def holds_section(summary: Summary, section_id: int) -> bool:
    """Whether the section belongs to the summary."""
    return summary.sections.filter(pk=section_id).exists()


def sections_of(statement_id: int) -> frozenset[int]:
    """The id of the section that the statement is in now; empty where there is no such statement."""
    return frozenset(Statement.objects.filter(pk=statement_id).values_list("section_id", flat=True))


def statement_at(beside: int, *, place: int) -> int:
    """The id of the statement at that place (from 1) of the section that `beside` is in; 0 where there is none."""
    rows = Statement.objects.filter(section__statements=beside, removed=False).order_by("position", "id")
    ids = list(rows.values_list("id", flat=True))
    return ids[place - 1] if 1 <= place <= len(ids) else 0


def place_of(statement: Statement) -> tuple[int, int]:
    """(place of the statement in its section, from 1; how many there are)."""
    rows = statement.section.statements.filter(removed=False).order_by("position", "id")
    ids = list(rows.values_list("id", flat=True))
    return ids.index(statement.pk) + 1, len(ids)
