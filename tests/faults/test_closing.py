"""Row 11 in short: nothing is acknowledged once a topic has closed, and its totals are final."""

from __future__ import annotations

from tests.faults.closing import CLOSED_BY_CLOCK, CLOSED_BY_HAND
from tests.faults.conftest import Hold
from tests.faults.rig import POSTGRESQL, SQLITE


def test_nothing_is_taken_once_the_moderator_has_closed(hold: Hold) -> None:
    hold(CLOSED_BY_HAND, SQLITE)


def test_nothing_is_taken_once_the_clock_has_closed(hold: Hold) -> None:
    hold(CLOSED_BY_CLOCK, POSTGRESQL)
