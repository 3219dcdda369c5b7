"""What processes with all their children have consumed, and what others took from the same core meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import perf_counter

import psutil

from tests.benchmarks import cores


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


class Meter:
    """Runs from its making; `used` is the CPU seconds so far of whatever is measured."""

    def __init__(self, used: Callable[[], float]) -> None:
        self._used = used
        self._core = cores.server_core()
        self._begun = perf_counter()
        self._busy_before = self._busy()
        self._used_before = used()

    def spent(self) -> float:
        """CPU seconds since the beginning."""
        return self._used() - self._used_before

    def disturbance(self) -> float:
        """Share of the servers' core that processes of others took; 0 where nothing is bound to a core."""
        if self._core is None:
            return 0.0
        others = self._busy() - self._busy_before - self.spent()
        return max(0.0, others) / (perf_counter() - self._begun)

    def _busy(self) -> float:
        if self._core is None:
            return 0.0
        times = psutil.cpu_times(percpu=True)[self._core]
        return float(sum(times) - times.idle - getattr(times, "iowait", 0.0) - getattr(times, "guest", 0.0))


@dataclass(frozen=True)
class Footprint:
    """KiB of memory that is resident, and that is this process' own; and open descriptors."""

    rss: float
    uss: float
    descriptors: int


def footprint(process: psutil.Process) -> Footprint:
    """What this one process holds now."""
    memory = process.memory_full_info()
    return Footprint(memory.rss / 1024, memory.uss / 1024, process.num_fds())
