"""`jianyan serve` that can be asked how it is: `python -m tests.benchmarks.observed FILE serve …`.

At SIGUSR1 it collects its garbage and writes to FILE, as one line of JSON, how many tasks and objects there are.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import signal
import sys
import threading
from pathlib import Path
from types import FrameType

import psutil

from tests.benchmarks.consumption import Footprint, footprint
from tests.processes import DEADLINE


def watch(file: Path) -> None:
    """Answer from now on."""

    def tell(_signal: int, _frame: FrameType | None) -> None:
        gc.collect()
        answer = {"tasks": len(asyncio.all_tasks()), "objects": len(gc.get_objects())}
        # Whole or not at all: whoever asked looks for the file.
        draft = file.with_suffix(".draft")
        draft.write_text(json.dumps(answer))
        draft.replace(file)

    signal.signal(signal.SIGUSR1, tell)


def look(process: psutil.Process, file: Path) -> tuple[Footprint, dict[str, int]]:
    """Ask such a server: its footprint after its garbage has gone, and what it says."""
    file.unlink(missing_ok=True)
    os.kill(process.pid, signal.SIGUSR1)
    pause = threading.Event()
    for _turn in range(int(DEADLINE / 0.02)):
        if file.exists():
            said: dict[str, int] = json.loads(file.read_text())
            return footprint(process), said
        pause.wait(0.02)
    raise TimeoutError("the server does not say how it is")


def main() -> None:
    """Serve."""
    from jianyan.__main__ import main as jianyan

    watch(Path(sys.argv.pop(1)))
    jianyan()


if __name__ == "__main__":
    main()
