"""Fan-out: what it costs to tell one listener of a topic what has changed."""

from __future__ import annotations

from typing import Any

from tests.benchmarks.consumption import Meter
from tests.benchmarks.generator import Generator, generator
from tests.benchmarks.sides import Setup
from tests.benchmarks.stage import Contents, Running, Stage

LISTENERS = 1000
VOTING = 5
# Votes a second: something has changed at each of the four ticks, and little of the cost is that of voting.
RATE = 6.0
# Seconds until nobody is told any more how many have come.
SETTLING = 4.0


def fanout(stage: Stage, setup: Setup, *, seconds: float) -> dict[str, Any]:
    """CPU milliseconds of the server for each tally frame that reaches one of 1,000 listeners.

    The same votes are cast before a handful of listeners and before all of them; the difference, less what the idle
    connections cost by themselves (pings, beacons), is what the deliveries cost.
    """
    database = stage.database(setup, Contents(voters=LISTENERS))
    cookies = database.facts["cookies"]
    with stage.serving(setup, database) as server, generator(server) as crowd:
        crowd.arrive(cookies[:VOTING])
        few = _both(server, crowd, seconds)
        crowd.arrive(cookies[VOTING:])
        all_of_them = _both(server, crowd, seconds)
    net = (all_of_them["voting"] - all_of_them["idle"]) - (few["voting"] - few["idle"])
    deliveries = all_of_them["deliveries"] - few["deliveries"]
    return {
        "listeners": LISTENERS,
        "deliveries": deliveries,
        "ms_per_delivery": net / deliveries * 1000,
        "idle_ms_per_second": all_of_them["idle"] / seconds * 1000,
        "told_in_time": all_of_them["told_in_time"],
        "up_to_date": all_of_them["up_to_date"],
        "disturbance": all_of_them["disturbance"],
    }


def _both(server: Running, crowd: Generator, seconds: float) -> dict[str, Any]:
    """CPU seconds of the server alone while nobody votes, and while a few do for as long."""
    crowd.ask("rest", seconds=SETTLING)
    meter = Meter(server.own_cpu_seconds)
    # As long as an offer, with the second in which the last tallies arrive.
    crowd.ask("rest", seconds=seconds + 1)
    idle = meter.spent()
    meter = Meter(server.own_cpu_seconds)
    seen = crowd.ask("offer", seconds=seconds, rate=RATE, voting=VOTING)
    return {
        **seen,
        "idle": idle,
        "voting": meter.spent(),
        "deliveries": seen["tally_frames"],
        "disturbance": meter.disturbance(),
    }
