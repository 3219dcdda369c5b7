"""What processes with all their children have consumed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import psutil


def cpu_seconds(processes: Iterable[psutil.Process]) -> float:
    """User and system time so far, of these and of all below them, those that have ended included."""
    return sum(_of_family(process) for process in processes)


def _of_family(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
        children = process.children()
    except psutil.NoSuchProcess:
        # It has ended since its parent was asked, whose count now includes it or will.
        return 0.0
    # The children_… are those that have ended and been waited for.
    own = times.user + times.system + times.children_user + times.children_system
    return float(own + cpu_seconds(children))


@dataclass(frozen=True)
class Footprint:
    """KiB of memory, and open descriptors."""

    rss: float
    uss: float
    descriptors: int


def footprint(process: psutil.Process) -> Footprint:
    """What this one process holds now."""
    memory = process.memory_full_info()
    return Footprint(memory.rss / 1024, memory.uss / 1024, process.num_fds())
