"""The rows of one summary, read in nine queries whatever its size: what its page and its document are made of."""

from __future__ import annotations

from dataclasses import dataclass

from jianyan.accounts.roles import Actor

from ..documents.model import Snapshot
from ..documents.snapshot import read_snapshot
from ..enums import Visibility
from ..errors import UnknownSummary
from ..models import (
    Assignment,
    Citation,
    Deliberation,
    Response,
    Statement,
    Suggestion,
    Summary,
    SummarySection,
    Topic,
)

Passages = dict[int, list[Statement]]
"""Section id → its statements in order, those taken out too."""


@dataclass(frozen=True, slots=True)
class Rows:
    """`topics` in the order of the snapshot; `suggestions` by id, in order of topic and number, author loaded."""

    summary: Summary
    snapshot: Snapshot
    topics: dict[int, Topic]
    sections: list[SummarySection]
    statements: Passages
    citations: dict[int, list[Citation]]
    suggestions: dict[int, Suggestion]
    responses: list[Response]
    assignments: list[Assignment]


def load_summary(summary_id: int) -> Summary:
    """The summary with its deliberation, host, channel, what it replaces, and who froze and signed it.

    Raises UnknownSummary.
    """
    summary = (
        Summary.objects.select_related(
            "deliberation__host",
            "deliberation__channel",
            "frozen_by",
            "signed_by",
            "submitted_by",
            "replaces",
        )
        .filter(pk=summary_id)
        .first()
    )
    if summary is None:
        raise UnknownSummary
    return summary


def read_rows(summary: Summary) -> Rows:
    """Everything that belongs to a summary that is loaded already."""
    snapshot = read_snapshot(summary.snapshot)
    found = Topic.objects.select_related("deliberation").in_bulk([one.topic_id for one in snapshot.topics])
    topics = {one.topic_id: found[one.topic_id] for one in snapshot.topics}
    place = {topic_id: position for position, topic_id in enumerate(topics)}
    suggestions = sorted(
        Suggestion.objects.filter(topic__in=found).select_related("author", "sector", "theme"),
        key=lambda suggestion: (place[suggestion.topic_id], suggestion.number),
    )
    sections, statements, citations = read_passages(summary)
    by_number = {suggestion.pk: position for position, suggestion in enumerate(suggestions)}
    for cited in citations.values():
        cited.sort(key=lambda citation: by_number[citation.suggestion_id])
    return Rows(
        summary=summary,
        snapshot=snapshot,
        topics=topics,
        sections=sections,
        statements=statements,
        citations=citations,
        suggestions={suggestion.pk: suggestion for suggestion in suggestions},
        responses=list(summary.responses.filter(removed=False)),
        assignments=list(summary.assignments.filter(removed=False)),
    )


def read_passages(summary: Summary) -> tuple[list[SummarySection], Passages, dict[int, list[Citation]]]:
    """Its sections in order, their statements in order, and by statement what it cites, by id of the suggestion."""
    statements: Passages = {}
    for statement in Statement.objects.filter(section__summary=summary).order_by("position", "id"):
        statements.setdefault(statement.section_id, []).append(statement)
    citations: dict[int, list[Citation]] = {}
    for citation in Citation.objects.filter(statement__section__summary=summary).order_by("suggestion_id"):
        citations.setdefault(citation.statement_id, []).append(citation)
    return list(summary.sections.order_by("position", "id")), statements, citations


def is_invited(actor: Actor | None, deliberation: Deliberation) -> bool:
    """Whether the person has an attendance row; asked only where the deliberation is for invited people."""
    if actor is None or deliberation.visibility != Visibility.INVITED:
        return False
    return deliberation.attendances.filter(user_id=actor.user_id).exists()
