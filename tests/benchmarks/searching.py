"""Searching among a hundred thousand suggestions, in a database of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from tests.benchmarks.sides import Setup
from tests.benchmarks.stage import Stage
from tests.servers import ROOT

SUGGESTIONS = 100_000


def searching(stage: Stage, setup: Setup) -> dict[str, Any]:
    """What `tests.benchmarks.find` prints, and the slowest search."""
    url, directory = stage.empty_database(setup.database)
    told = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.find", str(SUGGESTIONS)],
        env=setup.side.environment(directory, url),
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    figures: dict[str, Any] = json.loads(told.stdout)
    slowest = max(one["ours_ms"] for one in figures["searches"].values())
    return figures | {"slowest_ms": slowest}
