"""What merged suggestions stand for together: pure.

A group is a tree. Each merge put one suggestion into another; the root is the group's representative. A vote of a later
revision than a merge is about the whole of what that merge put below it, and replaces what the voter had said there.
Of what is left, the latest counts, so that everybody counts once. docs/decisions says why it is counted so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeAlias, TypeVar

from .enums import Choice

Voter = TypeVar("Voter", int, str)
Counts: TypeAlias = tuple[int, int, int]
"""(support, neutral, oppose)."""


class Edge(NamedTuple):
    """`child` was put into `parent` in the journal entry `revision`."""

    child: int
    parent: int
    revision: int


class Stand(NamedTuple):
    """What one person said of one suggestion, and in which journal entry. `choice` None: they took it back."""

    choice: str | None
    revision: int


class Forest:
    """The groups of a topic. What is in none is a group of itself."""

    def __init__(self, edges: Iterable[Edge] = ()) -> None:
        self._parents: dict[int, int] = {}
        self._children: dict[int, dict[int, int]] = {}
        for edge in edges:
            self.merge(edge)

    def merge(self, edge: Edge) -> None:
        """Put a suggestion, with all that is below it, into another. Raises ValueError for what makes no tree."""
        if edge.child in self._parents or edge.child == self.root(edge.parent):
            raise ValueError(edge)
        self._parents[edge.child] = edge.parent
        self._children.setdefault(edge.parent, {})[edge.child] = edge.revision

    def split(self, child: int) -> None:
        """Undo the merge of a suggestion; what is below it stays there. Raises ValueError where there is none."""
        parent = self._parents.pop(child, None)
        if parent is None:
            raise ValueError(child)
        del self._children[parent][child]

    def root(self, suggestion: int) -> int:
        """The representative of the group that a suggestion is in."""
        while suggestion in self._parents:
            suggestion = self._parents[suggestion]
        return suggestion

    def is_grouped(self, suggestion: int) -> bool:
        """Whether anything was merged into it, or it into anything."""
        return suggestion in self._parents or bool(self._children.get(suggestion))

    def members(self, suggestion: int) -> tuple[int, ...]:
        """The suggestion and everything below it, itself first."""
        found = [suggestion]
        for one in found:
            found.extend(self._children.get(one, ()))
        return tuple(found)

    def stand(self, suggestion: int, stands: Mapping[int, Stand]) -> str | None:
        """What one voter, who said `stands` of the suggestions, stands for in what is at and below this one."""
        standing = self._standing(suggestion, stands)
        return standing.choice if standing is not None else None

    def _standing(self, suggestion: int, stands: Mapping[int, Stand]) -> Stand | None:
        own = stands.get(suggestion)
        latest = own if own is not None and own.choice is not None else None
        for child, merged in sorted(self._children.get(suggestion, {}).items(), reverse=True):
            if own is not None and own.revision > merged:
                continue
            below = self._standing(child, stands)
            # Of one entry: what was said of the suggestion above, then of the one with the greater id.
            if below is not None and (latest is None or below.revision > latest.revision):
                latest = below
        return latest

    def tally(self, suggestion: int, votes: Mapping[Voter, Mapping[int, Stand]]) -> Counts:
        """How many stand for what in what is at and below this one, each voter once."""
        counts = dict.fromkeys(Choice.values, 0)
        for stands in votes.values():
            choice = self.stand(suggestion, stands)
            if choice is not None:
                counts[choice] += 1
        support, neutral, oppose = counts.values()
        return support, neutral, oppose

    def stands(self, said: Mapping[int, Stand]) -> dict[int, str]:
        """What one voter stands for, by representative."""
        standing = {}
        for root in {self.root(suggestion) for suggestion in said}:
            choice = self.stand(root, said)
            if choice is not None:
                standing[root] = choice
        return standing


def by_voter(
    votes: Iterable[tuple[int, Voter, str | None, int]],
) -> dict[Voter, dict[int, Stand]]:
    """(suggestion, voter, choice, revision) rows, by voter and suggestion."""
    found: dict[Voter, dict[int, Stand]] = {}
    for suggestion, voter, choice, revision in votes:
        found.setdefault(voter, {})[suggestion] = Stand(choice, revision)
    return found
