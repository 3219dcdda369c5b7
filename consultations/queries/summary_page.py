"""What the secretary's editor shows of a summary: sections, sentences, and what each of them rests on."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from ..documents.figures import citation_of, cited_support, merged_in
from ..documents.model import Counts, ListedSuggestion, SummaryDocument, Tally
from ..documents.wording import counts_text, lead_text, opening_text, references
from ..enums import PUBLIC, StatementKind, SummaryKind, SummaryStatus
from ..models import Statement, Summary, SummarySection
from .readiness import Remark, remarks_on
from .summary_document import document_of
from .summary_lists import Lists, lists_of
from .summary_rows import Rows, load_summary, read_rows


@dataclass(frozen=True, slots=True)
class Source:
    """A suggestion that a sentence rests on, or that none does. `reference` is how the document calls it: 3, or 2-3.

    `quoted`: in how many sentences of the document it is cited; a lead, which cites its whole theme, is none.
    """

    suggestion_id: int
    topic_id: int
    reference: str
    text: str
    author: str
    sector: str
    theme: str
    merged_into: int | None
    tally: Tally
    quoted: int

    @property
    def merged(self) -> bool:
        """Whether another one stands for it."""
        return self.merged_into is not None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A statement. `place` counts from 1 within its section; 0 for a lead, and for what was taken out.

    The words of a `lead` are computed. `pending`: who has put it there for a person to accept; empty for most.
    """

    id: int
    section_id: int
    text: str
    original: str
    edition: int
    note: bool
    lead: bool
    pending: str
    reworded: bool
    place: int
    last: bool
    support: int
    sources: tuple[Source, ...]

    @property
    def drafted(self) -> bool:
        """Whether there is a drafted wording that differs and can be given back."""
        return bool(self.original) and self.original != self.text


@dataclass(frozen=True, slots=True)
class Heading:
    """A section as a place to go to; the fields are those of a passage."""

    id: int
    topic_id: int | None
    heading: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A section. `topic_id` is None for the consensus; `heading` is empty for what belongs to no theme.

    `places`: how many sentences can be moved in it: all but its lead.
    """

    id: int
    topic_id: int | None
    heading: str
    edition: int
    first: bool
    last: bool
    places: int
    sentences: tuple[Sentence, ...]
    removed: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """What is said on one topic. `uncited`: its public suggestions that no sentence rests on."""

    topic_id: int
    title: str
    passages: tuple[Passage, ...]
    uncited: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class SummaryPage:
    """The whole editor. `facts` is the part of the opening that is computed.

    `titles` are (topic id, title).
    """

    id: int
    deliberation_id: int
    deliberation: str
    title: str
    facts: str
    figures: str
    opening: str
    edition: int
    head_edition: int
    signed: bool
    digest: str
    frozen_at: dt.datetime
    frozen_by: str
    edited_at: dt.datetime
    counts: Counts
    kind: SummaryKind
    consensus: Passage | None
    parts: tuple[Part, ...]
    titles: tuple[tuple[int, str], ...]
    headings: tuple[Heading, ...]
    lists: Lists
    remarks: tuple[Remark, ...]

    @property
    def blocking(self) -> tuple[Remark, ...]:
        """What must be done before it can be submitted."""
        return tuple(remark for remark in self.remarks if remark.blocks)

    @property
    def advice(self) -> tuple[Remark, ...]:
        """What should be looked at."""
        return tuple(remark for remark in self.remarks if not remark.blocks)

    @property
    def passages(self) -> tuple[Passage, ...]:
        """All sections, in the order of the document."""
        own = (self.consensus,) if self.consensus is not None else ()
        return own + tuple(passage for part in self.parts for passage in part.passages)

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """All sentences of the document but the leads, in its order."""
        return tuple(one for passage in self.passages for one in passage.sentences if not one.lead)

    @property
    def notes(self) -> int:
        """How many of them are the secretary's own."""
        return sum(sentence.note for sentence in self.sentences)

    @property
    def reworded(self) -> int:
        """How many of them do not have the drafted wording."""
        return sum(sentence.reworded for sentence in self.sentences)

    @property
    def uncited(self) -> int:
        """How many public suggestions no sentence rests on."""
        return sum(len(part.uncited) for part in self.parts)


def summary_page(summary_id: int) -> SummaryPage:
    """The editor's data, in as many queries for one sentence as for hundreds. Raises UnknownSummary."""
    return page_of(load_summary(summary_id))


def page_of(summary: Summary) -> SummaryPage:
    """As `summary_page`, for a summary that is loaded already."""
    rows = read_rows(summary)
    document = document_of(rows)
    sources = _sources(rows, document)
    known = _Known(rows, sources, {row.id: row for row in document.appendix}, merged_in(document.appendix))
    passages = [_passage(known, section) for section in rows.sections]
    return SummaryPage(
        id=summary.pk,
        deliberation_id=summary.deliberation_id,
        deliberation=summary.deliberation.title,
        title=summary.title,
        facts=opening_text(document),
        figures=counts_text(document.opening.counts),
        opening=summary.opening,
        edition=summary.edition,
        head_edition=summary.head_edition,
        signed=summary.status == SummaryStatus.SIGNED,
        digest=summary.digest,
        frozen_at=summary.frozen_at,
        frozen_by=summary.frozen_by.display_name,
        edited_at=summary.edited_at,
        counts=document.opening.counts,
        kind=SummaryKind(summary.kind),
        consensus=next((passage for passage in passages if passage.topic_id is None), None),
        parts=tuple(_part(topic.topic_id, topic.title, passages, sources) for topic in rows.snapshot.topics),
        titles=tuple((topic.topic_id, topic.title) for topic in rows.snapshot.topics),
        headings=tuple(Heading(one.id, one.topic_id, one.heading) for one in passages),
        lists=lists_of(rows),
        remarks=remarks_on(rows),
    )


@dataclass(frozen=True, slots=True)
class _Known:
    """What every sentence is made of. `merged`: suggestion id → its representative."""

    rows: Rows
    sources: dict[int, Source]
    listed: dict[int, ListedSuggestion]
    merged: dict[int, int]


def _sources(rows: Rows, document: SummaryDocument) -> dict[int, Source]:
    standing = {
        one.pk
        for ones in rows.statements.values()
        for one in ones
        if not one.removed and one.kind != StatementKind.LEAD
    }
    quoted = Counter(
        citation.suggestion_id
        for statement_id, citations in rows.citations.items()
        if statement_id in standing
        for citation in citations
    )
    calls = references(document)
    return {
        row.id: _source(row, reference=calls[row.id], quoted=quoted[row.id])
        for row in document.appendix
        if row.status in PUBLIC
    }


def _source(row: ListedSuggestion, *, reference: str, quoted: int) -> Source:
    return Source(
        suggestion_id=row.id,
        topic_id=row.topic_id,
        reference=reference,
        text=row.text,
        author=row.author,
        sector=row.sector,
        theme=row.theme or "",
        merged_into=row.merged_into,
        tally=row.tally,
        quoted=quoted,
    )


def _part(topic_id: int, title: str, passages: Iterable[Passage], sources: dict[int, Source]) -> Part:
    own = [passage for passage in passages if passage.topic_id == topic_id]
    return Part(
        topic_id=topic_id,
        title=title,
        passages=tuple(_placed(own)),
        uncited=tuple(
            source for source in sources.values() if not source.quoted and source.topic_id == topic_id
        ),
    )


def _placed(passages: list[Passage]) -> Iterable[Passage]:
    for index, passage in enumerate(passages):
        yield replace(passage, first=index == 0, last=index == len(passages) - 1)


def _passage(known: _Known, section: SummarySection) -> Passage:
    statements = known.rows.statements.get(section.pk, [])
    standing = [statement for statement in statements if not statement.removed]
    many = sum(statement.kind != StatementKind.LEAD for statement in standing)
    leads = len(standing) - many
    return Passage(
        id=section.pk,
        topic_id=section.topic_id,
        heading=section.heading,
        edition=section.edition,
        first=True,
        last=True,
        places=many,
        sentences=tuple(
            _sentence(known, section, statement, place=max(0, place), last=place == many)
            for place, statement in enumerate(standing, start=1 - leads)
        ),
        removed=tuple(
            _sentence(known, section, statement, place=0, last=True)
            for statement in statements
            if statement.removed
        ),
    )


def _sentence(
    known: _Known,
    section: SummarySection,
    statement: Statement,
    *,
    place: int,
    last: bool,
) -> Sentence:
    citations = known.rows.citations.get(statement.pk, [])
    support = cited_support([(one.suggestion_id, one.support) for one in citations], known.merged)
    is_lead = statement.kind == StatementKind.LEAD
    cited = [citation_of(known.listed[one.suggestion_id]) for one in citations] if is_lead else []
    return Sentence(
        id=statement.pk,
        section_id=statement.section_id,
        text=lead_text(section.heading, cited, support) if is_lead else statement.text,
        original=statement.original,
        edition=statement.edition,
        note=statement.kind == StatementKind.NOTE,
        lead=is_lead,
        pending=statement.pending,
        reworded=statement.reworded,
        place=place,
        last=last,
        support=support,
        sources=tuple(known.sources[citation.suggestion_id] for citation in citations),
    )
