"""The figures of a year with 200,000 attendances and 100,000 suggestions, in a database of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from tests.benchmarks.sides import Setup
from tests.benchmarks.stage import Stage
from tests.servers import ROOT

EVENTS = 1000


def yearly(stage: Stage, setup: Setup) -> dict[str, Any]:
    """What `tests.benchmarks.count` prints, and how many times as long a naive recount takes."""
    url, directory = stage.empty_database(setup.database)
    told = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.count", str(EVENTS)],
        env=setup.side.environment(directory, url),
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    figures: dict[str, Any] = json.loads(told.stdout)
    return figures | {"times_naive": figures["naive_ms"] / figures["cold_ms"]}
