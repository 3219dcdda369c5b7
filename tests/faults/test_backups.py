"""Row 17 in short."""

from __future__ import annotations

import pytest

from tests.faults import backups
from tests.faults.conftest import Hold
from tests.faults.rig import POSTGRESQL, SQLITE


@pytest.mark.parametrize("database", [SQLITE, POSTGRESQL])
def test_a_backup_made_in_a_storm_holds_whatever_was_acknowledged_before(database: str, hold: Hold) -> None:
    hold(backups.BACKED_UP, database)
