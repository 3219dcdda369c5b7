"""Votes: how many, how dear, how fast acknowledged, and whether all of it is true."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.benchmarks.generator import generator
from tests.benchmarks.profiling import profiled
from tests.benchmarks.sides import Setup
from tests.benchmarks.stage import Contents, Running, Stage


def votes(
    stage: Stage,
    setup: Setup,
    contents: Contents,
    *,
    seconds: float,
    rate: float | None,
    profile: Path | None = None,
) -> dict[str, Any]:
    """All voters vote for so long, in a closed loop (`rate` None) or so many votes a second."""
    database = stage.database(setup, contents)
    with stage.serving(setup, database) as server, generator(server) as crowd:
        crowd.arrive(database.facts["cookies"])
        with profiled(server.process.pid, profile, seconds=seconds):
            return measured(server, crowd, seconds=seconds, rate=rate)


def measured(server: Running, crowd: Any, *, seconds: float, rate: float | None) -> dict[str, Any]:
    """What the crowd saw, and the CPU seconds of server and helpers per 1,000 acknowledged votes."""
    before = server.cpu_seconds()
    if rate is None:
        result = crowd.ask("storm", seconds=seconds)
    else:
        result = crowd.ask("offer", seconds=seconds, rate=rate)
    spent = server.cpu_seconds() - before
    assert result["acknowledged"] > 0, result
    result["cpu_seconds_per_1000"] = spent / result["acknowledged"] * 1000
    result["server_cpu_share"] = spent / (result["seconds"] + 1)
    return dict(result)
