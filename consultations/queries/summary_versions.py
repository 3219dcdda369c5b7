"""A summary's words and sources as they stood at an edition: what is kept of them, and when it is due."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from ..enums import Step
from ..models import JournalEntry, Summary
from .summary_rows import read_passages

REST = dt.timedelta(minutes=10)
"""Whoever goes on after such a rest begins anew: what stood before is kept."""
SOONEST = dt.timedelta(minutes=1)
"""Where two people take turns, what stood before is not kept more often than that."""


@dataclass(frozen=True, slots=True)
class Unkept:
    """What stands in a summary before somebody changes it, who has left it so, and when."""

    edition: int
    by_id: int
    at: dt.datetime
    content: dict[str, Any]


def unkept(summary: Summary, *, topic_id: int, by_id: int, at: dt.datetime) -> Unkept | None:
    """What has to be kept before this person changes something; None where that was kept, or may go on.

    Due after a rest, or where another person was the last to change it. `topic_id`: one of its topics, whose journal
    says who that was.
    """
    last = summary.versions.order_by("-edition", "-id").values_list("edition", "at").first()
    if last is not None and last[0] == summary.edition:
        return None
    edits = JournalEntry.objects.filter(
        topic_id=topic_id, kind__in=(Step.SUMMARY_EDITED, Step.SUMMARY_DRAFTED), payload__summary=summary.pk
    )
    editor = edits.order_by("-revision").values_list("actor_id", flat=True).first() or by_id
    rested = at - summary.edited_at >= REST
    kept_just_now = last is not None and summary.edited_at - last[1] < SOONEST
    if not rested and (editor == by_id or kept_just_now):
        return None
    return Unkept(summary.edition, editor, summary.edited_at, content_now(summary))


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
