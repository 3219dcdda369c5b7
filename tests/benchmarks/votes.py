"""Votes: how many, how dear, how fast acknowledged, and whether all of it is true."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.benchmarks.consumption import Meter, footprint
from tests.benchmarks.generator import Generator, generator
from tests.benchmarks.profiling import profiled
from tests.benchmarks.sides import Setup
from tests.benchmarks.stage import Contents, Running, Stage

# Seconds until everybody is checked in and nobody is told any more how many have come.
SETTLING = 2.0


def storm(
    stage: Stage,
    setup: Setup,
    *,
    voters: int,
    seconds: float,
    rate: float | None = None,
    profile: Path | None = None,
    stored: int = 0,
) -> dict[str, Any]:
    """So many vote for so long: each again as soon as answered, or with `rate` so many votes a second of all.

    `stored`: votes that the topic has already. `uss_kib` is the server's own memory afterwards.
    """
    database = stage.database(setup, Contents(voters=voters, votes=stored))
    with stage.serving(setup, database) as server, generator(server) as crowd:
        crowd.arrive(database.facts["cookies"])
        crowd.ask("rest", seconds=SETTLING)
        with profiled(server.process.pid, profile, seconds=seconds):
            seen = measured(server, crowd, seconds=seconds, rate=rate)
        return {**seen, "uss_kib": footprint(server.process).uss}


def measured(server: Running, crowd: Generator, *, seconds: float, rate: float | None) -> dict[str, Any]:
    """What the crowd saw, and the CPU seconds of server and helpers per 1,000 acknowledged votes."""
    meter = Meter(server.cpu_seconds)
    if rate is None:
        result = crowd.ask("storm", seconds=seconds)
    else:
        result = crowd.ask("offer", seconds=seconds, rate=rate)
    assert result["acknowledged"] > 0, result
    return {
        **result,
        "cpu_seconds_per_1000": meter.spent() / result["acknowledged"] * 1000,
        "disturbance": meter.disturbance(),
    }
