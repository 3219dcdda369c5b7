"""Row 12 in short: the server's clock decides, and no clock opens again what has closed."""

from __future__ import annotations

from tests.faults.clocks import SET_BACK
from tests.faults.conftest import Hold
from tests.faults.rig import SQLITE, UVICORN


def test_clocks_that_are_off_or_set_back_lose_no_vote_and_open_nothing_again(hold: Hold) -> None:
    hold(SET_BACK, SQLITE, UVICORN)
