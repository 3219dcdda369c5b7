"""What the short forms run on: one ground for the session's cases, and a case in a directory of its own.

A row's short form is one line: `hold(crashes.KILLED, POSTGRESQL)`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.rig import DAPHNE, SQLITE, Case, Ground, Outcome, Row, ground
from tests.servers import Missing

Hold = Callable[..., Outcome]


@pytest.fixture(scope="session")
def fault_ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """The session's databases and servers."""
    with ground(tmp_path_factory.mktemp("faults")) as where:
        yield where


@pytest.fixture
def hold(fault_ground: Ground, tmp_path: Path) -> Hold:
    """Run the short form of a row, which must hold: `hold(row, POSTGRESQL, UVICORN)`; its outcome."""

    def run(row: Row, database: str = SQLITE, server: str = DAPHNE) -> Outcome:
        assert database in row.databases
        assert server in row.servers
        try:
            outcome = row.run(Case(fault_ground, tmp_path / "case", database, server))
        except Missing as missing:
            pytest.skip(str(missing))
        assert outcome.holds, outcome.told()
        assert outcome.acknowledged > 0
        return outcome

    return run


@pytest.fixture(autouse=True)
def once_more(unmeasured: None) -> None:
    """Nothing is done here that other tests do not do: what is asked is whether it holds when something fails."""
