"""Rows 8, 9 and 10 in short: dead connections are given up, and whoever lost one is soon where everybody is."""

from __future__ import annotations

from tests.faults.conftest import Hold
from tests.faults.connections import ASLEEP, AT_ONCE, HALF_OPEN
from tests.faults.rig import DAPHNE, SQLITE, UVICORN


def test_connections_that_died_without_a_word_are_gone_from_the_server(hold: Hold) -> None:
    hold(HALF_OPEN, SQLITE, DAPHNE)


def test_a_phone_that_was_asleep_shows_what_everybody_sees(hold: Hold) -> None:
    hold(ASLEEP, SQLITE, UVICORN)


def test_everybody_who_lost_the_connection_at_once_is_back(hold: Hold) -> None:
    hold(AT_ONCE, SQLITE, UVICORN)
