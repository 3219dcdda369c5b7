"""A command that stops in the middle of writing a file: `python -m tests.faults.halting POINT ARGUMENTS…`.

The arguments are those of `jianyan`. At POINT it says HALTED on standard output and waits to be ended.

- `half`: half of the content has been written;
- `sync`: all of it, and it has not been brought to the disk yet.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import NoReturn

from jianyan.__main__ import main

HALTED = "halted"
POINTS = ("half", "sync")


def halt() -> NoReturn:
    """Say so, and wait for a signal."""
    sys.stdout.write(f"{HALTED}\n")
    sys.stdout.flush()
    while True:
        signal.pause()


def write_half(path: Path, data: bytes) -> NoReturn:
    """In the place of Path.write_bytes."""
    with path.open("wb") as file:
        file.write(data[: len(data) // 2])
    halt()


def never_sync(_handle: int) -> NoReturn:
    """In the place of os.fsync."""
    halt()


if __name__ == "__main__":
    point = sys.argv.pop(1)
    if point == "half":
        Path.write_bytes = write_half  # type: ignore[method-assign, assignment]
    else:
        os.fsync = never_sync  # type: ignore[assignment]
    main()
