"""A summary's words and sources as they stood at an edition: what is kept of them, and how two of them differ."""

from __future__ import annotations

from typing import Any

from ..models import Summary
from .summary_rows import read_passages


def content_now(summary: Summary) -> dict[str, Any]:
    """What a version keeps: title, opening, sections with their statements and sources, responses, assignments.

    Everything that stands in the document, in its order; what was taken out is not there.
    """
    sections, statements, citations = read_passages(summary)
    return {
        "title": summary.title,
        "opening": summary.opening,
        "sections": [
            {
                "id": section.pk,
                "topic": section.topic_id,
                "heading": section.heading,
                "statements": [
                    {
                        "id": statement.pk,
                        "kind": statement.kind,
                        "text": statement.text,
                        "original": statement.original,
                        "pending": statement.pending,
                        "cites": [citation.suggestion_id for citation in citations.get(statement.pk, ())],
                    }
                    for statement in statements.get(section.pk, ())
                    if not statement.removed
                ],
            }
            for section in sections
        ],
        "responses": [
            {"id": row.pk, "topic": row.topic_id, "department": row.department, "text": row.text}
            for row in summary.responses.filter(removed=False)
        ],
        "assignments": [
            {
                "id": row.pk,
                "statement": row.statement_id,
                "item": row.item,
                "lead": row.lead,
                "cohandling": row.cohandling,
                "due": row.due.isoformat() if row.due is not None else None,
            }
            for row in summary.assignments.filter(removed=False)
        ],
    }
