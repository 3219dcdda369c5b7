"""Who supports what in a topic, person by person, and from which sectors: for rules that count people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..enums import Choice
from ..grouping import Forest, by_voter
from ..models import Vote
from .groups import forest_of
from .summary_snapshot import sectors_of


def supporters_in(topic_id: int) -> dict[int, frozenset[int]]:
    """Representative → ids of those who support its group, as its tally counts them; without those nobody supports."""
    forest = forest_of(topic_id)
    rows = Vote.objects.filter(topic=topic_id)
    return _supporters(forest, rows.values_list("suggestion_id", "voter_id", "choice", "revision"))


def _supporters(
    forest: Forest, votes: Iterable[tuple[int, int, str | None, int]]
) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = {}
    for voter, said in by_voter(votes).items():
        for representative, choice in forest.stands(said).items():
            if choice == Choice.SUPPORT:
                found.setdefault(representative, set()).add(voter)
    return {representative: frozenset(people) for representative, people in found.items()}


def sectors_among(people: Iterable[int]) -> Mapping[int, str]:
    """User id → the sector that they speak for; those without one are left out."""
    return sectors_of(list(people))
