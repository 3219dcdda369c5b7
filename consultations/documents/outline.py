"""The document as every format sets it: the same blocks, lists and tables in the same order and words.

A format says how a block looks, never what stands in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..enums import Status, SummaryKind, SummaryStatus
from . import labels
from .model import (
    DepartmentResponse,
    ListedSuggestion,
    Section,
    Statement,
    SummaryDocument,
    TopicSnapshot,
)
from .wording import (
    Worded,
    checking_text,
    clock_text,
    date_text,
    mark_text,
    number_text,
    numeral,
    opening_text,
    quotation,
    references,
    replaced_text,
    signed_text,
    sources_text,
    worded,
)

DEEPEST = 3
APPENDICES = (labels.APPENDIX_SUGGESTIONS, labels.APPENDIX_STATISTICS, labels.APPENDIX_RECORD)


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or a heading where `level` is 1 to 3. `cited` are (suggestion id, reference).

    `label` leads a paragraph in 黑体 (县公安局：); a `remark` behind a sentence that cites nothing is set in 楷体.
    """

    text: str
    level: int = 0
    label: str = ""
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
class SuggestionTable:
    """The suggestions of one topic; without a caption where there is only one. `stands` heads those columns."""

    topic: str
    caption: str
    stands: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The headings of all columns; 说明 is said with the text, the sector with the author."""
        return (labels.NUMBER, labels.TEXT, labels.AUTHOR, labels.THEME, *self.stands, labels.STATUS)


@dataclass(frozen=True, slots=True)
class Grid:
    """Any other table; a cell that is an int is a number. The first `names` columns say what a row is about.

    The last `totals` rows are sums of those above.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | int, ...], ...]
    names: int = 1
    totals: int = 0


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands round the text of any document: head, title, and 版记.

    `standing` is printed in brackets under the title; empty for what is signed and replaces nothing. 版记: `copied`
    (抄送, empty where nobody gets a copy), then `issuer` and `printed`.
    """

    mark: tuple[str, str]
    number: str
    issuer: str
    date: str
    title: str
    standing: str
    copied: str
    printed: str


@dataclass(frozen=True, slots=True)
class Outline(Frame):
    """A summary, ready to be set.

    `assignments` follows the last block, whose heading is its own. `lists` are (出席 …, names): of 协商纪要 alone.
    `grounds` are the sentences of the last appendix, `hashes` are (caption, digits).
    """

    blocks: tuple[Block, ...]
    assignments: Grid | None
    lists: tuple[tuple[str, tuple[str, ...]], ...]
    suggestions: tuple[SuggestionTable, ...]
    sectors: Grid
    themes: Grid
    grounds: tuple[str, ...]
    journals: Grid
    hashes: tuple[tuple[str, str], ...]


def outline_of(document: SummaryDocument) -> Outline:
    """The document, ready to be set."""
    numbers = references(document)
    return Outline(
        mark=mark_text(document),
        number=number_text(document),
        issuer=document.head.office or document.head.issuer,
        date=date_text(document.head.date),
        title=document.title,
        standing=_standing(document),
        blocks=tuple(_blocks(document, numbers)),
        assignments=_assignments(document, numbers),
        lists=_lists(document),
        suggestions=_suggestions(document, numbers),
        sectors=_by_sector(document),
        themes=_by_theme(document),
        grounds=tuple(
            line for line in (signed_text(document), sources_text(document), checking_text(document)) if line
        ),
        journals=_journals(document),
        hashes=tuple(
            (caption, digits)
            for caption, digits in (
                (labels.SNAPSHOT_HASH, document.snapshot_hash),
                (labels.SEAL, document.seal),
            )
            if digits
        ),
        copied=f"{labels.COPIED_TO}：{'，'.join(document.head.copied_to)}。"
        if document.head.copied_to
        else "",
        printed=f"{date_text(document.head.date)}{labels.PRINTED}",
    )


def _standing(document: SummaryDocument) -> str:
    parts = [replaced_text(document)]
    if document.status != SummaryStatus.SIGNED:
        parts.append(labels.SUMMARY_STATUS[document.status])
    return "，".join(part for part in parts if part)


# --- the text -----------------------------------------------------------------------------------------------


def _blocks(document: SummaryDocument, numbers: Mapping[int, str]) -> Iterator[Block]:
    """Headings count 一、（一）1.; where suggestions are all there is, the themes move up a level."""
    yield Block(opening_text(document))
    yield from (Block(line) for line in document.opening.remarks.splitlines() if line.strip())
    chapters = (
        (labels.CONSENSUS, _sentences(document.consensus, numbers, under=1) if document.consensus else None),
        (labels.SUGGESTIONS, _topics(document, numbers, level=2)),
        (labels.RESPONSES, _responses(document) if document.responses else None),
        (labels.ASSIGNMENTS, iter(()) if document.assignments else None),
    )
    standing = [(title, content) for title, content in chapters if content is not None]
    if len(standing) == 1:
        yield from _topics(document, numbers, level=1)
        return
    for position, (title, content) in enumerate(standing, start=1):
        yield heading(1, position, title)
        yield from content


def _topics(document: SummaryDocument, numbers: Mapping[int, str], *, level: int) -> Iterator[Block]:
    several = len(document.topics) > 1
    rows = {suggestion.id: suggestion for suggestion in document.appendix}
    for at, topic in enumerate(document.topics, start=1):
        if several:
            yield heading(level, at, topic.title)
        inner = level + several
        headed = len(topic.sections) > 1 or any(section.theme for section in topic.sections)
        for position, section in enumerate(topic.sections, start=1):
            if headed:
                yield heading(inner, position, section.theme or labels.WITHOUT_THEME)
            under = inner if headed else inner - 1
            if document.head.kind == SummaryKind.DIGEST:
                yield from _quotations(section, rows, numbers, under=under)
            else:
                yield from _sentences(section.statements, numbers, under=under)


def heading(level: int, position: int, title: str) -> Block:
    """What lies deeper than the third level is set as that."""
    level = min(level, DEEPEST)
    return Block(f"{ordinal(level, position)}{title}", level=level)


def ordinal(level: int, position: int) -> str:
    """一、 （一） 1. （1）"""
    match level:
        case 1:
            return f"{numeral(position)}、"
        case 2:
            return f"（{numeral(position)}）"
        case 3:
            return f"{position}."
        case _:
            return f"（{position}）"


def _sentences(statements: Sequence[Statement], numbers: Mapping[int, str], *, under: int) -> Iterator[Block]:
    """A lead first, without a number, of a single suggestion none; the others are counted where there are several."""
    leads = [one for one in statements if one.is_lead and len(one.citations) > 1]
    others = [one for one in statements if not one.is_lead]
    yield from (_sentence("", worded(one, numbers)) for one in leads)
    yield from _counted([worded(one, numbers) for one in others], under=under)


def _quotations(
    section: Section, rows: Mapping[int, ListedSuggestion], numbers: Mapping[int, str], *, under: int
) -> Iterator[Block]:
    """The cited suggestions in their own words, each once, in the order of the statements; notes as they are."""
    cited: dict[int, Worded] = {}
    notes = []
    for statement in section.statements:
        if statement.is_lead:
            continue
        if not statement.citations:
            notes.append(worded(statement, numbers))
        for citation in statement.citations:
            if citation.suggestion_id in rows:
                cited.setdefault(citation.suggestion_id, quotation(rows[citation.suggestion_id], numbers))
    yield from _counted([*cited.values(), *notes], under=under)


def _counted(sentences: Sequence[Worded], *, under: int) -> Iterator[Block]:
    """1. below a heading of the first two levels, （1） below the third."""
    for at, one in enumerate(sentences, start=1):
        yield _sentence(ordinal(max(under + 1, DEEPEST), at) if len(sentences) > 1 else "", one)


def _sentence(before: str, one: Worded) -> Block:
    return Block(f"{before}{one.text}", remark=one.remark, cited=one.cited, end=one.end)


def _responses(document: SummaryDocument) -> Iterator[Block]:
    """Those on everything first, then topic by topic under its title where topics are several."""
    several = len(document.topics) > 1
    for one in document.responses:
        if one.topic_id is None:
            yield from _response(one)
    position = 0
    for topic in document.snapshot.topics:
        answers = [one for one in document.responses if one.topic_id == topic.topic_id]
        if answers and several:
            position += 1
            yield heading(2, position, topic.title)
        for one in answers:
            yield from _response(one)


def _response(one: DepartmentResponse) -> Iterator[Block]:
    lines = [line.strip() for line in one.text.splitlines() if line.strip()]
    for at, line in enumerate(lines or [""]):
        yield Block(line, label="" if at else f"{one.department}：")


def _assignments(document: SummaryDocument, numbers: Mapping[int, str]) -> Grid | None:
    if not document.assignments:
        return None
    return Grid(
        labels.ASSIGNMENTS,
        (labels.ORDER, labels.ITEM, labels.LEAD, labels.COHANDLING, labels.DUE, labels.GROUNDS),
        tuple(
            (
                at,
                one.item,
                one.lead,
                one.cohandling,
                date_text(one.due) if one.due is not None else "",
                "、".join(numbers[cited] for cited in one.suggestions if cited in numbers),
            )
            for at, one in enumerate(document.assignments, start=1)
        ),
    )


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


# --- the appendices -----------------------------------------------------------------------------------------


def _suggestions(document: SummaryDocument, numbers: Mapping[int, str]) -> tuple[SuggestionTable, ...]:
    """Columns for neutral and opposing stands where any ballot had them."""
    three_way = any(one.tally.neutral or one.tally.oppose for one in document.appendix)
    several = len(document.snapshot.topics) > 1
    stands = (labels.SUPPORT, labels.NEUTRAL, labels.OPPOSE) if three_way else (labels.SUPPORT,)
    return tuple(
        SuggestionTable(
            topic=topic.title,
            caption=topic.title if several else "",
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


def _by_sector(document: SummaryDocument) -> Grid:
    figures = document.statistics.sectors
    return Grid(
        labels.BY_SECTOR,
        (labels.SECTOR, labels.PARTICIPANTS, labels.SUGGESTIONS_MADE, labels.SUPPORT_RECEIVED),
        (
            *(
                (one.sector or labels.WITHOUT_SECTOR, one.participants, one.suggestions, one.support)
                for one in figures
            ),
            (
                labels.TOTAL,
                sum(one.participants for one in figures),
                sum(one.suggestions for one in figures),
                sum(one.support for one in figures),
            ),
        ),
        totals=1,
    )


def _by_theme(document: SummaryDocument) -> Grid:
    titles = {topic.topic_id: topic.title for topic in document.snapshot.topics}
    several = len(titles) > 1
    rows: list[tuple[str | int, ...]] = []
    for one in document.statistics.themes:
        topic = (titles.get(one.topic_id, ""),) if several else ()
        rows.append((*topic, one.theme or labels.WITHOUT_THEME, one.suggestions, one.support))
    return Grid(
        labels.BY_THEME,
        (
            *((labels.TOPIC,) if several else ()),
            labels.THEME,
            labels.SUGGESTIONS_MADE,
            labels.SUPPORT_RECEIVED,
        ),
        tuple(rows),
        names=2 if several else 1,
    )


def _journals(document: SummaryDocument) -> Grid:
    return Grid(
        labels.JOURNALS,
        (labels.TOPIC, labels.CLOSED_AT, labels.REVISION, labels.JOURNAL_HEAD),
        tuple(
            (topic.title, _closing(topic, document), topic.revision, topic.head)
            for topic in document.snapshot.topics
        ),
    )


def _closing(topic: TopicSnapshot, document: SummaryDocument) -> str:
    """In the zone of the opening: the snapshot itself is kept in UTC."""
    at = topic.closed_at.astimezone(document.opening.starts_at.tzinfo)
    return f"{date_text(at)}{clock_text(at)}"
