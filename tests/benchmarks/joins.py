"""Joins: a room full of members opens the page of a long topic at the same moment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.benchmarks.consumption import Meter
from tests.benchmarks.generator import generator
from tests.benchmarks.profiling import profiled
from tests.benchmarks.sides import Setup
from tests.benchmarks.stage import Contents, Stage

JOINING = 300
SUGGESTIONS = 500


# Seconds that are recorded where a profile is wanted: as long as it may take.
RECORDED = 3.0


def joins(stage: Stage, setup: Setup, *, profile: Path | None = None) -> dict[str, Any]:
    """Seconds until 300 members who connect at once all have the whole topic, and what it costs."""
    database = stage.database(setup, Contents(voters=JOINING + 1, suggestions=SUGGESTIONS))
    first, *others = database.facts["cookies"]
    with stage.serving(setup, database) as server, generator(server) as crowd:
        # The server has been running for a while when this happens in earnest.
        crowd.arrive([first])
        with profiled(server.process.pid, profile, seconds=RECORDED):
            meter = Meter(server.cpu_seconds)
            seconds = crowd.arrive(others, together=JOINING)
            spent, disturbance = meter.spent(), meter.disturbance()
    return {
        "joining": JOINING,
        "suggestions": SUGGESTIONS,
        "seconds": seconds,
        "cpu_ms_each": spent / JOINING * 1000,
        "disturbance": disturbance,
    }
