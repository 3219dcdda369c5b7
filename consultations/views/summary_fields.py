"""The fields of the editor's forms, whatever a browser or somebody else has put into them."""

from __future__ import annotations

from .desk_place import whole
from .summary_visit import Visit

FARTHEST = 1000
"""So many places something is moved at once at most."""


def number(visit: Visit, field: str) -> int:
    """A field's positive integer; 0, which nothing has, for anything else."""
    return whole(visit.request.POST.get(field)) or 0


def text(visit: Visit, field: str = "text") -> str:
    """A field's text; empty where there is none."""
    return visit.request.POST.get(field, "")


def places(visit: Visit) -> int:
    """How far down something goes, up where negative: `places`, one where it says nothing of use."""
    typed = text(visit, "places")
    up = typed.startswith("-")
    many = min(whole(typed.removeprefix("-")) or 1, FARTHEST)
    return -many if up else many
