"""What events can count as."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

DATA = Path(__file__).resolve().parents[1] / "data" / "categories.json"
CONSULTATIONS = "consultations"
"""What the events of a channel of consultation count as where nothing else is said."""


@cache
def standard_names() -> tuple[tuple[str, str], ...]:
    """Short name and name of every standard category, in the order of the report."""
    return tuple((one["slug"], one["name"]) for one in json.loads(DATA.read_text(encoding="utf-8")))
