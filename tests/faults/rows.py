"""The table of faults: every row that the rig runs, by its number."""

from __future__ import annotations

from tests.faults import backups, clients, crashes, exports, full_disk, meeting, outages
from tests.faults.rig import Row

ROWS: tuple[Row, ...] = (
    crashes.KILLED,
    crashes.WORKER_KILLED,
    crashes.ANSWERED_EARLY,
    outages.FORGETFUL,
    outages.DATABASE_STOPPED,
    outages.REDIS_KILLED,
    full_disk.FILLED,
    meeting.MET,
    exports.INTERRUPTED,
    backups.BACKED_UP,
    *clients.ROWS,
)
