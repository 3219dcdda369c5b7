"""The numbers of a summary, computed from its attendance and its list of suggestions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

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


def citation_of(suggestion: ListedSuggestion) -> Citation:
    """A citation that quotes this row of the appendix."""
    return Citation(
        suggestion_id=suggestion.id,
        number=suggestion.number,
        sector=suggestion.sector,
        tally=suggestion.tally,
    )


def cited_support(citations: Iterable[Citation]) -> int:
    """What a statement quotes: acts of support (附议次数) over all suggestions it rests on."""
    return sum(citation.tally.support for citation in citations)


def counts_of(attendance: Attendance, suggestions: Sequence[ListedSuggestion]) -> Counts:
    """The totals of the opening. Participants are those present; `published` counts what was made public."""
    return Counts(
        participants=len(attendance.present),
        sectors=len({attendee.unit for attendee in attendance.present} - {""}),
        suggestions=len(suggestions),
        published=sum(suggestion.status in PUBLIC for suggestion in suggestions),
        tally=Tally(
            support=sum(suggestion.tally.support for suggestion in suggestions),
            neutral=sum(suggestion.tally.neutral for suggestion in suggestions),
            oppose=sum(suggestion.tally.oppose for suggestion in suggestions),
        ),
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
        support[suggestion.sector] = support.get(suggestion.sector, 0) + suggestion.tally.support
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
        figures[key] = (made + 1, support + suggestion.tally.support)
    return tuple(
        ThemeFigures(topic_id=topic_id, theme=theme, suggestions=made, support=support)
        for (topic_id, theme), (made, support) in figures.items()
    )
