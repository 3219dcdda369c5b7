from __future__ import annotations

from dataclasses import replace

from consultations.documents.figures import (
    citation_of,
    cited_support,
    counts_of,
    merged_in,
    statistics_of,
    supports,
)
from consultations.documents.model import (
    Attendance,
    Attendee,
    Counts,
    ListedSuggestion,
    SectorFigures,
    Tally,
    ThemeFigures,
)
from consultations.enums import Status

from .samples import sample

PEOPLE = Attendance(
    present=(
        Attendee(name="甲", unit="教育界"),
        Attendee(name="乙", unit="民盟"),
        Attendee(name="丙", unit="教育界"),
        Attendee(name="丁"),
    ),
    observers=(Attendee(name="戊", unit="县公安局"),),
)


def row(
    at: int, sector: str, theme: str | None, support: int, status: Status = Status.PUBLISHED
) -> ListedSuggestion:
    return ListedSuggestion(
        id=at,
        topic_id=1,
        number=at,
        text="建言",
        author="某",
        sector=sector,
        status=status,
        theme=theme,
        tally=Tally(support=support, oppose=1),
    )


ROWS = (
    row(1, "教育界", "校园", 5),
    row(2, "渔业界", None, 7),
    replace(row(3, "教育界", "校园", 2, Status.MERGED), merged_into=1),
    row(4, "", "校园", 0, Status.HIDDEN),
)


def test_counts_are_those_of_members_present_and_of_all_rows() -> None:
    assert counts_of(PEOPLE, ROWS) == Counts(
        participants=4, sectors=2, suggestions=4, published=3, tally=Tally(support=12, neutral=0, oppose=3)
    )


def test_sectors_come_in_the_order_of_the_cppcc_then_unknown_ones_then_those_without() -> None:
    assert statistics_of(PEOPLE, ROWS).sectors == (
        SectorFigures(sector="民盟", participants=1, suggestions=0, support=0),
        SectorFigures(sector="教育界", participants=2, suggestions=2, support=5),
        SectorFigures(sector="渔业界", participants=0, suggestions=1, support=7),
        SectorFigures(sector="", participants=1, suggestions=1, support=0),
    )


def test_the_order_of_sectors_can_be_given() -> None:
    sectors = statistics_of(PEOPLE, ROWS, sectors=["渔业界", "教育界"]).sectors
    assert [one.sector for one in sectors] == ["渔业界", "教育界", "民盟", ""]


def test_themes_come_in_the_order_of_their_first_suggestion() -> None:
    assert statistics_of(PEOPLE, ROWS).themes == (
        ThemeFigures(topic_id=1, theme="校园", suggestions=3, support=5),
        ThemeFigures(topic_id=1, theme=None, suggestions=1, support=7),
    )


def test_a_statement_quotes_the_support_of_all_it_cites() -> None:
    cited = supports(citation_of(one) for one in ROWS[:3])
    # Who supported the third counts in the first, which it was merged into.
    assert cited_support(cited, merged_in(ROWS)) == 12
    assert cited_support([(2, 7), (3, 2)], merged_in(ROWS)) == 9
    assert cited_support([], {}) == 0


def test_the_sample_has_the_figures_that_its_opening_prints() -> None:
    document = sample()
    assert document.opening.counts == Counts(
        participants=60, sectors=22, suggestions=40, published=38, tally=Tally(support=822)
    )
    assert len({one.theme for one in document.statistics.themes} - {None}) == 5
    assert sum(one.suggestions for one in document.statistics.sectors) == 40
    assert sum(one.support for one in document.statistics.themes) == 822
