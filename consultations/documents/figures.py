"""The numbers of a summary, computed from its attendance and its list of suggestions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ..enums import PUBLIC
from .labels import SECTORS
from .model import (
    Attendance,
    Citation,
    Counts,
    ListedSuggestion,
    SectorFigures,
    Statistics,
    Tally,
    ThemeFigures,
)
from .printable import printable


def citation_of(suggestion: ListedSuggestion) -> Citation:
    """A citation that quotes this row of the appendix."""
    return Citation(
        suggestion_id=suggestion.id,
        number=suggestion.number,
        sector=suggestion.sector,
        tally=suggestion.tally,
    )


def cited_support(cited: Sequence[tuple[int, int]], merged: Mapping[int, int]) -> int:
    """What a statement quotes: acts of support (附议次数) over all suggestions it rests on. `cited`: (id, support).

    `merged`: suggestion id → its representative. Beside that one, what was merged into it adds nothing.
    """
    ids = {suggestion for suggestion, _support in cited}
    return sum(support for suggestion, support in cited if merged.get(suggestion) not in ids)


def supports(citations: Iterable[Citation]) -> list[tuple[int, int]]:
    """(suggestion id, its support) as these citations quote it."""
    return [(citation.suggestion_id, citation.tally.support) for citation in citations]


def merged_in(suggestions: Iterable[ListedSuggestion]) -> dict[int, int]:
    """Suggestion id → its representative, of those that were merged."""
    return {one.id: one.merged_into for one in suggestions if one.merged_into is not None}


def counted_support(suggestion: ListedSuggestion) -> int:
    """What it adds to a total: nothing where it was merged, since its representative's tally is the group's."""
    return suggestion.tally.support if suggestion.merged_into is None else 0


def total_of(tallies: Iterable[Tally]) -> Tally:
    """The sum of tallies."""
    found = list(tallies)
    return Tally(
        support=sum(tally.support for tally in found),
        neutral=sum(tally.neutral for tally in found),
        oppose=sum(tally.oppose for tally in found),
    )


def counts_of(attendance: Attendance, suggestions: Sequence[ListedSuggestion]) -> Counts:
    """The totals of the opening. Participants are those present; `published` counts what was made public."""
    return Counts(
        participants=len(attendance.present),
        # As they are printed: what is not seen makes no other sector.
        sectors=len({printable(attendee.unit) for attendee in attendance.present} - {""}),
        suggestions=len(suggestions),
        published=sum(suggestion.status in PUBLIC for suggestion in suggestions),
        tally=total_of(suggestion.tally for suggestion in suggestions if suggestion.merged_into is None),
    )


def statistics_of(
    attendance: Attendance, suggestions: Sequence[ListedSuggestion], *, sectors: Sequence[str] = SECTORS
) -> Statistics:
    """By sector, in the order of `sectors` (others after them, by name); by theme, in order of appearance."""
    return Statistics(
        sectors=_by_sector(attendance, suggestions, sectors),
        themes=_by_theme(suggestions),
    )


def _by_sector(
    attendance: Attendance, suggestions: Sequence[ListedSuggestion], order: Sequence[str]
) -> tuple[SectorFigures, ...]:
    participants: dict[str, int] = {}
    for attendee in attendance.present:
        participants[attendee.unit] = participants.get(attendee.unit, 0) + 1
    made: dict[str, int] = {}
    support: dict[str, int] = {}
    for suggestion in suggestions:
        made[suggestion.sector] = made.get(suggestion.sector, 0) + 1
        support[suggestion.sector] = support.get(suggestion.sector, 0) + counted_support(suggestion)
    place = {sector: position for position, sector in enumerate(order)}
    last = len(place)
    # Those without a sector come after all that have one.
    names = sorted(
        participants.keys() | made.keys(), key=lambda name: (place.get(name, last), not name, name)
    )
    return tuple(
        SectorFigures(
            sector=name,
            participants=participants.get(name, 0),
            suggestions=made.get(name, 0),
            support=support.get(name, 0),
        )
        for name in names
    )


def _by_theme(suggestions: Sequence[ListedSuggestion]) -> tuple[ThemeFigures, ...]:
    figures: dict[tuple[int, str | None], tuple[int, int]] = {}
    for suggestion in suggestions:
        key = (suggestion.topic_id, suggestion.theme)
        made, support = figures.get(key, (0, 0))
        figures[key] = (made + 1, support + counted_support(suggestion))
    return tuple(
        ThemeFigures(topic_id=topic_id, theme=theme, suggestions=made, support=support)
        for (topic_id, theme), (made, support) in figures.items()
    )
