"""Rows 3 and 4, and the rig's own, in short: a site whose database or whose Redis goes away, and comes back."""

from __future__ import annotations

from tests.faults import outages
from tests.faults.conftest import Hold
from tests.faults.rig import POSTGRESQL


def test_the_rig_finds_what_a_postgresql_that_confirms_too_early_has_forgotten(hold: Hold) -> None:
    outcome = hold(outages.FORGETFUL, POSTGRESQL)
    assert "as it must" in outcome.notes[0]


def test_while_postgresql_is_down_everybody_is_told_to_try_again_and_nothing_is_lost(hold: Hold) -> None:
    outcome = hold(outages.DATABASE_STOPPED, POSTGRESQL)
    assert outcome.refused["try_again"] > 0


def test_votes_go_on_without_redis_and_are_seen_at_the_other_process(hold: Hold) -> None:
    hold(outages.REDIS_KILLED)
