"""One measurement: a server, and the load generator as a process beside it."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from tests.benchmarks.sides import Running, Side
from tests.servers import ROOT


def storm(side: Side, server: Running, *, seconds: float, rate: float | None) -> dict[str, Any]:
    """Let everybody vote for so long; what the generator saw, and the server's CPU seconds per 1,000 votes.

    `rate` in votes per second of the whole crowd; None: as fast as the server answers.
    """
    orders = {
        "kind": side.name,
        "site": server.site,
        **server.facts,
        "seconds": seconds,
        "rate": rate,
    }
    generator = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.load"],
        env=side.environment(ROOT / "var"),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with generator:
        assert generator.stdin is not None
        assert generator.stdout is not None
        generator.stdin.write(json.dumps(orders) + "\n")
        generator.stdin.flush()
        assert generator.stdout.readline() == "ready\n"
        before = server.cpu_seconds()
        generator.stdin.write("go\n")
        generator.stdin.flush()
        answer = generator.stdout.readline()
        spent = server.cpu_seconds() - before
    result: dict[str, Any] = json.loads(answer)
    assert result["acknowledged"] > 0, result
    result["cpu_seconds_per_1000"] = spent / result["acknowledged"] * 1000
    result["server_cpu_share"] = spent / (result["seconds"] + 1)
    return result
