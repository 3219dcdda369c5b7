"""When a proposal for another wording no longer means anything: the text, or what was decided about it, has moved on."""

from __future__ import annotations

import datetime as dt

from ..enums import Proposed
from ..models import Suggestion


def overtake_proposal(suggestion: Suggestion, *, at: dt.datetime) -> None:
    """Close the proposal that waits for the author, if there is one; part of the step of whoever has the topic's lock."""
    suggestion.proposals.filter(state=Proposed.OPEN).update(state=Proposed.OVERTAKEN, answered_at=at)
