"""Row 16 in short: a page of the old version loads itself again, and nothing that was written or wished is lost."""

from __future__ import annotations

from tests.faults.conftest import Hold
from tests.faults.rig import SQLITE, UVICORN
from tests.faults.upgrades import UPGRADED


def test_old_pages_load_again_and_keep_their_draft(hold: Hold) -> None:
    hold(UPGRADED, SQLITE, UVICORN)
