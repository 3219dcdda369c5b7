"""Child processes for tests: free ports, waiting until something listens, ending them for certain."""

from __future__ import annotations

import socket
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

DEADLINE = 30.0  # seconds; generous for a loaded machine, reached only when something is broken


class NotReady(Exception):
    """A server did not come up, with what it said."""


class Process(Protocol):
    """A child process, as `subprocess.Popen` is one."""

    @property
    def pid(self) -> int: ...

    def poll(self) -> int | None: ...

    def wait(self, timeout: float | None = None) -> int: ...

    def send_signal(self, sig: int) -> None: ...

    def terminate(self) -> None: ...

    def kill(self) -> None: ...


def free_port() -> int:
    """A port of 127.0.0.1 that was free just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


def listening(port: int) -> bool:
    """Whether something accepts connections on that port of 127.0.0.1."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def wait_until(ready: Callable[[], bool], *, process: Process, log: Path, patience: float = DEADLINE) -> None:
    """Ask `ready` again and again until it is true; NotReady when the process has ended or patience (seconds) has.

    `log` is the file that the process writes to; its text goes into NotReady.
    """
    pause = threading.Event()
    deadline = time.monotonic() + patience
    while not ready():
        if (code := process.poll()) is not None:
            raise NotReady(f"ended with {code}: {log.read_text()}")
        if time.monotonic() > deadline:
            raise NotReady(f"not ready within {patience:.0f} s: {log.read_text()}")
        pause.wait(0.02)


def end(process: Process, *, timeout: float = 20.0) -> int:
    """SIGTERM, then SIGKILL if that is not heard; the exit code."""
    process.terminate()
    try:
        return process.wait(timeout)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()
