"""Keeping versions of a summary, so that nothing that somebody wrote is lost by what others change; and going back.

Before changes a version is kept by `Opened.changed`, whatever the change.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from django.db import transaction

from jianyan.accounts.roles import Actor

from ..enums import PUBLIC, StatementKind, VersionReason
from ..errors import ChangedMeanwhile, UnknownVersion
from ..models import (
    Assignment,
    Citation,
    Response,
    Statement,
    Suggestion,
    Summary,
    SummarySection,
    SummaryVersion,
)
from ..queries.summary_versions import content_now
from .quoting import quotation
from .summaries import Opened, open_summary

Row: TypeAlias = Statement | Response | Assignment | SummarySection

_BATCH = 200


def keep_version(opened: Opened, reason: VersionReason) -> SummaryVersion:
    """Keep all words and sources as they stand now."""
    return SummaryVersion.objects.create(
        summary=opened.summary,
        edition=opened.summary.edition,
        reason=reason,
        at=opened.at,
        by_id=opened.by.user_id,
        content=content_now(opened.summary),
    )


@transaction.atomic
def restore_version(*, summary_id: int, version_id: int, edition: int, by: Actor, at: dt.datetime) -> Summary:
    """Make the words, sources and order of an earlier version those of the summary; what stands now is kept as one.

    What was added since is taken out, and can be put back; what was taken out since is back. Sources that are no
    longer public stay away. Raises ChangedMeanwhile where the summary has changed since `edition`, UnknownVersion.
    """
    opened = open_summary(summary_id, by=by, at=at)
    version = opened.summary.versions.filter(pk=version_id).first()
    if version is None:
        raise UnknownVersion
    if opened.summary.edition != edition:
        raise ChangedMeanwhile
    keep_version(opened, VersionReason.RESTORED)
    content: dict[str, Any] = version.content
    _restore_head(opened.summary, content)
    _restore_sections(opened.summary, content["sections"])
    _restore_statements(opened.summary, content["sections"])
    _restore_lines(Response, opened.summary, content["responses"], ("department", "text"), topic_id="topic")
    _restore_lines(
        Assignment,
        opened.summary,
        [line | {"due": _day(line["due"])} for line in content["assignments"]],
        ("item", "lead", "cohandling", "due"),
        statement_id="statement",
    )
    replace(opened, before=None).changed("restored", version=version.pk, of=version.edition)
    return opened.summary


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text is not None else None


def _restore_head(summary: Summary, content: Mapping[str, Any]) -> None:
    title, opening = content["title"], content["opening"]
    if (title, opening) != (summary.title, summary.opening):
        summary.title, summary.opening = title, opening
        summary.head_edition += 1
        summary.save(update_fields=["title", "opening", "head_edition"])


def _restore_sections(summary: Summary, kept: list[dict[str, Any]]) -> None:
    """Those of the version in its order and with its headings; later ones, which will be empty, behind them."""
    wanted = {section["id"]: section["heading"] for section in kept}
    sections = {section.pk: section for section in summary.sections.all()}
    order = [*wanted, *(pk for pk in sections if pk not in wanted)]
    for position, pk in enumerate(order):
        section = sections[pk]
        _set(section, heading=wanted.get(pk, section.heading))
        section.position = position
    SummarySection.objects.bulk_update(sections.values(), ["heading", "position", "edition"])


def _restore_statements(summary: Summary, kept: list[dict[str, Any]]) -> None:
    rows = {row.pk: row for row in Statement.objects.filter(section__summary=summary)}
    cites: dict[int, list[int]] = {}
    for section in kept:
        for position, wanted in enumerate(section["statements"]):
            row = rows[wanted["id"]]
            _set(
                row,
                section_id=section["id"],
                removed=False,
                **{field: wanted[field] for field in ("kind", "text", "original", "pending")},
            )
            row.position = position
            cites[row.pk] = wanted["cites"]
    for pk in rows.keys() - cites.keys():
        _set(rows[pk], removed=True)
    _restore_citations(rows, cites)
    fields = ["section", "position", "removed", "kind", "text", "original", "pending", "edition"]
    Statement.objects.bulk_update(rows.values(), fields, batch_size=_BATCH)


def _restore_citations(rows: Mapping[int, Statement], wanted: Mapping[int, Iterable[int]]) -> None:
    named = {suggestion for cites in wanted.values() for suggestion in cites}
    public = {one.pk: one for one in Suggestion.objects.filter(pk__in=named, status__in=PUBLIC)}
    standing: dict[int, dict[int, int]] = {}
    for citation in Citation.objects.filter(statement__in=wanted):
        standing.setdefault(citation.statement_id, {})[citation.suggestion_id] = citation.pk
    gone: list[int] = []
    come: list[Citation] = []
    for statement_id, cites in wanted.items():
        row, own = rows[statement_id], standing.get(statement_id, {})
        borne = [suggestion for suggestion in cites if suggestion in public]
        gone += (pk for suggestion, pk in own.items() if suggestion not in borne)
        come += (quotation(row, public[suggestion]) for suggestion in borne if suggestion not in own)
        if own.keys() != set(borne):
            row.edition += 1
        if not borne and row.kind == StatementKind.LEAD:
            row.removed = True
        elif not borne:
            row.kind = StatementKind.NOTE
    Citation.objects.filter(pk__in=gone).delete()
    Citation.objects.bulk_create(come)


def _restore_lines(
    kind: type[Response | Assignment],
    summary: Summary,
    kept: list[dict[str, Any]],
    fields: tuple[str, ...],
    **references: str,
) -> None:
    """`references`: a field, and what the version calls it."""
    rows = {row.pk: row for row in kind.objects.filter(summary=summary)}
    for position, wanted in enumerate(kept):
        row = rows[wanted["id"]]
        words = {field: wanted[field] for field in fields}
        words |= {field: wanted[name] for field, name in references.items()}
        _set(row, removed=False, **words)
        row.position = position
    for pk in rows.keys() - {wanted["id"] for wanted in kept}:
        _set(rows[pk], removed=True)
    for row in rows.values():
        row.save()


def _set(row: Row, **words: Any) -> None:
    """Its edition rises where that changes anything."""
    if any(getattr(row, field) != value for field, value in words.items()):
        row.edition += 1
    for field, value in words.items():
        setattr(row, field, value)
