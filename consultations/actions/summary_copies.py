"""What a further version or another kind of summary begins with: the words and sources of one that is there."""

from __future__ import annotations

from ..models import Assignment, Citation, Response, Statement, Summary


def copy_content(old: Summary, new: Summary) -> None:
    """Sections, standing statements with what they rest on, responses and assignments."""
    copies: dict[int, Statement] = {}
    for section in old.sections.order_by("position", "id"):
        statements = list(section.statements.filter(removed=False).order_by("position", "id"))
        section.pk, section.summary, section.edition = None, new, 1
        section.save(force_insert=True)
        for statement in statements:
            number = statement.pk
            statement.pk, statement.section, statement.edition = None, section, 1
            statement.save(force_insert=True)
            copies[number] = statement
    citations = list(Citation.objects.filter(statement__in=copies))
    for citation in citations:
        citation.statement = copies[citation.statement_id]
        citation.pk = None
    Citation.objects.bulk_create(citations)
    for kind in (Response, Assignment):
        for row in kind.objects.filter(summary=old, removed=False).order_by("position", "id"):
            if isinstance(row, Assignment) and row.statement_id is not None:
                row.statement = copies.get(row.statement_id)
            row.pk, row.summary, row.edition = None, new, 1
            row.save(force_insert=True)
