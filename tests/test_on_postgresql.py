"""The tests of what depends on the database once more, on a real PostgreSQL: row locks in place of SQLite's one writer."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SUITES = (
    "consultations/actions",
    "consultations/test_concurrency.py",
    "consultations/test_properties.py",
    "consultations/test_figures_properties.py",
    "consultations/queries/test_figures.py",
    "consultations/queries/test_search.py",
    "realtime/test_processes.py",
    "realtime/test_standing.py",
    "jianyan/commands/test_backup.py",
    "jianyan/commands/test_scans.py",
)


@pytest.mark.usefixtures("unmeasured")
def test_domain_and_processes_hold_on_postgresql(postgresql_url: str) -> None:
    outcome = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
        + [f"tests/{suite}" for suite in SUITES],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": postgresql_url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stdout[-4000:] + outcome.stderr[-2000:]
