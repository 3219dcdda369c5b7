"""Row 7 in short: readers who never read cost the others nothing, and are given up."""

from __future__ import annotations

from tests.faults.conftest import Hold
from tests.faults.rig import SQLITE, UVICORN
from tests.faults.stalled import STALLED


def test_readers_who_never_read_are_given_up_and_not_remembered(hold: Hold) -> None:
    hold(STALLED, SQLITE, UVICORN)
