"""What is measured: a way of building live voting, on a server, on a database."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.servers import ROOT, jianyan_environment

UVICORN = (
    *("-m", "uvicorn", "--ws", "websockets-sansio", "--ws-per-message-deflate", "false"),
    *("--no-server-header", "--no-proxy-headers", "--no-access-log", "--lifespan", "off"),
    *("--log-level", "warning", "--ws-ping-interval", "5", "--ws-ping-timeout", "10"),
)
DAPHNE = ("-m", "daphne", "--verbosity", "0", "--ping-interval", "5", "--ping-timeout", "10")


@dataclass(frozen=True)
class Side:
    """`prepare` is the module that fills its database, `dialect` how it speaks, `servers` what it runs on."""

    name: str
    prepare: str
    dialect: str
    servers: tuple[str, ...] = ("daphne", "uvicorn")

    def command(self, server: str, port: int) -> list[str]:
        """How it is served."""
        if self is JIANYAN and server == "daphne":
            return [sys.executable, "-m", "jianyan", "serve", "--port", str(port)]
        application = "jianyan.asgi" if self is JIANYAN else "tests.benchmarks.reference.asgi"
        options = UVICORN if server == "uvicorn" else DAPHNE
        return [sys.executable, *options, "--port", str(port), f"{application}:application"]

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
            environment["DJANGO_SETTINGS_MODULE"] = "tests.benchmarks.reference.settings"
            environment["BENCH_FORM"] = self.name
        return environment


JIANYAN = Side("jianyan", "tests.benchmarks.prepare", "jianyan")
TUTORIAL = Side("tutorial", "tests.benchmarks.reference.prepare", "tutorial")


@dataclass(frozen=True)
class Setup:
    """One of the combinations."""

    side: Side
    server: str
    database: str

    def __str__(self) -> str:
        return f"{self.side.name} on {self.server} and {self.database}"
