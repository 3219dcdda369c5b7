"""The rows of the clients' side: hints, connections, clocks, and pages of an older version."""

from __future__ import annotations

from tests.faults import clocks, closing, connections, hints, histories, stalled, upgrades
from tests.faults.rig import Row

ROWS: tuple[Row, ...] = (
    hints.LOSSY,
    histories.INTERLEAVED,
    stalled.STALLED,
    connections.HALF_OPEN,
    connections.ASLEEP,
    connections.AT_ONCE,
    closing.CLOSED_BY_HAND,
    closing.CLOSED_BY_CLOCK,
    clocks.SET_BACK,
    upgrades.UPGRADED,
)
