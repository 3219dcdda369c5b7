"""Growth: whether a topic that has been voted on a million times costs more than a fresh one."""

from __future__ import annotations

from typing import Any

from tests.benchmarks.sides import Setup
from tests.benchmarks.stage import Stage
from tests.benchmarks.votes import storm

STORED = 1_000_000


def growth(stage: Stage, setup: Setup, *, voters: int, seconds: float) -> dict[str, Any]:
    """CPU per vote in a topic with a million stored votes beside an empty one, and the server's memory in both."""
    empty = storm(stage, setup, voters=voters, seconds=seconds)
    grown = storm(stage, setup, voters=voters, seconds=seconds, stored=STORED)
    return {
        "stored": STORED,
        "empty_cpu_seconds_per_1000": empty["cpu_seconds_per_1000"],
        "grown_cpu_seconds_per_1000": grown["cpu_seconds_per_1000"],
        "growth": grown["cpu_seconds_per_1000"] / empty["cpu_seconds_per_1000"] - 1,
        "empty_uss_kib": empty["uss_kib"],
        "grown_uss_kib": grown["uss_kib"],
        "true_tallies": grown["true_tallies"],
        "disturbance": max(empty["disturbance"], grown["disturbance"]),
    }
