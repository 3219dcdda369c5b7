"""The rig: what cases run on, one case's stage, and what comes of it. The API for those who write rows.

A *row* is one fault of the table in README.md, a *case* is a row on one database and one server:

    def killed(case: Case) -> Outcome:
        with stage(case) as here:
            hall = here.fill(members=20)             # a live topic; `hall.Hall`
            server = here.serve()                    # a process; `kill`, `stop`, `start` keep its port and data
            return asyncio.run(_killed(case, here, hall, server))

    async def _killed(case, here, hall, server) -> Outcome:
        outcome = Outcome()
        async with Crowd([server.url], hall, hurried=not case.long) as crowd:
            crowd.begin()
            …
            await asyncio.to_thread(server.kill)     # whatever blocks goes to a thread: the crowd goes on
            …
            await conclude(here, crowd, outcome)     # storm over, A to D; fills the outcome
        return outcome

    ROW = Row(1, "kill -9 of a web process", killed, seconds=10.0)

and it is named in `rows.py`. `case.long` tells `make faults` from the suite. A row notes in `outcome.recovery` the seconds
that its limit is about; the limit itself is judged by `run.py` alone, so that a busy machine fails no test. Rows raise
nothing for a fault of the product: they write it into the outcome.
"""

from __future__ import annotations

import asyncio
import json
import random
import shutil
import socket
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from tests import servers
from tests.faults.crowd import Crowd
from tests.faults.hall import Audit, Hall, audit, fill, finish
from tests.faults.invariants import judge
from tests.processes import NotReady
from tests.servers import PostgreSQL, Redis, Site, jianyan_environment, run_jianyan

SQLITE, POSTGRESQL = "sqlite", "postgresql"
DAPHNE, UVICORN = "daphne", "uvicorn"
FAULTS_SHOWN = 5


# ── What cases run on ─────────────────────────────────────────────────────────────────────────────────────────────────


class Ground:
    """Databases with every migration and nothing else, to be copied, and servers that are started when first wanted.

    `directory` must be there. Use it as a context manager (`ground`).
    """

    def __init__(self, directory: Path, running: ExitStack) -> None:
        self.directory = directory
        self._running = running
        self._databases = 0

    @cached_property
    def postgresql(self) -> PostgreSQL:
        """A PostgreSQL of the rig's own, which rows may stop if they start it again. Raises Missing."""
        return self._running.enter_context(servers.own_postgresql())

    @contextmanager
    def redis(self) -> Iterator[Redis]:
        """A Redis for one case. Raises Missing."""
        with servers.own_redis() as server:
            yield server

    def database(self, kind: str, directory: Path) -> str:
        """DATABASE_URL of a fresh migrated database; an SQLite file lies in the directory."""
        if kind == SQLITE:
            return f"sqlite:///{shutil.copy(self._migrated_sqlite, directory / 'jianyan.sqlite3')}"
        self._databases += 1
        return self.postgresql.create_database(
            f"faults_{self._databases}", template=self._migrated_postgresql
        )

    @cached_property
    def _migrated_sqlite(self) -> Path:
        path = self.directory / "migrated.sqlite3"
        migrate(f"sqlite:///{path}", self.directory)
        return path

    @cached_property
    def _migrated_postgresql(self) -> str:
        name = "faults_template"
        migrate(self.postgresql.create_database(name), self.directory)
        return name


@contextmanager
def ground(directory: Path) -> Iterator[Ground]:
    """Ground for any number of cases, whose servers end with it."""
    with ExitStack() as running:
        yield Ground(directory, running)


def migrate(url: str, directory: Path) -> None:
    """Give a database every migration."""
    environment = jianyan_environment(JIANYAN_VAR=str(directory), DATABASE_URL=url)
    done = run_jianyan("manage", "migrate", "--verbosity", "0", environment=environment)
    if done.returncode:
        raise NotReady(done.stderr)


def steady_port() -> int:
    """A free port below those that the system gives to whoever connects.

    A server that is down for a while must not find its port taken by a client's own end; with hundreds of clients that
    try again and again, one of them would sooner or later even be connected with itself.
    """
    for _attempt in range(1000):
        number = random.randrange(20_000, 32_000)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", number))
            except OSError:
                continue
            return number
    raise NotReady("no free port")


# ── Rows and cases ────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class Outcome:
    """What came of a case. `recovery`: seconds, one for each time; `notes` are worth telling and no faults."""

    acknowledged: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    recovery: list[float] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def slowest(self) -> float | None:
        """The longest recovery in seconds."""
        return max(self.recovery, default=None)

    @property
    def holds(self) -> bool:
        """Whether nothing was lost and nothing else is wrong."""
        return not self.lost and not self.faults

    def told(self) -> str:
        """The first of what is wrong, for a message."""
        wrong = [*self.lost, *self.faults]
        more = [f"… and {len(wrong) - FAULTS_SHOWN} more"] if len(wrong) > FAULTS_SHOWN else []
        return "\n".join([*wrong[:FAULTS_SHOWN], *more])


@dataclass(frozen=True)
class Case:
    """One row on one database and one server. `directory` is its own; `long` is `make faults`."""

    ground: Ground
    directory: Path
    database: str = SQLITE
    server: str = DAPHNE
    long: bool = False

    def pick(self, *, short: int, long: int) -> int:
        """A size, by the form that is run."""
        return long if self.long else short


@dataclass(frozen=True)
class Row:
    """A fault of the table. `seconds`: the promised limit of recovery, None where none is promised."""

    number: int
    fault: str
    run: Callable[[Case], Outcome]
    seconds: float | None = None
    databases: tuple[str, ...] = (SQLITE, POSTGRESQL)
    servers: tuple[str, ...] = (DAPHNE, UVICORN)


# ── The stage of a case ───────────────────────────────────────────────────────────────────────────────────────────────


class Server:
    """One web process on a port and in a directory of its own, both of which it gets again at the next start.

    `module` is what `python -m` runs in place of `jianyan`: an entry of the rig that patches something first.
    """

    def __init__(
        self, directory: Path, *arguments: str, module: str = "jianyan", variables: Mapping[str, str]
    ) -> None:
        self._directory = directory
        self._arguments = arguments
        self._module = module
        self._variables = dict(variables)
        self._running = ExitStack()
        self._site: Site | None = None
        self.port = steady_port()

    @property
    def url(self) -> str:
        """`http://127.0.0.1:<port>`."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def site(self) -> Site:
        """The process that runs or ran last."""
        assert self._site is not None
        return self._site

    def start(self) -> None:
        """Start it and wait until it listens."""
        self._site = self._running.enter_context(
            servers.site(
                self._directory, *self._arguments, port=self.port, module=self._module, **self._variables
            )
        )

    def kill(self) -> None:
        """SIGKILL."""
        self.site.kill()
        self._running.close()

    def stop(self) -> int:
        """SIGTERM and wait; the exit code."""
        code = self.site.stop()
        self._running.close()
        return code

    def close(self) -> None:
        """End it if it runs."""
        self._running.close()


class Stage:
    """A case's database, the processes on it, and its Redis where it has one."""

    def __init__(self, case: Case, url: str, redis: Redis | None, running: ExitStack) -> None:
        self.case = case
        self.url = url
        self.redis = redis
        self._running = running
        self.servers: list[Server] = []

    @property
    def variables(self) -> dict[str, str]:
        """What makes a process one of this stage."""
        redis = {"REDIS_URL": self.redis.url} if self.redis is not None else {}
        return {"DATABASE_URL": self.url, "LOG_LEVEL": "WARNING", **redis}

    @property
    def environment(self) -> dict[str, str]:
        """For a child process that looks at the database."""
        return jianyan_environment(JIANYAN_VAR=str(self.case.directory), DATABASE_URL=self.url)

    def serve(self, *arguments: str, module: str = "jianyan", **variables: str) -> Server:
        """Start another process of the case's kind; it ends with the stage."""
        # Daphne is the default: its name is left out, so that rows also run on builds that know no other.
        kind = () if self.case.server == DAPHNE else ("--server", self.case.server)
        server = Server(
            self.case.directory / f"server-{len(self.servers) + 1}",
            *kind,
            *arguments,
            module=module,
            variables={**self.variables, **variables},
        )
        self._running.callback(server.close)
        server.start()
        self.servers.append(server)
        return server

    def fill(self, *, members: int, suggestions: int = 12) -> Hall:
        """The live topic."""
        return fill(self.environment, members=members, suggestions=suggestions)

    def jianyan(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command on the database to its end; the exit code is not judged."""
        return run_jianyan(*arguments, environment=self.environment)

    def audit(self, hall: Hall) -> Audit:
        """What the database says, read by another process."""
        return audit(self.environment, hall.topic)


@contextmanager
def stage(case: Case, *, redis: bool = False, url: str | None = None) -> Iterator[Stage]:
    """A fresh database (or the one at `url`), and a Redis if wanted; what was started on it ends here."""
    case.directory.mkdir(parents=True, exist_ok=True)
    with ExitStack() as running:
        found = running.enter_context(case.ground.redis()) if redis else None
        url = url or case.ground.database(case.database, case.directory)
        yield Stage(case, url, found, running)


async def conclude(here: Stage, crowd: Crowd, outcome: Outcome) -> None:
    """End the storm, compare what was told with what is stored (A, B, C) and with what is shown (D).

    In the long form the topic is closed afterwards, and its summary says the same.
    """
    await crowd.calm()
    found = await asyncio.to_thread(here.audit, crowd.hall)
    compare(crowd, found, outcome)
    _seconds, differences = await crowd.agree()
    outcome.faults += differences
    if here.case.long:
        outcome.faults += await asyncio.to_thread(compare_summary, here, crowd.hall, found)


def compare(crowd: Crowd, found: Audit, outcome: Outcome) -> None:
    """A, B and C, into the outcome. For any moment at which nobody writes, also while the server is dead."""
    judgement = judge(crowd, found)
    outcome.lost += judgement.lost
    outcome.faults += judgement.faults
    if judgement.undecided:
        outcome.notes.append(f"{judgement.undecided} votes were refused with try_again and are stored")
    outcome.acknowledged = crowd.acknowledged
    outcome.refused = Counter(crowd.refused)


def must_have_found(found: Outcome) -> Outcome:
    """The outcome of a build that is wrong on purpose: a fault where nothing was found lost."""
    outcome = Outcome(acknowledged=found.acknowledged, refused=found.refused)
    if found.lost:
        outcome.notes.append(f"the rig found {len(found.lost)} lost, as it must: {found.lost[0]}")
    else:
        outcome.faults.append("acknowledged votes were taken back on purpose, and the rig found nothing lost")
    return outcome


def compare_summary(here: Stage, hall: Hall, found: Audit) -> list[str]:
    """Close and freeze the topic, export its summary as JSON: what differs from the audit, or does not verify."""
    summary = finish(here.environment, hall.topic)
    out = here.case.directory / "summary.json"
    exported = here.jianyan("summary", "export", str(summary), "--format", "json", "--out", str(out))
    if exported.returncode:
        return [f"C: the summary cannot be exported: {exported.stderr}"]
    verified = here.jianyan("summary", "verify", str(out))
    faults = [f"C: the summary does not verify: {verified.stderr}"] if verified.returncode else []
    snapshot = json.loads(out.read_text(encoding="utf-8"))["snapshot"]
    stated = {
        one["id"]: (one["support"], one["neutral"], one["oppose"])
        for topic in snapshot["topics"]
        for one in topic["suggestions"]
    }
    tallies = {one.id: one.tally for one in found.suggestions}
    if stated != tallies:
        faults.append(f"C: the summary states {stated}, the tables {tallies}")
    return faults
