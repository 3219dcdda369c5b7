"""The two servers that are measured, each a process with a database of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from tests.processes import end, free_port, listening, wait_until
from tests.servers import ROOT, jianyan_environment


@dataclass(frozen=True)
class Side:
    """How to fill a database and how to serve it."""

    name: str
    prepare: str
    serve: tuple[str, ...]

    def environment(self, directory: Path) -> dict[str, str]:
        """The variables under which both run."""
        environment = jianyan_environment(JIANYAN_VAR=str(directory), LOG_LEVEL="WARNING")
        if self.name == "reference":
            environment["DJANGO_SETTINGS_MODULE"] = "tests.benchmarks.reference.settings"
            environment["BENCH_DATABASE"] = str(directory / "reference.sqlite3")
        environment["PYTHONPATH"] = os.pathsep.join((str(ROOT), str(ROOT / "platform")))
        return environment


JIANYAN = Side("jianyan", "tests.benchmarks.prepare", ("jianyan", "serve", "--port"))
REFERENCE = Side(
    "reference",
    "tests.benchmarks.reference.prepare",
    ("daphne", "--verbosity", "0", "tests.benchmarks.reference.asgi:application", "--port"),
)


@dataclass(frozen=True)
class Running:
    """A server that listens; `facts` is what its database was filled with."""

    site: str
    process: psutil.Process
    facts: dict[str, Any]

    def cpu_seconds(self) -> float:
        """User and system time of the server and of its children so far."""
        family = [self.process, *self.process.children(recursive=True)]
        return float(sum(sum(member.cpu_times()[:2]) for member in family))


@contextmanager
def running(side: Side, directory: Path, *, voters: int, suggestions: int) -> Iterator[Running]:
    """Fill a fresh database, serve it, and end the server afterwards."""
    directory.mkdir(parents=True)
    environment = side.environment(directory)
    filled = subprocess.run(
        [sys.executable, "-m", side.prepare, str(voters), str(suggestions)],
        env=environment,
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    port = free_port()
    log = directory / "server.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *side.serve, str(port)],
            env=environment,
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )
    try:
        wait_until(lambda: listening(port), process=process, log=directory / "server.log")
        yield Running(f"http://127.0.0.1:{port}", psutil.Process(process.pid), json.loads(filled.stdout))
    finally:
        end(process)
