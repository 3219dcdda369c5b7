"""A summary as the document that every format is made of. Every number in it comes from the snapshot."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeAlias

from django.utils import timezone

from ..documents.content import from_content
from ..documents.figures import (
    citation_of,
    cited_support,
    counts_of,
    merged_in,
    statistics_of,
    supports,
)
from ..documents.model import (
    Assignment,
    Attendance,
    DepartmentResponse,
    FrozenSuggestion,
    Head,
    ListedSuggestion,
    Opening,
    Replaced,
    Section,
    Statement,
    SummaryDocument,
    Tally,
    TopicPart,
)
from ..documents.wording import lead_text
from ..enums import Mode, Pending, StatementKind, Status, SummaryKind, SummaryStatus
from ..errors import TryAgain
from ..models import Assignment as AssignmentRow
from ..models import Deliberation, Suggestion, Summary, SummarySection, Topic
from ..models import Statement as StatementRow
from .summary_rows import Rows, load_summary, read_rows
from .summary_snapshot import shown_text

Listed: TypeAlias = Mapping[int, ListedSuggestion]
READINGS = 5
"""Times that a draft is read which somebody is changing; people save less often than it takes to read it once."""
EXPLAINED = (Status.RETURNED, Status.DECLINED, Status.HIDDEN)


def summary_document(summary_id: int) -> SummaryDocument:
    """The document of a summary. Raises UnknownSummary, and what `document_for` raises."""
    return document_for(load_summary(summary_id))


def document_for(summary: Summary) -> SummaryDocument:
    """As `summary_document`, for a summary that is loaded already: a signed one as it was signed.

    A draft is read row by row. Whatever somebody saves or signs on the way is in it as a whole or not at all: then it
    is read again. Raises TryAgain where that happens time after time.
    """
    for _time in range(READINGS):
        if summary.content is not None:
            return from_content(summary.content, SummaryDocument)
        document = drafted_document(summary)
        if _stands(summary):
            return document
        summary = load_summary(summary.pk)
    raise TryAgain


def _stands(summary: Summary) -> bool:
    """Whether nothing has changed since it was loaded: each change of a summary changes one of these."""
    seen = {
        name: getattr(summary, name) for name in ("edition", "status", "edited_at", "frozen_at", "thawed_at")
    }
    return Summary.objects.filter(pk=summary.pk, **seen).exists()


def drafted_document(summary: Summary) -> SummaryDocument:
    """The document of what stands in the tables now."""
    return document_of(read_rows(summary))


def document_of(rows: Rows) -> SummaryDocument:
    """As `drafted_document`, for rows that are read already."""
    summary, attendance = rows.summary, rows.snapshot.attendance
    appendix = appendix_of(rows)
    listed = {row.id: row for row in appendix}
    return SummaryDocument(
        head=_head(rows),
        title=summary.title,
        status=SummaryStatus(summary.status),
        opening=_opening(rows, attendance, appendix),
        consensus=tuple(
            statement
            for section in rows.sections
            if section.topic_id is None
            for statement in _statements(rows, section, listed)
        ),
        topics=tuple(
            TopicPart(
                topic_id=topic.topic_id,
                title=topic.title,
                sections=_sections(rows, topic.topic_id, listed),
            )
            for topic in rows.snapshot.topics
        ),
        responses=tuple(
            DepartmentResponse(topic_id=row.topic_id, department=row.department, text=row.text)
            for row in rows.responses
        ),
        assignments=tuple(_assignment(rows, row) for row in rows.assignments),
        appendix=appendix,
        statistics=statistics_of(attendance, appendix),
        snapshot=rows.snapshot,
        snapshot_hash=summary.digest,
    )


def appendix_of(rows: Rows) -> tuple[ListedSuggestion, ...]:
    """Every suggestion, so that no number is missing; without words and author where it is not public.

    All but words, theme and reason, which cannot change any more, is as it was frozen.
    """
    return tuple(
        _listed(rows.suggestions[frozen.id], frozen)
        for topic in rows.snapshot.topics
        for frozen in topic.suggestions
    )


def _listed(suggestion: Suggestion, frozen: FrozenSuggestion) -> ListedSuggestion:
    return ListedSuggestion(
        id=frozen.id,
        topic_id=suggestion.topic_id,
        number=frozen.number,
        text=shown_text(suggestion),
        author=frozen.author,
        sector=frozen.sector,
        status=frozen.status,
        theme=suggestion.theme.name if suggestion.theme is not None else None,
        tally=Tally(support=frozen.support, neutral=frozen.neutral, oppose=frozen.oppose),
        reason=suggestion.reason if frozen.status in EXPLAINED else "",
        merged_into=suggestion.merged_into_id,
    )


def _head(rows: Rows) -> Head:
    summary = rows.summary
    return Head(
        issuer=summary.deliberation.host.name,
        kind=SummaryKind(summary.kind),
        number=summary.number_text or None,
        edition=summary.edition,
        version=summary.version,
        replaces=_replaced(summary.replaces),
        date=timezone.localdate(summary.signed_at or summary.edited_at),
        signed_by=summary.signed_by.display_name if summary.signed_by is not None else "",
    )


def _replaced(old: Summary | None) -> Replaced | None:
    if old is None or old.signed_at is None:
        return None
    return Replaced(version=old.version, signed_on=timezone.localdate(old.signed_at), seal=old.seal)


def _assignment(rows: Rows, row: AssignmentRow) -> Assignment:
    cited = rows.citations.get(row.statement_id, ()) if row.statement_id is not None else ()
    return Assignment(
        item=row.item,
        lead=row.lead,
        cohandling=row.cohandling,
        due=row.due,
        suggestions=tuple(citation.suggestion_id for citation in cited),
    )


def _opening(rows: Rows, attendance: Attendance, appendix: Iterable[ListedSuggestion]) -> Opening:
    deliberation = rows.summary.deliberation
    starts_at, ends_at = _period(deliberation, rows.topics.values())
    return Opening(
        starts_at=timezone.localtime(starts_at),
        ends_at=timezone.localtime(ends_at),
        mode=Mode(deliberation.mode),
        place=deliberation.place,
        channel=deliberation.channel.name,
        host=deliberation.host.name,
        topics=tuple(topic.title for topic in rows.snapshot.topics),
        counts=counts_of(attendance, tuple(appendix)),
        remarks=rows.summary.opening,
    )


def _period(deliberation: Deliberation, topics: Iterable[Topic]) -> tuple[dt.datetime, dt.datetime]:
    """When it took place. Online that is when its topics really opened and closed, not what was planned."""
    if deliberation.mode != Mode.ONLINE:
        return deliberation.starts_at, deliberation.ends_at
    times = [(topic.opens_at, topic.closes_at) for topic in topics]
    return min(opens for opens, _ in times), max(closes for _, closes in times)


def _sections(rows: Rows, topic_id: int, listed: Listed) -> tuple[Section, ...]:
    sections = (
        Section(theme=section.heading or None, statements=_statements(rows, section, listed))
        for section in rows.sections
        if section.topic_id == topic_id
    )
    # What only opens a theme whose ideas all stand elsewhere opens nothing.
    return tuple(
        section for section in sections if not all(statement.is_lead for statement in section.statements)
    )


def _statements(rows: Rows, section: SummarySection, listed: Listed) -> tuple[Statement, ...]:
    merged = merged_in(listed.values())
    return tuple(
        _statement(rows, section, statement, listed, merged)
        for statement in rows.statements.get(section.pk, ())
        if not statement.removed
    )


def _statement(
    rows: Rows, section: SummarySection, statement: StatementRow, listed: Listed, merged: Mapping[int, int]
) -> Statement:
    citations = tuple(
        replace(
            citation_of(listed[row.suggestion_id]),
            tally=Tally(support=row.support, neutral=row.neutral, oppose=row.oppose),
        )
        for row in rows.citations.get(statement.pk, ())
    )
    support = cited_support(supports(citations), merged)
    is_lead = statement.kind == StatementKind.LEAD
    return Statement(
        text=lead_text(section.heading, citations, support) if is_lead else statement.text,
        kind=StatementKind(statement.kind),
        reworded=statement.reworded,
        pending=Pending(statement.pending) if statement.pending else None,
        support=support,
        citations=citations,
    )
