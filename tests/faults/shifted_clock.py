"""A host whose clock is set while it serves: `python -m tests.faults.shifted_clock serve …`.

The wall clock is off by as many seconds as `clock.txt` in its data directory says; without that file it is right. What
measures how long something takes (`time.monotonic`, event loops) is not touched: setting a clock does not touch it either.
"""

from __future__ import annotations

import datetime as dt
import os
import time
from pathlib import Path

from jianyan.__main__ import main
from jianyan.commands import set_up

FILE = "clock.txt"
HOUR = 3600
"""In seconds."""

right = time.time
"""The clock as it really is."""


def offset(directory: Path) -> float:
    """Seconds by which the clock is off."""
    try:
        return float((directory / FILE).read_text("ascii"))
    except FileNotFoundError:
        return 0.0


def set_clock(directory: Path, seconds: float) -> None:
    """Set the clock of the process with that data directory, at once."""
    new = directory / f"{FILE}.new"
    new.write_text(str(seconds), "ascii")
    new.replace(directory / FILE)


def shift() -> None:
    """From now on this process reads the wall clock of that host."""
    from django.utils import timezone

    directory = Path(os.environ["JIANYAN_VAR"])

    def seconds() -> float:
        return right() + offset(directory)

    def now() -> dt.datetime:
        return dt.datetime.fromtimestamp(seconds(), dt.UTC)

    time.time = seconds
    timezone.now = now


if __name__ == "__main__":
    # Before anything takes the clock by its name.
    shift()
    set_up()
    main()
