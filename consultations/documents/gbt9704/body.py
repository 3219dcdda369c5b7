"""The text between title and name lists: opening, consensus, suggestions by theme, what is attached."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ...enums import SummaryKind
from .. import labels
from ..model import ListedSuggestion, Section, Statement, SummaryDocument
from ..wording import Worded, numeral, opening_text, quotation, references, worded
from .markup import Xml, indent, join, link, paragraph, run, spacing
from .measures import KAI_FACE, LINE, characters

DEEPEST = 3
# A line may be broken here; otherwise some programs move the whole bracket down and stretch the line above.
_SEAM = Xml("<w:r><w:t>\u200b</w:t></w:r>")


def body(document: SummaryDocument) -> Xml:
    """Headings count 一、（一）1.; where there is no consensus the themes move up a level."""
    numbers = references(document)
    parts = [paragraph(run(opening_text(document)), style="BodyText")]
    parts += [
        paragraph(run(line), style="BodyText")
        for line in document.opening.remarks.splitlines()
        if line.strip()
    ]
    level = 1
    if document.consensus:
        parts.append(_heading(1, 1, labels.CONSENSUS))
        parts += _statements(document.consensus, numbers, under=1)
        parts.append(_heading(1, 2, labels.SUGGESTIONS))
        level = 2
    parts += _topics(document, numbers, level)
    return join(parts)


def attached(names: Sequence[str]) -> Xml:
    """附件：1. and what follows, the names under each other."""
    label = f"{labels.APPENDIX}："
    first = paragraph(
        run(f"{label}1.{names[0]}"),
        properties=Xml(spacing(before=LINE, line=LINE) + indent(left=characters(6), first=-characters(4))),
    )
    others = (
        paragraph(run(f"{at}.{name}"), properties=indent(left=characters(6), first=-characters(1)))
        for at, name in enumerate(names[1:], start=2)
    )
    return join((first, *others))


def _topics(document: SummaryDocument, numbers: Mapping[int, str], level: int) -> Iterator[Xml]:
    several = len(document.topics) > 1
    rows = {suggestion.id: suggestion for suggestion in document.appendix}
    for at, topic in enumerate(document.topics, start=1):
        if several:
            yield _heading(level, at, topic.title)
        inner = level + several
        headed = len(topic.sections) > 1 or any(section.theme for section in topic.sections)
        for position, section in enumerate(topic.sections, start=1):
            if headed:
                yield _heading(inner, position, section.theme or labels.WITHOUT_THEME)
            under = inner if headed else inner - 1
            if document.head.kind == SummaryKind.DIGEST:
                yield from _quotations(section, rows, numbers, under=under)
            else:
                yield from _statements(section.statements, numbers, under=under)


def _heading(level: int, position: int, title: str) -> Xml:
    level = min(level, DEEPEST)
    return paragraph(run(f"{_ordinal(level, position)}{title}"), style=f"Heading{level}")


def _ordinal(level: int, position: int) -> str:
    match level:
        case 1:
            return f"{numeral(position)}、"
        case 2:
            return f"（{numeral(position)}）"
        case 3:
            return f"{position}."
        case _:
            return f"（{position}）"


def _statements(statements: Sequence[Statement], numbers: Mapping[int, str], *, under: int) -> Iterator[Xml]:
    """Numbered where there are several: 1. below a heading of the first two levels, （1） below the third."""
    for at, statement in enumerate(statements, start=1):
        ordinal = _ordinal(max(under + 1, 3), at) if len(statements) > 1 else ""
        yield _printed(ordinal, worded(statement, numbers))


def _quotations(
    section: Section, rows: Mapping[int, ListedSuggestion], numbers: Mapping[int, str], *, under: int
) -> Iterator[Xml]:
    """The cited suggestions in their own words, each once, in the order of the statements; notes as they are."""
    cited: dict[int, Worded] = {}
    notes = []
    for statement in section.statements:
        if not statement.citations:
            notes.append(worded(statement, numbers))
        for citation in statement.citations:
            if citation.suggestion_id in rows:
                cited.setdefault(citation.suggestion_id, quotation(rows[citation.suggestion_id], numbers))
    several = len(cited) + len(notes) > 1
    for at, quoted in enumerate((*cited.values(), *notes), start=1):
        yield _printed(_ordinal(max(under + 1, 3), at) if several else "", quoted)


def _printed(ordinal: str, statement: Worded) -> Xml:
    """One paragraph; every number in brackets leads to its row of the appendix."""
    remark = run(statement.remark, face=None if statement.cited else KAI_FACE)
    parts = [run(f"{ordinal}{statement.text}"), remark]
    if statement.cited:
        parts.append(run("［"))
        for at, (suggestion_id, number) in enumerate(statement.cited):
            if at:
                parts += [run("、"), _SEAM]
            parts.append(link(suggestion_id, run(number)))
        parts.append(run("］"))
    parts.append(run(statement.end))
    return paragraph(*parts, style="BodyText")
