"""The rows of the clients' side: hints, connections, clocks, and pages of an older version."""

from __future__ import annotations

from tests.faults import hints, histories
from tests.faults.rig import Row

ROWS: tuple[Row, ...] = (hints.LOSSY, histories.INTERLEAVED)
