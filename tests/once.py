"""What one of the processes of a run makes and all of them use."""

from __future__ import annotations

import fcntl
from collections.abc import Callable
from pathlib import Path

import pytest


def once(temporary: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """The file of that name, made by whoever asks first; the others wait for it. To be read only."""
    directory = temporary.getbasetemp()
    # Not by xdist's variable: a run that a test starts inherits it, and would share with runs of other days.
    if directory.name.startswith("popen-gw"):
        directory = directory.parent
    path = directory / name
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            unfinished = path.with_suffix(".unfinished")
            make(unfinished)
            unfinished.rename(path)
    return path
