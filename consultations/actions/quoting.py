"""Citing a suggestion means quoting its tally."""

from __future__ import annotations

from ..models import Citation, Statement, Suggestion


def quotation(statement: Statement, suggestion: Suggestion) -> Citation:
    """A citation, not saved yet. The topics are frozen: the suggestion's tally is the snapshot's."""
    return Citation(
        statement=statement,
        suggestion=suggestion,
        support=suggestion.support,
        neutral=suggestion.neutral,
        oppose=suggestion.oppose,
    )
