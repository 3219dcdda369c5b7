"""Votes for merged suggestions: they go to the representative, and what counts is what its group says together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

from django.db import connection

from ..grouping import Forest, Stand, by_voter
from ..models import Suggestion, Vote
from ..queries.authors import cosigners_of
from ..queries.groups import forest_of
from .counting import UPSERT, Key, Stands, Subject, subjects_of


class Groups:
    """The groups that a batch of ballots touches, with what its voters have said in them."""

    def __init__(
        self,
        topic_id: int,
        forest: Forest,
        wrote: Collection[Key],
        said: Mapping[int, Mapping[int, Stand]],
    ) -> None:
        self._topic_id = topic_id
        self._forest = forest
        self._wrote = wrote
        self._said = said

    @classmethod
    def of(cls, topic_id: int, subjects: dict[int, Subject], voters: Collection[int]) -> Groups | None:
        """None where none of the subjects is grouped. Adds the representatives to the subjects."""
        grouped = [pk for pk, subject in subjects.items() if subject.grouped]
        if not grouped:
            return None
        forest = forest_of(topic_id)
        roots = {forest.root(pk) for pk in grouped}
        subjects |= subjects_of(topic_id, roots - subjects.keys())
        members = [pk for root in roots for pk in forest.members(root)]
        authors = Suggestion.objects.filter(pk__in=members).values_list("pk", "author_id")
        rows = Vote.objects.filter(suggestion_id__in=members, voter_id__in=voters)
        said = by_voter(rows.values_list("suggestion_id", "voter_id", "choice", "revision"))
        return cls(topic_id, forest, {*authors, *cosigners_of(members)}, said)

    def root(self, suggestion_id: int) -> int:
        """The suggestion that a vote for this one goes to."""
        return self._forest.root(suggestion_id)

    def wrote(self, key: Key) -> bool:
        """Whether the voter wrote or signed anything in the group: nobody supports what is partly their own."""
        suggestion_id, voter_id = key
        return any((pk, voter_id) in self._wrote for pk in self._forest.members(suggestion_id))

    def divide(self, wished: Mapping[Key, str | None]) -> tuple[dict[Key, str | None], dict[Key, str | None]]:
        """(wishes about groups, the others)."""
        of_groups = {key: choice for key, choice in wished.items() if self._forest.is_grouped(key[0])}
        return of_groups, {key: choice for key, choice in wished.items() if key not in of_groups}

    def exchange(self, wished: Stands, *, at: dt.datetime, revision: int) -> dict[Key, str | None]:
        """Store these stands on the groups; what their voters stood for before, where that changes."""
        before = {}
        for (suggestion_id, voter_id), choice in wished.items():
            stood = self._forest.stand(suggestion_id, self._said.get(voter_id, {}))
            if stood != choice:
                before[suggestion_id, voter_id] = stood
        cast_at = connection.ops.adapt_datetimefield_value(at)
        with connection.cursor() as cursor:
            cursor.executemany(
                UPSERT,
                [
                    (self._topic_id, suggestion, voter, wished[suggestion, voter], cast_at, revision)
                    for suggestion, voter in before
                ],
            )
        return before
