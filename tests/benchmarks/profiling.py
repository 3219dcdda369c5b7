"""py-spy beside a server that is measured."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# By the ending of the file's name.
FORMATS = {".svg": "flamegraph", ".json": "speedscope", ".txt": "raw"}
SAMPLES_A_SECOND = 200


@contextmanager
def profiled(pid: int, file: Path | None, *, seconds: float) -> Iterator[None]:
    """Record where that process spends so many seconds; nothing where no file is wanted."""
    if file is None:
        yield
        return
    beside = Path(sys.executable).with_name("py-spy")
    recorder = str(beside) if beside.exists() else shutil.which("py-spy")
    if recorder is None:
        raise SystemExit("--profile needs py-spy: pip install py-spy")
    with subprocess.Popen(
        [
            *(recorder, "record", "--pid", str(pid), "--output", str(file)),
            *("--format", FORMATS.get(file.suffix, "raw"), "--rate", str(SAMPLES_A_SECOND)),
            *("--duration", str(max(1, round(seconds))), "--threads", "--nonblocking"),
        ],
        stdout=subprocess.DEVNULL,
    ):
        yield
