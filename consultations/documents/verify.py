"""Does a summary's JSON hold together: its hash, its numbers, its citations? Against itself, and the live journals."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar

import msgspec
from django.utils.translation import gettext

from ..enums import PUBLIC, StatementKind
from .content import from_content, to_content
from .figures import cited_support, counts_of, merged_in, statistics_of, supports, total_of
from .findings import COUNTED, Finding, found
from .model import SCHEMA, Counts, FrozenSuggestion, ListedSuggestion, Statement, SummaryDocument, Tally
from .snapshot import snapshot_content, snapshot_digest, text_hash
from .wording import statements_of

T = TypeVar("T")
_QUOTED = 24
"""Characters of a statement that a finding quotes."""


def verify(data: bytes, *, journal_heads: Mapping[int, str] | None = None) -> list[Finding]:
    """Everything that does not hold, in the order of the document; empty where all does.

    `journal_heads` has the hash of each topic's journal at the revision of the snapshot, by topic id; without it
    the journals are not compared.
    """
    read = _read(data)
    if isinstance(read, Finding):
        return [read]
    content, document = read
    findings = [*_unknown_fields(content, to_content(document)), *_snapshot(document), *_opening(document)]
    findings += [*_appendix(document), *_statements(document), *_statistics(document)]
    if journal_heads is not None:
        findings += _journals(document, journal_heads)
    return findings


def _read(data: bytes) -> tuple[Any, SummaryDocument] | Finding:
    try:
        content = json.loads(data.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError) as problem:
        return found("not_json", detail=problem)
    schema = content.get("schema") if isinstance(content, dict) else None
    if schema != SCHEMA:
        return found("unknown_schema", found=schema, known=SCHEMA)
    try:
        document = from_content(content, SummaryDocument)
        # Instants at the end of time have no name in UTC.
        snapshot_content(document.snapshot)
    except (msgspec.ValidationError, OverflowError) as problem:
        return found("shape", detail=problem)
    return content, document


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A key said twice is read differently by different readers."""
    content = dict(pairs)
    if len(content) != len(pairs):
        raise ValueError(", ".join(key for key, _ in _repeated(pairs, lambda pair: pair[0])))
    return content


def _no_number(constant: str) -> Any:
    raise ValueError(constant)


def _unknown_fields(content: Any, known: Any, path: str = "$") -> Iterator[Finding]:
    """What reading left out: nobody checks it, so it may not be there."""
    if isinstance(content, dict):
        for key, value in content.items():
            if key not in known:
                yield found("unknown_field", path=f"{path}.{key}")
            else:
                yield from _unknown_fields(value, known[key], f"{path}.{key}")
    elif isinstance(content, list):
        for at, (value, read) in enumerate(zip(content, known, strict=True)):
            yield from _unknown_fields(value, read, f"{path}[{at}]")


def _snapshot(document: SummaryDocument) -> Iterator[Finding]:
    digest = snapshot_digest(document.snapshot)
    if digest != document.snapshot_hash:
        yield found("snapshot_hash", found=digest, printed=document.snapshot_hash)
    for topic in _repeated(document.snapshot.topics, lambda topic: topic.topic_id):
        yield found("topic_twice", topic=topic.title)


def _opening(document: SummaryDocument) -> Iterator[Finding]:
    titles = tuple(topic.title for topic in document.snapshot.topics)
    if document.opening.topics != titles:
        yield found("topic_list", printed="、".join(document.opening.topics), found="、".join(titles))
    known = {topic.topic_id: topic.title for topic in document.snapshot.topics}
    for part in document.topics:
        if known.get(part.topic_id) != part.title:
            yield found("topic_unknown", topic=part.title)
    printed = _flat(document.opening.counts)
    for what, number in _flat(_counted(document)).items():
        if printed[what] != number:
            yield found("count", what=gettext(COUNTED[what]), printed=printed[what], found=number)


def _counted(document: SummaryDocument) -> Counts:
    """The counts of the rows, and the stands of the snapshot."""
    counts = counts_of(document.snapshot.attendance, document.appendix)
    alone = (row for row in _frozen(document) if row.merged_into is None)
    return replace(counts, tally=total_of(_tally(row) for row in alone))


def _flat(counts: Counts) -> dict[str, int]:
    numbers: dict[str, Any] = to_content(counts)
    tally: dict[str, int] = numbers.pop("tally")
    return numbers | tally


def _frozen(document: SummaryDocument) -> Iterator[FrozenSuggestion]:
    for topic in document.snapshot.topics:
        yield from topic.suggestions


def _appendix(document: SummaryDocument) -> Iterator[Finding]:
    frozen = {
        (topic.topic_id, row.id): row for topic in document.snapshot.topics for row in topic.suggestions
    }
    listed = {row.id: row for row in document.appendix}
    for row in _repeated(document.appendix, lambda row: row.id):
        yield found("suggestion_twice", suggestion=row.number)
    for row in document.appendix:
        snapshot = frozen.pop((row.topic_id, row.id), None)
        if snapshot is None:
            yield found("suggestion_unknown", suggestion=row.number)
        else:
            yield from _row(row, snapshot)
        if row.merged_into is not None and row.merged_into not in listed:
            yield found("merged_into", suggestion=row.number)
    for snapshot in frozen.values():
        yield found("suggestion_missing", suggestion=snapshot.number)


def _row(row: ListedSuggestion, frozen: FrozenSuggestion) -> Iterator[Finding]:
    if row.number != frozen.number:
        yield found("suggestion_number", suggestion=row.number, found=frozen.number)
    for code, printed, right in (
        ("suggestion_author", row.author, frozen.author),
        ("suggestion_sector", row.sector, frozen.sector),
        ("suggestion_status", row.status, frozen.status),
        ("suggestion_merged", row.merged_into, frozen.merged_into),
        ("suggestion_tally", _stands(row.tally), _stands(_tally(frozen))),
    ):
        if printed != right:
            yield found(code, suggestion=row.number, printed=printed, found=right)
    withheld = not row.text and row.status not in PUBLIC
    if not withheld and text_hash(row.text) != frozen.text_hash:
        yield found("suggestion_text", suggestion=row.number)


def _statements(document: SummaryDocument) -> Iterator[Finding]:
    listed = {row.id: row for row in document.appendix}
    frozen = {row.id: _tally(row) for row in _frozen(document)}
    merged = merged_in(document.appendix)
    for statement in statements_of(document):
        words = statement.text[:_QUOTED]
        yield from _provenance(statement, words, merged)
        for citation in _repeated(statement.citations, lambda citation: citation.suggestion_id):
            yield found("citation_twice", statement=words, suggestion=citation.number)
        for citation in statement.citations:
            row = listed.get(citation.suggestion_id)
            if row is None:
                yield found("citation_unknown", statement=words, suggestion=citation.number)
                continue
            tally = frozen.get(row.id, row.tally)
            for code, printed, right in (
                ("citation_number", citation.number, row.number),
                ("citation_sector", citation.sector, row.sector),
                ("citation_tally", _stands(citation.tally), _stands(tally)),
            ):
                if printed != right:
                    yield found(code, statement=words, suggestion=row.number, printed=printed, found=right)


def _provenance(statement: Statement, words: str, merged: Mapping[int, int]) -> Iterator[Finding]:
    support = cited_support(supports(statement.citations), merged)
    if statement.support != support:
        yield found("statement_support", statement=words, printed=statement.support, found=support)
    if statement.kind == StatementKind.CITED and not statement.citations:
        yield found("statement_uncited", statement=words)
    if statement.kind == StatementKind.NOTE and statement.citations:
        yield found("note_cites", statement=words)


def _statistics(document: SummaryDocument) -> Iterator[Finding]:
    """Rows are compared by what they are of, whatever their order."""
    printed, right = document.statistics, statistics_of(document.snapshot.attendance, document.appendix)
    yield from _differing(printed.sectors, right.sectors, lambda row: row.sector, lambda row: row.sector)
    yield from _differing(
        printed.themes, right.themes, lambda row: (row.topic_id, row.theme), lambda row: row.theme or ""
    )


def _differing(
    printed: Iterable[T], right: Iterable[T], key: Callable[[T], Hashable], name: Callable[[T], str]
) -> Iterator[Finding]:
    rest = {key(row): row for row in right}
    for row in printed:
        computed = rest.pop(key(row), None)
        if computed != row:
            yield found("statistics", what=name(row), printed=_figures(row), found=_figures(computed))
    for row in rest.values():
        yield found("statistics", what=name(row), printed=_figures(None), found=_figures(row))


def _figures(row: object) -> str:
    """The counts of a row, or a dash where there is none."""
    if row is None:
        return "—"
    content = to_content(row)
    return "/".join(
        str(content[name]) for name in ("participants", "suggestions", "support") if name in content
    )


def _journals(document: SummaryDocument, heads: Mapping[int, str]) -> Iterator[Finding]:
    for topic in document.snapshot.topics:
        head = heads.get(topic.topic_id)
        if head is None:
            yield found("journal_missing", topic=topic.title)
        elif head != topic.head:
            yield found("journal_head", topic=topic.title, found=head, printed=topic.head)


def _tally(frozen: FrozenSuggestion) -> Tally:
    return Tally(support=frozen.support, neutral=frozen.neutral, oppose=frozen.oppose)


def _stands(tally: Tally) -> str:
    return f"{tally.support}/{tally.neutral}/{tally.oppose}"


def _repeated(rows: Iterable[T], key: Callable[[T], Hashable]) -> Iterator[T]:
    seen: set[Hashable] = set()
    for row in rows:
        identity = key(row)
        if identity in seen:
            yield row
        seen.add(identity)
