"""Does a summary's JSON hold together: its seal, its numbers, its citations? Against itself, and the live journals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, TypeVar

from django.utils.translation import gettext

from ..enums import PUBLIC, StatementKind, Status, SummaryStatus
from .content import to_content
from .figures import cited_support, counts_of, merged_in, statistics_of, supports, total_of
from .findings import COUNTED, QUOTED, Finding, Findings, found
from .json import content_of
from .model import (
    Citation,
    Counts,
    FrozenSuggestion,
    ListedSuggestion,
    Statement,
    SummaryDocument,
    Tally,
    TopicPart,
)
from .reading import Unreadable, differences, read
from .remarks import remarks_on
from .sealing import seal_of
from .snapshot import snapshot_digest, text_hash
from .wording import lead_text

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was read, None where it is no summary; what does not hold; what a person should look at."""

    document: SummaryDocument | None
    faults: Findings
    remarks: Findings


def verify(data: bytes, *, journal_heads: Mapping[int, str] | None = None) -> list[Finding]:
    """What does not hold, in the order of the document; empty where everything does. See `examine`."""
    return examine(data, journal_heads=journal_heads).faults.named


def examine(data: bytes, *, journal_heads: Mapping[int, str] | None = None) -> Verdict:
    """Everything that can be known of the file.

    `journal_heads` has the hash of each topic's journal at the revision of the snapshot, by topic id; without it
    the journals are not compared.
    """
    faults, remarks = Findings(), Findings()
    try:
        content, document = read(data)
    except Unreadable as problem:
        faults.add([problem.finding])
        return Verdict(None, faults, remarks)
    faults.add(differences(content, content_of(document)))
    for check in (_standing, _snapshot, _opening, _appendix, _statements, _referrals, _statistics):
        faults.add(check(document))
    if journal_heads is not None:
        faults.add(against_heads(document, journal_heads))
    remarks.add(remarks_on(document))
    return Verdict(document, faults, remarks)


def _standing(document: SummaryDocument) -> Iterator[Finding]:
    """Seal and versions."""
    head, old = document.head, document.head.replaces
    if old is None and head.version != 1:
        yield found("version", printed=head.version)
    if old is not None and not 1 <= old.version < head.version:
        yield found("replaces", printed=head.version, found=old.version)
    if document.status != SummaryStatus.SIGNED:
        if document.seal:
            yield found("draft_sealed")
    elif not document.seal:
        yield found("seal_missing")
    elif document.seal != (right := seal_of(document)):
        yield found("seal", printed=document.seal, found=right)


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
    unknown = [part for part in document.topics if known.get(part.topic_id) != part.title]
    for part in unknown:
        yield found("topic_unknown", topic=part.title)
    if not unknown and [part.topic_id for part in document.topics] != list(known):
        treated = "、".join(part.title for part in document.topics)
        yield found("topic_parts", printed=treated, found="、".join(titles))
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
    rows: tuple[ListedSuggestion | FrozenSuggestion, ...] = (
        *_repeated(document.appendix, _id),
        *_repeated(_frozen(document), _id),
    )
    for again in rows:
        yield found("suggestion_twice", suggestion=again.number)
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
    yield from _order(document.appendix, tuple(_frozen(document)))


def _order(printed: Sequence[ListedSuggestion], frozen: Sequence[FrozenSuggestion]) -> Iterator[Finding]:
    """The first that stands in another's place, where they are the same ones."""
    if Counter(map(_id, printed)) != Counter(map(_id, frozen)):
        return
    moved = (pair for pair in zip(printed, frozen, strict=True) if pair[0].id != pair[1].id)
    for row, right in islice(moved, 1):
        yield found("suggestion_order", printed=row.number, found=right.number)


def _id(row: ListedSuggestion | FrozenSuggestion) -> int:
    return row.id


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
            yield found(code, suggestion=row.number, printed=_said(printed), found=_said(right))
    withheld = not row.text and row.status not in PUBLIC
    if not withheld and text_hash(row.text) != frozen.text_hash:
        yield found("suggestion_text", suggestion=row.number)


def _said(value: object) -> object:
    return value.label if isinstance(value, Status) else value


def _statements(document: SummaryDocument) -> Iterator[Finding]:
    listed = {row.id: row for row in document.appendix}
    frozen = {row.id: _tally(row) for row in _frozen(document)}
    merged = merged_in(document.appendix)
    is_draft = document.status == SummaryStatus.DRAFT
    for theme, statement in _under_themes(document.consensus, document.topics):
        words = statement.text[:QUOTED]
        yield from _provenance(statement, theme, merged)
        if statement.pending is not None and not is_draft:
            yield found("statement_pending", statement=words)
        for citation in _repeated(statement.citations, lambda citation: citation.suggestion_id):
            yield found("citation_twice", statement=words, suggestion=citation.number)
        for citation in statement.citations:
            row = listed.get(citation.suggestion_id)
            if row is None:
                yield found("citation_unknown", statement=words, suggestion=citation.number)
            else:
                yield from _citation(citation, row, frozen.get(row.id, row.tally), words)


def _under_themes(
    consensus: Iterable[Statement], topics: Iterable[TopicPart]
) -> Iterator[tuple[str, Statement]]:
    """(theme, statement); no theme for the consensus."""
    yield from (("", statement) for statement in consensus)
    for topic in topics:
        for section in topic.sections:
            yield from ((section.theme or "", statement) for statement in section.statements)


def _citation(citation: Citation, row: ListedSuggestion, tally: Tally, words: str) -> Iterator[Finding]:
    for code, printed, right in (
        ("citation_number", citation.number, row.number),
        ("citation_sector", citation.sector, row.sector),
        ("citation_tally", _stands(citation.tally), _stands(tally)),
    ):
        if printed != right:
            yield found(code, statement=words, suggestion=row.number, printed=printed, found=right)


def _provenance(statement: Statement, theme: str, merged: Mapping[int, int]) -> Iterator[Finding]:
    words = statement.text[:QUOTED]
    support = cited_support(supports(statement.citations), merged)
    if statement.support != support:
        yield found("statement_support", statement=words, printed=statement.support, found=support)
    if statement.is_lead and statement.text != (right := lead_text(theme, statement.citations, support)):
        yield found("lead_words", printed=statement.text, found=right)
    if statement.kind != StatementKind.NOTE and not statement.citations:
        yield found("statement_uncited", statement=words)
    if statement.kind == StatementKind.NOTE and statement.citations:
        yield found("note_cites", statement=words)


def _referrals(document: SummaryDocument) -> Iterator[Finding]:
    """Responses and assignments."""
    topics = {topic.topic_id for topic in document.snapshot.topics}
    for response in document.responses:
        if response.topic_id is not None and response.topic_id not in topics:
            yield found("response_topic", department=response.department)
    listed = {row.id for row in document.appendix}
    for assignment in document.assignments:
        item = assignment.item[:QUOTED]
        for again in _repeated(assignment.suggestions, lambda cited: cited):
            yield found("assignment_twice", item=item, suggestion=again)
        for cited in assignment.suggestions:
            if cited not in listed:
                yield found("assignment_unknown", item=item, suggestion=cited)


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


def against_heads(document: SummaryDocument, heads: Mapping[int, str]) -> Iterator[Finding]:
    """The snapshot against the hashes of the journals here, as `examine` takes them."""
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
