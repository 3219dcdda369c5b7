"""The topic page with 500 suggestions: how many queries, and how much of the server's CPU.

As a program, `python -m tests.benchmarks.page PATH COOKIE` prints the number of queries that the page needs.
"""

from __future__ import annotations

import subprocess
import sys
import urllib.request
from typing import Any

from tests.benchmarks.sides import Setup
from tests.benchmarks.stage import Contents, Stage
from tests.servers import ROOT

SUGGESTIONS = 500
WARM_UP = 3
REQUESTS = 20


def topic_page(stage: Stage, setup: Setup) -> dict[str, Any]:
    """Queries, CPU milliseconds of server and database per request, and bytes, for a member who is signed in."""
    database = stage.database(setup, Contents(voters=1, suggestions=SUGGESTIONS))
    with stage.serving(setup, database) as server:
        path = f"/topics/{database.facts['topics'][0]}/"
        cookie = database.facts["cookies"][0]
        request = urllib.request.Request(server.address + path, headers={"Cookie": cookie})
        for _turn in range(WARM_UP):
            size = _fetch(request)
        before = server.cpu_seconds()
        for _turn in range(REQUESTS):
            _fetch(request)
        spent = server.cpu_seconds() - before
        counted = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.page", path, cookie],
            env=setup.side.environment(database.directory, database.url),
            cwd=ROOT,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
    return {
        "suggestions": SUGGESTIONS,
        "queries": int(counted.stdout),
        "cpu_ms": spent / REQUESTS * 1000,
        "bytes": size,
    }


def _fetch(request: urllib.request.Request) -> int:
    with urllib.request.urlopen(request, timeout=60) as response:
        return len(response.read())


def count_queries(path: str, cookie: str) -> int:
    """Queries of one request, after one that filled what is kept in memory."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    client.cookies.load(cookie)
    assert client.get(path).status_code == 200
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    return len(queries)


def main() -> None:
    """Print the count."""
    import django

    from jianyan.environment import use_settings

    use_settings()
    django.setup()
    sys.stdout.write(str(count_queries(sys.argv[1], sys.argv[2])))


if __name__ == "__main__":
    main()
