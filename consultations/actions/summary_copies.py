"""What a further version or another kind of summary begins with: the words and sources of one that is there."""

from __future__ import annotations

import datetime as dt
from typing import Any

from ..models import Assignment, Citation, Response, Statement, Summary


def begin_from(old: Summary, *, at: dt.datetime, **differences: Any) -> Summary:
    """A draft on the same snapshot, with the same words and sources; `differences` are fields of the new one."""
    same: dict[str, Any] = {
        "deliberation": old.deliberation,
        "kind": old.kind,
        "title": old.title,
        "opening": old.opening,
        "snapshot": old.snapshot,
        "digest": old.digest,
        "frozen_at": old.frozen_at,
        "frozen_by_id": old.frozen_by_id,
        "edited_at": at,
    }
    new = Summary.objects.create(**same | differences)
    _copy_content(old, new)
    return new


def _copy_content(old: Summary, new: Summary) -> None:
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
