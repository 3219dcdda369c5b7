"""Where the workers of one machine put their numbers, so that any of them can answer for all.

Each worker maps files of its own, named after its process, into memory. The supervisor calls `prepare` before it starts
workers, and `forget` for every worker that has ended.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import structlog
from django.conf import settings

log = structlog.get_logger(__name__)

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""What prometheus_client looks for when it is imported."""
# Bytes of each file of a process. The histograms of every view are in one; a file that gets full grows by itself.
SIZES = {
    "counter": 65_536,
    "histogram": 1_048_576,
    "gauge_livesum": 65_536,
    "gauge_livemax": 65_536,
    "gauge_livemin": 65_536,
}


def prepare(port: int) -> None:
    """In the supervisor: empty the directory of that port, and have the workers that are started from now on use it.

    Where that is not possible, each worker keeps its numbers to itself: no reason not to serve.
    """
    directory: Path = settings.VAR / "metrics" / str(port)
    try:
        if directory.exists():
            shutil.rmtree(directory)
        directory.mkdir(parents=True, mode=0o700)
    except OSError as error:
        log.warning("no directory for shared metrics; each worker keeps its own", error=repr(error))
        os.environ.pop(VARIABLE, None)
    else:
        os.environ[VARIABLE] = str(directory)


def forget(pid: int) -> None:
    """In the supervisor: a worker has ended. What it counted stays counted, what it held is gone. Twice is once."""
    if shared() is None:
        return
    # Imported late: whoever imports it has chosen where the numbers of this process live.
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(pid)  # type: ignore[no-untyped-call]  # prometheus_client has no types here


def shared() -> Path | None:
    """The directory of the workers' numbers; None where a process is alone."""
    name = os.environ.get(VARIABLE)
    return Path(name) if name else None


def living(directory: Path) -> Iterator[int]:
    """The processes that have numbers there and were not forgotten."""
    pids = {re.sub(r"\D", "", path.stem) for path in directory.glob("gauge_live*_*.db")}
    return map(int, sorted(pids))


def reserve() -> None:
    """In a worker, before prometheus_client is imported: take the room on disk for its files.

    It would let them grow in memory only, and on a full disk the system then kills the process that writes a number.
    Where there is no room, this process keeps its numbers to itself.
    """
    directory = shared()
    if directory is None:
        return
    try:
        for kind, size in SIZES.items():
            _reserve(directory / f"{kind}_{os.getpid()}.db", size)
    except OSError as error:
        del os.environ[VARIABLE]
        log.warning("no room for shared metrics; this process keeps its own", error=repr(error))


def _reserve(path: Path, size: int) -> None:
    file = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(file, 0, size)
    finally:
        os.close(file)
