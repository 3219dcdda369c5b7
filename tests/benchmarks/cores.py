"""Which processor core does what: the servers on the first one we may use, the load generator on the next."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager


def server_core() -> int | None:
    """The core of server, database and Redis; None where processes cannot be bound to one."""
    cores = _cores()
    return cores[0] if cores else None


def client_core() -> int | None:
    """The core of the load generator: the servers' own where there is but one."""
    cores = _cores()
    return cores[min(1, len(cores) - 1)] if cores else None


def are_apart() -> bool:
    """Whether generator and servers have a core each."""
    return server_core() != client_core()


@contextmanager
def on_server_core() -> Iterator[None]:
    """Processes that are started in here stay on the servers' core."""
    core = server_core()
    if core is None:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _cores() -> list[int]:
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
