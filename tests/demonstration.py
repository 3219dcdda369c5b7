"""A running `jianyan demo` for tests and pictures. Needs no settings in this process."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.processes import end, free_port, listening, wait_until
from tests.servers import ROOT, jianyan_environment

# Loading the county, the members' arrival and their first acts, on a machine with other work to do.
PATIENCE = 120.0


@dataclass(frozen=True)
class Demo:
    """A running demonstration, and what its leaflet says."""

    port: int
    leaflet: dict[str, Any]
    printed: str


@contextmanager
def running(var: Path, *arguments: str) -> Iterator[Demo]:
    """Start it on that data directory, and wait until it answers."""
    port = free_port()
    log = var.parent / f"demo-{port}.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "jianyan", "demo", "--port", str(port), *arguments],
            env=jianyan_environment(JIANYAN_VAR=str(var)),
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )
    try:
        wait_until(lambda: listening(port), process=process, log=log, patience=PATIENCE)
        leaflet = json.loads((var / "demo.json").read_text("utf-8"))
        yield Demo(port, leaflet, log.read_text("utf-8"))
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0, log.read_text("utf-8")[-2000:]
        assert "Traceback" not in log.read_text("utf-8")
    finally:
        end(process)
