"""Fan-out: what it costs to tell one listener of a topic what has changed."""

from __future__ import annotations

import math
from typing import Any

from tests.benchmarks.consumption import Meter
from tests.benchmarks.crowd import IN_TIME
from tests.benchmarks.generator import Generator, generator
from tests.benchmarks.sides import Setup
from tests.benchmarks.stage import Contents, Running, Stage

LISTENERS = 1000
VOTING = 5
# Votes a second: something has changed at each of the four ticks, and little of the cost is that of voting.
RATE = 6.0
# Seconds after which each idle connection is asked again whether it is there: what is compared lasts several of these,
# so that everybody has been asked equally often.
PING_INTERVAL = 5.0
# Seconds until what coming in has left behind is done, on a busy machine, too.
SETTLING = 10.0


def fanout(stage: Stage, setup: Setup, *, seconds: float) -> dict[str, Any]:
    """CPU milliseconds of the server for each tally frame that reaches one of 1,000 listeners.

    The same votes are cast before a handful of listeners and before all of them; the difference, less what the idle
    connections cost by themselves (pings, beacons), is what the deliveries cost. Each takes at least `seconds`.
    """
    window = PING_INTERVAL * math.ceil(seconds / PING_INTERVAL)
    database = stage.database(setup, Contents(voters=LISTENERS))
    cookies = database.facts["cookies"]
    with stage.serving(setup, database) as server, generator(server) as crowd:
        crowd.arrive(cookies[:VOTING])
        few = _both(server, crowd, window)
        crowd.arrive(cookies[VOTING:])
        all_of_them = _both(server, crowd, window)
    net = (all_of_them["voting"] - all_of_them["idle"]) - (few["voting"] - few["idle"])
    deliveries = all_of_them["deliveries"] - few["deliveries"]
    return {
        "listeners": LISTENERS,
        "deliveries": deliveries,
        "ms_per_delivery": net / deliveries * 1000,
        "idle_ms_per_second": all_of_them["idle"] / window * 1000,
        "told_in_time": all_of_them["told_in_time"],
        "up_to_date": all_of_them["up_to_date"],
        "disturbance": all_of_them["disturbance"],
    }


def _both(server: Running, crowd: Generator, window: float) -> dict[str, Any]:
    """CPU seconds of the server alone while a few vote, and while nobody does for as long."""
    crowd.ask("rest", seconds=SETTLING)
    meter = Meter(server.own_cpu_seconds)
    seen = crowd.ask("offer", seconds=window - IN_TIME, rate=RATE, voting=VOTING)
    voting, disturbance = meter.spent(), meter.disturbance()
    meter = Meter(server.own_cpu_seconds)
    crowd.ask("rest", seconds=window)
    return {
        **seen,
        "voting": voting,
        "idle": meter.spent(),
        "deliveries": seen["tally_frames"],
        "disturbance": disturbance,
    }
