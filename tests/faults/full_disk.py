"""Row 13: the disk is full. Wishes are refused, reading goes on, and when there is room again everything does.

The disk is a real one, small and filled to the last byte, where we may mount one. Where we may not (a container without
the right to), the site of an SQLite database is denied every write to a file instead, and PostgreSQL is left out.
"""

from __future__ import annotations

import asyncio
import errno
import resource
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import psycopg

from tests import servers
from tests.faults.crowd import Crowd
from tests.faults.hall import Hall
from tests.faults.rig import SQLITE, Case, Outcome, Row, Stage, conclude, migrate, stage
from tests.servers import Missing, PostgreSQL

SIZE = {SQLITE: 32, "postgresql": 160}
"""Mebibytes; an empty PostgreSQL takes some sixty."""
READING = 30.0
"""Seconds that a page may take."""
LOG_FILES = 64
"""More than PostgreSQL can have kept for reuse on so small a disk."""
PIECE = b"\0" * 65_536


@dataclass(frozen=True)
class Disk:
    """A small file system of its own. `fill` is told the process that is to find it full."""

    path: Path

    @property
    def ballast(self) -> Path:
        """The file that takes up the room."""
        return self.path / "ballast"

    def fill(self, _process: int) -> None:
        """Use up what room there is, to the last byte; called again it takes what others have given back."""
        with self.ballast.open("ab", buffering=0) as file:
            for piece in (PIECE, PIECE[:512], PIECE[:1]):
                with _until_full():
                    while True:
                        file.write(piece)

    def free(self, _process: int) -> None:
        """Give the room back."""
        self.ballast.unlink(missing_ok=True)


class Denied(Disk):
    """An ordinary directory; writes to a file fail in that one process."""

    def fill(self, process: int) -> None:
        """No file may be written to, at whatever place."""
        resource.prlimit(process, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))

    def free(self, process: int) -> None:
        """As before."""
        resource.prlimit(process, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


@contextmanager
def _until_full() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise


def may_mount() -> bool:
    """Whether this machine lets us have a small disk."""
    try:
        with _mounted(1):
            return True
    except Missing:
        return False


@contextmanager
def _mounted(mebibytes: int) -> Iterator[Disk]:
    """A tmpfs of that size. Raises Missing where we may not mount one."""
    # Not below the directory of the case: PostgreSQL runs under an account that may not go there.
    directory = Path(tempfile.mkdtemp(prefix="jianyan-disk-"))
    directory.chmod(0o755)
    options = f"size={mebibytes}m,mode=1777"
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(directory)]
    try:
        mounted = subprocess.run(command, capture_output=True, text=True, check=False)
        if mounted.returncode:
            raise Missing(f"a small disk: {mounted.stderr.strip()}")
        try:
            yield Disk(directory)
        finally:
            subprocess.run(["umount", "--lazy", str(directory)], check=True)
    finally:
        directory.rmdir()


@contextmanager
def _small_disk(case: Case) -> Iterator[Disk]:
    if case.database == SQLITE and not may_mount():
        yield Denied(case.directory)
    else:
        with _mounted(SIZE[case.database]) as disk:
            yield disk


def filled(case: Case) -> Outcome:
    """Fill the disk that the database is on in the middle of a storm, and give the room back later."""
    with _small_disk(case) as disk:
        if case.database == SQLITE:
            # The site's log as well.
            with stage(replace(case, directory=disk.path / "case")) as here:
                return _serve(here, disk, None)
        with servers.own_postgresql(disk.path) as database:
            url = database.create_database("full")
            migrate(url, case.ground.directory)
            with stage(case, url=url) as here:
                return _serve(here, disk, database)


def _serve(here: Stage, disk: Disk, database: PostgreSQL | None) -> Outcome:
    hall = here.fill(members=here.case.pick(short=12, long=40))
    here.serve()
    return asyncio.run(_filled(here, hall, disk, database))


async def _filled(here: Stage, hall: Hall, disk: Disk, database: PostgreSQL | None) -> Outcome:
    outcome = Outcome()
    case, server = here.case, here.servers[0]
    async with Crowd([server.url], hall, hurried=not case.long) as crowd:
        crowd.begin()
        await crowd.served()
        enough = crowd.refused["try_again"] + 5 * len(crowd.members)
        refused = asyncio.create_task(crowd.refusals("try_again", enough))
        while not refused.done():
            await asyncio.to_thread(disk.fill, server.site.process.pid)
            await asyncio.wait([refused], timeout=0.1)
        await refused
        await asyncio.sleep(case.pick(short=0, long=20))
        outcome.faults += await _reading(here, crowd)
        if database is not None and case.long:
            outcome.notes.append(await asyncio.to_thread(_exhaust_log, database))
            await crowd.refusals("try_again", crowd.refused["try_again"] + len(crowd.members))
        disk.free(server.site.process.pid)
        if database is not None and not _runs(database):
            outcome.notes.append("it ended, and was started when there was room again")
            await asyncio.to_thread(database.start)
        outcome.recovery.append(await crowd.served())
        await conclude(here, crowd, outcome)
    return outcome


def _exhaust_log(database: PostgreSQL) -> str:
    """Have PostgreSQL want another file for its log, for which there is no room; what it did then."""
    try:
        with psycopg.connect(database.url, autocommit=True) as connection:
            for _file in range(LOG_FILES):
                connection.execute("SELECT pg_switch_wal()")
                connection.execute("SELECT pg_logical_emit_message(false, 'faults', 'another file, please')")
    except psycopg.OperationalError as error:
        return f"PostgreSQL without room for its log: {str(error).splitlines()[0]}"
    return f"PostgreSQL had room for {LOG_FILES} more files of its log"


def _runs(database: PostgreSQL) -> bool:
    return database.process is not None and database.process.poll() is None


async def _reading(here: Stage, crowd: Crowd) -> list[str]:
    """A page, the state, and a fresh socket, while nothing can be written."""
    server, hall = here.servers[0], crowd.hall
    faults = []
    for path in (f"/topics/{hall.topic}/", f"/topics/{hall.topic}/state"):
        status = await asyncio.to_thread(_status, server.url + path, hall.members[0].headers)
        if status != 200:
            faults.append(f"while the disk is full {path} answers {status}")
    await crowd.fresh(server.url)
    return faults


def _status(url: str, headers: dict[str, str]) -> int:
    try:
        with urlopen(Request(url, headers=headers), timeout=READING) as answer:
            answer.read()
            status: int = answer.status
            return status
    except HTTPError as error:
        return error.code


FILLED = Row(13, "disk full", filled, seconds=10.0)
