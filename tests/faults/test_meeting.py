"""Row 14 in short."""

from __future__ import annotations

from tests.faults import meeting
from tests.faults.conftest import Hold
from tests.faults.rig import POSTGRESQL


def test_two_processes_that_vote_on_the_same_suggestion_count_every_member_once(hold: Hold) -> None:
    hold(meeting.MET, POSTGRESQL)
