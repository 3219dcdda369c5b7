"""What those who follow a topic of 500 suggestions cost: CPU per request, and requests a second, page and state.

`python -m tests.benchmarks.watch` prints a line for each way of asking, under each server. The first two are how the
audience was answered before: the topic page, and the state as it is made for one reader.
"""

from __future__ import annotations

import http.client
import sys
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from tests.benchmarks.page import SUGGESTIONS
from tests.benchmarks.sides import JIANYAN, Setup
from tests.benchmarks.stage import Contents, Running, Stage

CONNECTIONS = 8
REQUESTS = 50
"""Of each connection."""


@dataclass(frozen=True)
class Answers:
    """Of one way of asking: CPU milliseconds of the server for one, how many a second, bytes of a body, their status."""

    cpu_ms: float
    per_second: float
    size: int
    status: int


def watching(stage: Stage, setup: Setup) -> Iterator[tuple[str, Answers]]:
    """Each way of asking, with what it took."""
    database = stage.database(setup, Contents(voters=1, suggestions=SUGGESTIONS))
    with stage.serving(setup, database) as server:
        topic = f"/topics/{database.facts['topics'][0]}"
        # A cookie of a session that has ended: nobody, but nobody's answer is kept.
        ended = {"Cookie": "sessionid=ended"}
        etag = _once(server, f"{topic}/watch/state", {})[2]
        for name, path, headers in (
            ("topic page", f"{topic}/", {}),
            ("state, made each time", f"{topic}/state", ended),
            ("watch page", f"{topic}/watch", {}),
            ("watch/state, 200", f"{topic}/watch/state", {}),
            ("watch/state, 304", f"{topic}/watch/state", {"If-None-Match": etag}),
        ):
            yield name, _measured(server, path, headers)


def _measured(server: Running, path: str, headers: Mapping[str, str]) -> Answers:
    status, size, _etag = _once(server, path, headers)
    before, begun = server.own_cpu_seconds(), perf_counter()
    with ThreadPoolExecutor(CONNECTIONS) as readers:
        for reading in [readers.submit(_read, server, path, headers) for _number in range(CONNECTIONS)]:
            reading.result()
    took, spent = perf_counter() - begun, server.own_cpu_seconds() - before
    count = CONNECTIONS * REQUESTS
    return Answers(spent / count * 1000, count / took, size, status)


def _read(server: Running, path: str, headers: Mapping[str, str]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    for _turn in range(REQUESTS):
        connection.request("GET", path, headers=dict(headers))
        answer = connection.getresponse()
        answer.read()
        if answer.status >= 400:
            raise RuntimeError(f"{path}: {answer.status}")
    connection.close()


def _once(server: Running, path: str, headers: Mapping[str, str]) -> tuple[int, int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request("GET", path, headers=dict(headers))
    answer = connection.getresponse()
    size = len(answer.read())
    connection.close()
    return answer.status, size, answer.headers.get("ETag", "")


def main() -> None:
    """Measure, and print."""
    with tempfile.TemporaryDirectory(prefix="jianyan-watch-") as name, ExitStack() as stack:
        stage = Stage(Path(name), stack)
        for server in JIANYAN.servers:
            for asked, found in watching(stage, Setup(JIANYAN, server, "sqlite")):
                sys.stdout.write(
                    f"{server:8} {asked:24} {found.status} {found.size:>8,} bytes {found.cpu_ms:7.2f} CPU ms "
                    f"{found.per_second:7.0f}/s\n"
                )


if __name__ == "__main__":
    main()
