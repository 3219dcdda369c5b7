"""The document as a page to read: the same sentences in the same order as every format prints them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..documents import labels
from ..documents.model import ListedSuggestion, SectorFigures, Statement, SummaryDocument, TopicSnapshot
from ..documents.wording import (
    Worded,
    date_text,
    mark_text,
    number_text,
    numeral,
    opening_text,
    references,
    worded,
)
from ..enums import Status, SummaryKind, SummaryStatus


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or a heading where `level` is 1 to 3. `cited` are (suggestion id, reference)."""

    text: str
    level: int = 0
    remark: str = ""
    cited: tuple[tuple[int, str], ...] = ()
    end: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A suggestion of the appendix, every word as it is printed. `stands`: support, or all three."""

    id: int
    reference: str
    text: str
    remark: str
    author: str
    sector: str
    theme: str
    status: str
    stands: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The suggestions of one topic; without a caption where there is only one."""

    caption: str
    stands: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """The document, ready to be set. `lists` are (出席 …, names); `standing` is empty once it is signed."""

    mark: tuple[str, str]
    number: str
    issuer: str
    date: str
    title: str
    standing: str
    blocks: tuple[Block, ...]
    lists: tuple[tuple[str, tuple[str, ...]], ...]
    tables: tuple[Table, ...]
    sectors: tuple[SectorFigures, ...]
    topics: tuple[TopicSnapshot, ...]
    digest: str


def preview_of(document: SummaryDocument) -> Preview:
    """The document as blocks."""
    return Preview(
        mark=mark_text(document),
        number=number_text(document),
        issuer=document.head.office or document.head.issuer,
        date=date_text(document.head.date),
        title=document.title,
        standing="" if document.status == SummaryStatus.SIGNED else labels.SUMMARY_STATUS[document.status],
        blocks=tuple(_blocks(document)),
        lists=_lists(document),
        tables=_tables(document),
        sectors=document.statistics.sectors,
        topics=document.snapshot.topics,
        digest=document.snapshot_hash,
    )


def _blocks(document: SummaryDocument) -> Iterator[Block]:
    numbers = references(document)
    yield Block(opening_text(document))
    yield from (Block(line) for line in document.opening.remarks.splitlines() if line.strip())
    level = 1
    if document.consensus:
        yield _heading(1, 1, labels.CONSENSUS)
        yield from _sentences(document.consensus, numbers, under=1)
        yield _heading(1, 2, labels.SUGGESTIONS)
        level = 2
    several = len(document.topics) > 1
    for at, topic in enumerate(document.topics, start=1):
        if several:
            yield _heading(level, at, topic.title)
        inner = level + several
        headed = len(topic.sections) > 1 or any(section.theme for section in topic.sections)
        for position, section in enumerate(topic.sections, start=1):
            if headed:
                yield _heading(inner, position, section.theme or labels.WITHOUT_THEME)
            yield from _sentences(section.statements, numbers, under=inner if headed else inner - 1)


def _heading(level: int, position: int, title: str) -> Block:
    return Block(f"{_ordinal(min(level, 3), position)}{title}", level=min(level, 3))


def _ordinal(level: int, position: int) -> str:
    return {1: f"{numeral(position)}、", 2: f"（{numeral(position)}）", 3: f"{position}."}.get(
        level, f"（{position}）"
    )


def _sentences(statements: Sequence[Statement], numbers: Mapping[int, str], *, under: int) -> Iterator[Block]:
    for at, statement in enumerate(statements, start=1):
        one: Worded = worded(statement, numbers)
        ordinal = _ordinal(max(under + 1, 3), at) if len(statements) > 1 else ""
        yield Block(f"{ordinal}{one.text}", remark=one.remark, cited=one.cited, end=one.end)


def _lists(document: SummaryDocument) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if document.head.kind != SummaryKind.MINUTES:
        return ()
    attendance = document.snapshot.attendance
    lists = (
        (labels.PRESENT, tuple(one.name for one in attendance.present)),
        (labels.OBSERVERS, tuple(f"{one.unit}{one.name}" for one in attendance.observers)),
        (labels.ON_LEAVE, tuple(one.name for one in attendance.on_leave)),
    )
    return tuple((label, names) for label, names in lists if names)


def _tables(document: SummaryDocument) -> tuple[Table, ...]:
    numbers = references(document)
    three_way = any(one.tally.neutral or one.tally.oppose for one in document.appendix)
    stands = (labels.SUPPORT, labels.NEUTRAL, labels.OPPOSE) if three_way else (labels.SUPPORT,)
    return tuple(
        Table(
            caption=topic.title if len(document.snapshot.topics) > 1 else "",
            stands=stands,
            rows=tuple(
                _row(one, numbers, three_way=three_way)
                for one in document.appendix
                if one.topic_id == topic.topic_id
            ),
        )
        for topic in document.snapshot.topics
    )


def _row(one: ListedSuggestion, numbers: Mapping[int, str], *, three_way: bool) -> Row:
    tally = one.tally
    return Row(
        id=one.id,
        reference=numbers[one.id],
        text=one.text or labels.WITHHELD,
        remark=_remark(one, numbers),
        author=one.author,
        sector=one.sector,
        theme=one.theme or "",
        status=labels.SUGGESTION_STATUS[one.status],
        stands=(tally.support, tally.neutral, tally.oppose) if three_way else (tally.support,),
    )


def _remark(one: ListedSuggestion, numbers: Mapping[int, str]) -> str:
    parts = []
    if one.status == Status.MERGED and one.merged_into is not None:
        parts.append(f"{labels.MERGED_INTO}{numbers.get(one.merged_into, '')}")
    if one.reason:
        parts.append(f"{labels.REASON.get(one.status, labels.OTHER_REASON)}：{one.reason}")
    return f"（{'；'.join(parts)}）" if parts else ""
