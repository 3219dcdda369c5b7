"""Row 13 in short: on PostgreSQL only where a small disk may be mounted; on SQLite there is another way."""

from __future__ import annotations

import pytest

from tests.faults import full_disk
from tests.faults.conftest import Hold
from tests.faults.rig import POSTGRESQL, SQLITE


@pytest.mark.parametrize("database", [SQLITE, POSTGRESQL] if full_disk.may_mount() else [SQLITE])
def test_with_a_full_disk_wishes_are_refused_reading_goes_on_and_it_recovers(
    database: str, hold: Hold
) -> None:
    outcome = hold(full_disk.FILLED, database)
    assert outcome.refused["try_again"] > 0
