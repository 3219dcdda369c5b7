"""Optimistic locking: every passage of a summary has an edition of its own, and whoever changes it says which they saw."""

from __future__ import annotations

from typing import TypeAlias

from ..errors import ChangedMeanwhile
from ..models import Assignment, Response, Statement, SummarySection

Passage: TypeAlias = Statement | SummarySection | Response | Assignment


def unchanged_since(passage: Passage, edition: int) -> None:
    """Raises ChangedMeanwhile where somebody else has changed it."""
    if passage.edition != edition:
        raise ChangedMeanwhile


def save_passage(passage: Passage, *fields: str) -> None:
    """These fields, and a further edition."""
    passage.edition += 1
    passage.save(update_fields=[*fields, "edition"])
