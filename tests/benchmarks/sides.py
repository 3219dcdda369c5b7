"""What is measured: a way of building live voting, on a server, on a database."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tests.servers import ROOT, Missing, jianyan_environment

# As `jianyan serve` runs them.
UVICORN = (
    *("-m", "uvicorn", "--ws", "websockets-sansio", "--ws-per-message-deflate", "false"),
    *("--no-server-header", "--no-proxy-headers", "--no-access-log", "--lifespan", "off"),
    *("--log-level", "warning", "--ws-ping-interval", "5", "--ws-ping-timeout", "10"),
)
DAPHNE = ("-m", "daphne", "--verbosity", "0", "--ping-interval", "5", "--ping-timeout", "10")


REFERENCE = "tests.benchmarks.reference"
NODE_SOURCE = ROOT / "tests" / "benchmarks" / "reference" / "node"


@dataclass(frozen=True)
class Side:
    """`prepare` is the module that fills its database, `dialect` how it speaks, `servers` what it can run on."""

    name: str
    prepare: str
    dialect: str
    servers: tuple[str, ...] = ("daphne", "uvicorn")
    databases: tuple[str, ...] = ("sqlite", "postgresql")

    def command(self, server: str, port: int, *, observed: Path | None = None) -> list[str]:
        """How it is served. Raises Missing where that cannot be had.

        Where `observed`, it can be asked how it is and answers in that file; ours alone.
        """
        if server == "node":
            node, directory = node_with_packages()
            return [node, str(directory / "server.js"), str(port)]
        if self is JIANYAN:
            observation = () if observed is None else (str(observed),)
            module = "jianyan" if observed is None else "tests.benchmarks.observed"
            options = (*observation, "serve", "--server", server, "--port", str(port))
            return [sys.executable, "-m", module, *options]
        options = UVICORN if server == "uvicorn" else DAPHNE
        return [sys.executable, *options, "--port", str(port), f"{REFERENCE}.asgi:application"]

    def environment(self, directory: Path, database_url: str, redis_url: str = "") -> dict[str, str]:
        """The variables under which it is prepared and served."""
        environment = jianyan_environment(
            JIANYAN_VAR=str(directory),
            LOG_LEVEL="WARNING",
            DATABASE_URL=database_url,
            PYTHONPATH=os.pathsep.join((str(ROOT), str(ROOT / "platform"))),
        )
        if redis_url:
            environment["REDIS_URL"] = redis_url
        if self is not JIANYAN:
            environment["DJANGO_SETTINGS_MODULE"] = f"{REFERENCE}.settings"
            environment["BENCH_FORM"] = self.name
        return environment


JIANYAN = Side("jianyan", "tests.benchmarks.prepare", "jianyan")
TUTORIAL = Side("tutorial", f"{REFERENCE}.prepare", "tutorial")
TICKING = Side("ticking", f"{REFERENCE}.prepare", "tutorial")
NODE = Side("node", f"{REFERENCE}.node.prepare", "jianyan", ("node",), ("postgresql",))
SIDES = {side.name: side for side in (JIANYAN, TUTORIAL, TICKING, NODE)}


@dataclass(frozen=True)
class Setup:
    """One of the combinations."""

    side: Side
    server: str
    database: str

    def __str__(self) -> str:
        return f"{self.side.name}, {self.server}, {self.database}"


@lru_cache
def node_with_packages() -> tuple[str, Path]:
    """Node, and a directory with the yardstick's server and its packages. Raises Missing."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise Missing("Node: install nodejs and npm")
    directory = Path(tempfile.mkdtemp(prefix="jianyan-node-"))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    for name in ("package.json", "server.js"):
        shutil.copy(NODE_SOURCE / name, directory)
    installed = subprocess.run(
        [npm, "install", "--ignore-scripts", "--no-package-lock", "--no-audit", "--no-fund"],
        cwd=directory,
        capture_output=True,
        text=True,
    )
    if installed.returncode != 0:
        raise Missing(f"Node: its packages could not be had: {installed.stderr.strip()[-300:]}")
    return node, directory
