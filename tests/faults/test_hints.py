"""Row 5 in short: whoever is at the other process sees the same, also where hints get lost."""

from __future__ import annotations

from tests.faults.conftest import Hold
from tests.faults.hints import LOSSY
from tests.faults.rig import POSTGRESQL


def test_two_processes_agree_though_hints_are_lost_doubled_and_reordered(hold: Hold) -> None:
    hold(LOSSY, POSTGRESQL)
