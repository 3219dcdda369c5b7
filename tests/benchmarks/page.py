"""The topic page with 500 suggestions: how many queries, and how much of the server's CPU.

As a program, `python -m tests.benchmarks.page PATH COOKIE` prints the number of queries that the page needs.
"""

from __future__ import annotations

import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

from tests.benchmarks.sides import JIANYAN, running
from tests.servers import ROOT

SUGGESTIONS = 500
WARM_UP = 3
REQUESTS = 20


def topic_page(directory: Path) -> dict[str, Any]:
    """Queries, CPU milliseconds of the server per request, and bytes, for a member who is signed in."""
    with running(JIANYAN, directory, voters=1, suggestions=SUGGESTIONS) as server:
        path = f"/topics/{server.facts['topic']}/"
        cookie = server.facts["cookies"][0]
        request = urllib.request.Request(server.site + path, headers={"Cookie": cookie})
        for _turn in range(WARM_UP):
            size = _fetch(request)
        before = server.cpu_seconds()
        for _turn in range(REQUESTS):
            _fetch(request)
        spent = server.cpu_seconds() - before
        counted = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.page", path, cookie],
            env=JIANYAN.environment(directory),
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
