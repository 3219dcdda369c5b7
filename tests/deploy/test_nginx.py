"""Through all that a large site has: clients → nginx with TLS → two workers → PostgreSQL, with Redis between them.

The tests themselves are elsewhere and are run here with PostgreSQL as their database.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.servers import ROOT

PROXY = "tests/deploy/behind_nginx.py"
STORY = "tests/browser/test_story.py::test_one_idea_from_the_phone_to_the_word_file"


@pytest.mark.parametrize("tests", [PROXY, STORY], ids=["proxy", "story"])
def test_it_holds_behind_nginx(postgresql_url: str, redis_url: str, tests: str) -> None:
    outcome = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", tests],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": postgresql_url, "TEST_REDIS_URL": redis_url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stdout[-4000:] + outcome.stderr[-2000:]
    assert " passed" in outcome.stdout
