"""What every format says, read back, is what stands in the database: all numbers, all citations, none more."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from consultations.documents import FORMATS
from consultations.documents.json import render as as_json
from consultations.documents.model import SummaryDocument
from consultations.enums import Presence, StatementKind
from consultations.models import Attendance, Citation, Statement, Suggestion, Summary
from consultations.queries.summary_document import document_for
from jianyan.accounts.enums import BodyKind
from jianyan.accounts.models import Membership
from tests.consultations.summary_scene import make_drafted, make_signed

from .readers import LISTS_ALONE, READERS, Facts, read_json
from .samples import large, sample, signed, two_topics


def in_the_database(summary: Summary) -> Facts:
    """Counted from the rows themselves, by none of what makes documents."""
    suggestions = list(
        Suggestion.objects.filter(topic__deliberation=summary.deliberation).select_related("sector")
    )
    present = Attendance.objects.filter(deliberation=summary.deliberation, presence=Presence.PRESENT)
    seats = Membership.objects.filter(user__attendances__in=present, body__kind=BodyKind.SECTOR)
    members = Counter(seat.body.name for seat in seats.select_related("body"))
    made, support = Counter[str](), Counter[str]()
    for one in suggestions:
        assert one.sector is not None
        made[one.sector.name] += 1
        support[one.sector.name] += one.support
    cited: dict[int, list[Citation]] = defaultdict(list)
    for citation in Citation.objects.filter(statement__section__summary=summary).select_related("suggestion"):
        cited[citation.statement_id].append(citation)
    standing = Statement.objects.filter(section__summary=summary, removed=False)
    ordered = standing.exclude(kind=StatementKind.LEAD).order_by("section__position", "position", "id")
    return Facts(
        rows={str(one.number): (one.support, one.neutral, one.oppose) for one in suggestions},
        counts=(len(members), len(present), len(suggestions), sum(support.values())),
        statements=tuple(
            (
                sum(citation.suggestion.support for citation in cited[one.pk]),
                tuple(
                    str(number) for number in sorted(citation.suggestion.number for citation in cited[one.pk])
                ),
            )
            for one in ordered
            if cited[one.pk]
        ),
        sectors={name: (members[name], made[name], support[name]) for name in members.keys() | made.keys()},
    )


def read(name: str, data: bytes) -> Facts:
    assert name in READERS, (
        f"nobody reads {name} back: a reader belongs into tests/consultations/documents/readers.py"
    )
    return READERS[name](data)


def said(name: str, facts: Facts) -> Facts:
    """What of these the format has to say."""
    return Facts(rows=facts.rows) if name in LISTS_ALONE else facts


@pytest.mark.django_db
def test_numbers_and_citations_of_every_format_are_those_of_the_database() -> None:
    summary = make_signed(make_drafted())
    rows = in_the_database(summary)
    assert len(rows.rows) == 8
    assert rows.statements
    assert sum(len(references) for _support, references in rows.statements) >= 5
    document = document_for(Summary.objects.get(pk=summary.pk))
    for name, one in FORMATS.items():
        assert read(name, one.render(document)) == said(name, rows), name


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    "document",
    [sample(), signed(), two_topics(), large(suggestions=120)],
    ids=["minutes", "signed", "two topics", "large"],
)
def test_every_format_says_the_same(name: str, document: SummaryDocument) -> None:
    facts = read_json(as_json(document))
    assert len(facts.rows) == len(document.appendix)
    assert read(name, FORMATS[name].render(document)) == said(name, facts)


def test_nothing_is_said_to_be_read_that_no_format_is() -> None:
    assert READERS.keys() == FORMATS.keys()
