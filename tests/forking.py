"""Sites for the tests in a browser, forked from a process that has everything loaded: a start costs a second otherwise.

Each is a process of its own and begins with nothing but what was loaded: no connection, no thread, no topic, no event
loop. How a site starts from nothing is seen wherever `servers.site` runs one.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import forkserver, get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from unittest.mock import patch

from tests.processes import end, free_port, listening, wait_until
from tests.servers import Site, jianyan_environment


class Forked:
    """What `subprocess.Popen` is for other sites."""

    def __init__(self, process: ForkServerProcess) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        """Its number."""
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        """The exit code, None while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end; the exit code."""
        self._process.join(timeout)
        code = self._process.exitcode
        if code is None:
            assert timeout is not None
            raise subprocess.TimeoutExpired(self._process.name, timeout)
        return code

    def send_signal(self, sig: int) -> None:
        """That signal."""
        os.kill(self.pid, sig)

    def terminate(self) -> None:
        """SIGTERM."""
        self._process.terminate()

    def kill(self) -> None:
        """SIGKILL."""
        self._process.kill()


class Forge:
    """Where sites are forked. There is one in a process, for one environment; coverage measures neither it nor them."""

    def __init__(self, var: Path, **variables: str) -> None:
        self.environment = jianyan_environment(JIANYAN_VAR=str(var), **variables)
        self.environment.pop("COVERAGE_PROCESS_CONFIG", None)
        self._context = get_context("forkserver")
        self._context.set_forkserver_preload(["tests.loaded"])
        with patch.dict(os.environ, self.environment, clear=True):
            forkserver.ensure_running()

    @contextmanager
    def site(self, directory: Path) -> Iterator[Site]:
        """A site on a free port, its log in that directory."""
        directory.mkdir(parents=True, exist_ok=True)
        port = free_port()
        log = directory / f"serve-{port}.log"
        forked = self._context.Process(target=_serve, args=(port, log))
        forked.start()
        process = Forked(forked)
        try:
            wait_until(lambda: listening(port), process=process, log=log)
            yield Site(port=port, environment=self.environment, log=log, process=process)
        finally:
            end(process)


def _serve(port: int, log: Path) -> None:
    """`jianyan serve`, in the forked process."""
    from tests import loaded

    with log.open("ab") as output:
        for stream in (sys.stdout, sys.stderr):
            os.dup2(output.fileno(), stream.fileno())
    loaded.serve(port)
