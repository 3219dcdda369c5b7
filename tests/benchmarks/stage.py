"""Databases and servers, each where it belongs."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from tests.benchmarks import consumption, cores
from tests.benchmarks.sides import Setup, Side
from tests.processes import end, free_port, listening, wait_until
from tests.servers import ROOT, PostgreSQL, Redis, own_postgresql, own_redis


@dataclass(frozen=True)
class Contents:
    """What a database is filled with: `votes` that are stored already are all in the first topic."""

    voters: int = 500
    suggestions: int = 50
    topics: int = 1
    votes: int = 0


@dataclass(frozen=True)
class Database:
    """A filled database; `facts` says how to come to its topics (`paths`) and as whom (`cookies`)."""

    url: str
    directory: Path
    facts: dict[str, Any]


@dataclass(frozen=True)
class Running:
    """A server that listens, and all that works for it. In `observations` an observed one says how it is."""

    setup: Setup
    port: int
    process: psutil.Process
    database: Database
    helpers: tuple[psutil.Process, ...]
    observations: Path

    @property
    def address(self) -> str:
        """Without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    def cpu_seconds(self) -> float:
        """What the server, its database and Redis have used so far."""
        return consumption.cpu_seconds((self.process, *self.helpers))

    def own_cpu_seconds(self) -> float:
        """The same of the server alone."""
        return consumption.cpu_seconds((self.process,))


@dataclass
class Stage:
    """Servers that several measurements share, and databases that are filled once and copied for each."""

    directory: Path
    stack: ExitStack
    _postgresql: PostgreSQL | None = None
    _redis: Redis | None = None
    _filled: dict[tuple[Side, str, Contents], Database] = field(default_factory=dict)
    _count: int = 0

    def postgresql(self) -> PostgreSQL:
        """A PostgreSQL of our own with its default settings: every commit is on disk."""
        if self._postgresql is None:
            with cores.on_server_core():
                self._postgresql = self.stack.enter_context(own_postgresql())
        return self._postgresql

    def redis(self) -> Redis:
        """A Redis of our own."""
        if self._redis is None:
            with cores.on_server_core():
                self._redis = self.stack.enter_context(own_redis())
        return self._redis

    def database(self, setup: Setup, contents: Contents) -> Database:
        """A fresh database with such contents."""
        key = (setup.side, setup.database, contents)
        if key not in self._filled:
            self._filled[key] = self._fill(*key)
        filled = self._filled[key]
        directory = self._fresh_directory()
        if setup.database == "sqlite":
            shutil.copy(filled.directory / "jianyan.sqlite3", directory / "jianyan.sqlite3")
            url = _sqlite_url(directory)
        else:
            template = filled.url.rpartition("/")[2]
            url = self.postgresql().create_database(directory.name, template=template)
        return Database(url, directory, filled.facts)

    def _fill(self, side: Side, kind: str, contents: Contents) -> Database:
        url, directory = self.empty_database(kind)
        wanted = (contents.voters, contents.suggestions, contents.topics, contents.votes)
        filled = subprocess.run(
            [sys.executable, "-m", side.prepare, *map(str, wanted)],
            env=side.environment(directory, url),
            cwd=ROOT,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return Database(url, directory, json.loads(filled.stdout))

    def empty_database(self, kind: str) -> tuple[str, Path]:
        """The address of a database without tables, and a directory of its own."""
        directory = self._fresh_directory()
        if kind == "sqlite":
            return _sqlite_url(directory), directory
        return self.postgresql().create_database(directory.name), directory

    @contextmanager
    def serving(
        self, setup: Setup, database: Database, *, with_redis: bool = False, observed: bool = False
    ) -> Iterator[Running]:
        """Serve that database from the servers' core; where `observed`, it can be asked how it is (ours alone)."""
        helpers = []
        if setup.database == "postgresql":
            helpers.append(_observed(self.postgresql().process))
        redis_url = ""
        if with_redis:
            redis_url = self.redis().url
            helpers.append(_observed(self.redis().process))
        port = free_port()
        log = database.directory / f"server-{port}.log"
        observations = database.directory / f"observed-{port}.json"
        command = setup.side.command(setup.server, port, observed=observations if observed else None)
        with log.open("w") as output, cores.on_server_core():
            process = subprocess.Popen(
                command,
                env=setup.side.environment(database.directory, database.url, redis_url),
                cwd=ROOT,
                stdout=output,
                stderr=subprocess.STDOUT,
                text=True,
            )
        try:
            wait_until(lambda: listening(port), process=process, log=log)
            yield Running(setup, port, psutil.Process(process.pid), database, tuple(helpers), observations)
        finally:
            end(process)

    def _fresh_directory(self) -> Path:
        self._count += 1
        directory = self.directory / f"bench_{self._count}"
        directory.mkdir()
        return directory


def _sqlite_url(directory: Path) -> str:
    return f"sqlite:///{directory / 'jianyan.sqlite3'}"


def _observed(process: subprocess.Popen[str] | None) -> psutil.Process:
    assert process is not None
    return psutil.Process(process.pid)
