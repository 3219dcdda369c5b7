"""What the secretary's editor shows of a summary: sections, sentences, and what each of them rests on."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from ..documents.figures import cited_support
from ..documents.model import Counts, SummaryDocument, Tally
from ..documents.wording import counts_text, opening_text, references
from ..enums import PUBLIC, StatementKind, Status, SummaryStatus
from ..models import Statement, Suggestion, Summary, SummarySection
from .facts import author_name
from .summary_document import citations_of, document_of, sector_name
from .summary_rows import Rows, load_summary, read_rows


@dataclass(frozen=True, slots=True)
class Source:
    """A suggestion that a sentence rests on, or that none does. `reference` is how the document calls it: 3, or 2-3.

    `quoted`: in how many sentences of the document it is cited.
    """

    suggestion_id: int
    reference: str
    text: str
    author: str
    sector: str
    theme: str
    merged: bool
    tally: Tally
    quoted: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """A statement. `place` counts from 1 within its section; 0 for one that was taken out."""

    id: int
    section_id: int
    text: str
    original: str
    edition: int
    note: bool
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
class Passage:
    """A section. `topic_id` is None for the consensus; `heading` is empty for what belongs to no theme."""

    id: int
    topic_id: int | None
    heading: str
    edition: int
    first: bool
    last: bool
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
    """The whole editor. `facts` is the part of the opening that is computed."""

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
    consensus: Passage | None
    parts: tuple[Part, ...]

    @property
    def passages(self) -> tuple[Passage, ...]:
        """All sections, in the order of the document."""
        own = (self.consensus,) if self.consensus is not None else ()
        return own + tuple(passage for part in self.parts for passage in part.passages)

    def passage(self, section_id: int) -> Passage | None:
        """The section of that id."""
        return next((passage for passage in self.passages if passage.id == section_id), None)

    def sentence(self, statement_id: int) -> Sentence | None:
        """The statement of that id, taken out or not."""
        sentences = (one for passage in self.passages for one in (*passage.sentences, *passage.removed))
        return next((one for one in sentences if one.id == statement_id), None)


def summary_page(summary_id: int) -> SummaryPage:
    """The editor's data, in as many queries for one sentence as for hundreds. Raises UnknownSummary."""
    return page_of(load_summary(summary_id))


def page_of(summary: Summary) -> SummaryPage:
    """As `summary_page`, for a summary that is loaded already."""
    rows = read_rows(summary)
    document = document_of(rows)
    sources = _sources(rows, document)
    passages = [_passage(rows, section, sources) for section in rows.sections]
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
        consensus=next((passage for passage in passages if passage.topic_id is None), None),
        parts=tuple(
            _part(topic.topic_id, topic.title, passages, rows, sources) for topic in rows.snapshot.topics
        ),
    )


def _sources(rows: Rows, document: SummaryDocument) -> dict[int, Source]:
    standing = {one.pk for ones in rows.statements.values() for one in ones if not one.removed}
    quoted = Counter(
        citation.suggestion_id
        for statement_id, citations in rows.citations.items()
        if statement_id in standing
        for citation in citations
    )
    calls, tallies = references(document), rows.tallies
    return {
        suggestion.pk: _source(rows, suggestion, calls[suggestion.pk], tallies[suggestion.pk], quoted)
        for suggestion in rows.suggestions.values()
        if suggestion.status in PUBLIC and suggestion.pk in tallies
    }


def _source(rows: Rows, suggestion: Suggestion, reference: str, tally: Tally, quoted: Counter[int]) -> Source:
    return Source(
        suggestion_id=suggestion.pk,
        reference=reference,
        text=suggestion.text,
        author=author_name(suggestion, rows.topics[suggestion.topic_id]),
        sector=sector_name(suggestion),
        theme=suggestion.theme.name if suggestion.theme is not None else "",
        merged=suggestion.status == Status.MERGED,
        tally=tally,
        quoted=quoted[suggestion.pk],
    )


def _part(
    topic_id: int, title: str, passages: Iterable[Passage], rows: Rows, sources: dict[int, Source]
) -> Part:
    own = [passage for passage in passages if passage.topic_id == topic_id]
    return Part(
        topic_id=topic_id,
        title=title,
        passages=tuple(_placed(own)),
        uncited=tuple(
            source
            for source in sources.values()
            if not source.quoted and rows.suggestions[source.suggestion_id].topic_id == topic_id
        ),
    )


def _placed(passages: list[Passage]) -> Iterable[Passage]:
    for index, passage in enumerate(passages):
        yield replace(passage, first=index == 0, last=index == len(passages) - 1)


def _passage(rows: Rows, section: SummarySection, sources: dict[int, Source]) -> Passage:
    statements = rows.statements.get(section.pk, [])
    standing = [statement for statement in statements if not statement.removed]
    return Passage(
        id=section.pk,
        topic_id=section.topic_id,
        heading=section.heading,
        edition=section.edition,
        first=True,
        last=True,
        sentences=tuple(
            _sentence(rows, statement, sources, place=place, last=place == len(standing))
            for place, statement in enumerate(standing, start=1)
        ),
        removed=tuple(
            _sentence(rows, statement, sources, place=0, last=True)
            for statement in statements
            if statement.removed
        ),
    )


def _sentence(
    rows: Rows, statement: Statement, sources: dict[int, Source], *, place: int, last: bool
) -> Sentence:
    citations = citations_of(rows, statement)
    return Sentence(
        id=statement.pk,
        section_id=statement.section_id,
        text=statement.text,
        original=statement.original,
        edition=statement.edition,
        note=statement.kind == StatementKind.NOTE,
        reworded=statement.reworded,
        place=place,
        last=last,
        support=cited_support(citations),
        sources=tuple(sources[citation.suggestion_id] for citation in citations),
    )
