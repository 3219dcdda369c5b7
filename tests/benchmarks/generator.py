"""The load generator as the measurements see it: a process that is given orders."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from tests.benchmarks import cores
from tests.benchmarks.stage import Running
from tests.processes import end
from tests.servers import ROOT, jianyan_environment

ARRIVING_TOGETHER = 20


class Generator:
    """A crowd in one topic."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def order(self, do: str, **arguments: object) -> None:
        """Have it do something."""
        self._tell({"do": do, **arguments})

    def answer(self) -> Any:
        """What came of the last order."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the load generator has ended"
        return json.loads(line)

    def ask(self, do: str, **arguments: object) -> Any:
        """Order and answer."""
        self.order(do, **arguments)
        return self.answer()

    def arrive(self, cookies: Sequence[str], *, together: int = ARRIVING_TOGETHER) -> float:
        """Let these in; seconds until all have their welcome."""
        seconds: float = self.ask("arrive", cookies=cookies, together=together)
        return seconds

    def _tell(self, what: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(what) + "\n")
        self._process.stdin.flush()


@contextmanager
def generator(server: Running, *, topic: int = 0) -> Iterator[Generator]:
    """A generator on the clients' core for that topic of the server (counted from 0)."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.load"],
        env=jianyan_environment(),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    crowd = Generator(process)
    try:
        crowd._tell(
            {
                "core": cores.client_core(),
                "dialect": server.setup.side.dialect,
                "host": "127.0.0.1",
                "port": server.port,
                "path": server.database.facts["paths"][topic],
            }
        )
        yield crowd
    finally:
        end(process)
