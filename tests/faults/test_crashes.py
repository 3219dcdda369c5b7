"""Rows 1 and 2 in short: what was acknowledged survives kill -9, and the rig would notice if it did not."""

from __future__ import annotations

import pytest

from tests.faults import crashes
from tests.faults.conftest import Hold
from tests.faults.rig import DAPHNE, POSTGRESQL, SQLITE, UVICORN


@pytest.mark.parametrize(("database", "server"), [(SQLITE, DAPHNE), (POSTGRESQL, UVICORN)])
def test_nothing_acknowledged_is_lost_when_the_process_is_killed(
    database: str, server: str, hold: Hold
) -> None:
    hold(crashes.KILLED, database, server)


def test_nothing_acknowledged_is_lost_when_one_of_two_workers_is_killed(hold: Hold) -> None:
    hold(crashes.WORKER_KILLED, POSTGRESQL)


def test_the_rig_finds_what_a_build_that_answers_too_early_has_lost(hold: Hold) -> None:
    outcome = hold(crashes.ANSWERED_EARLY)
    assert "as it must" in outcome.notes[0]
