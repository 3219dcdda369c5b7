"""The three browsers' story once more: Chromium → nginx with TLS → two workers → PostgreSQL, with Redis between them."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.servers import ROOT, measured_by_threads

STORY = "tests/browser/test_story.py::test_one_idea_from_the_phone_to_the_word_file"


def test_the_story_holds_through_all_that_a_large_site_has(postgresql_url: str, redis_url: str) -> None:
    outcome = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", STORY],
        cwd=ROOT,
        env={**measured_by_threads(os.environ), "DATABASE_URL": postgresql_url, "TEST_REDIS_URL": redis_url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stdout[-4000:] + outcome.stderr[-2000:]
    assert "1 passed" in outcome.stdout
