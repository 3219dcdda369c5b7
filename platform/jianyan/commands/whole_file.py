"""Writing a file as a whole or not at all."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn


def replace_file(out: Path, content: bytes) -> None:
    """Put the content in the file's place, as a whole or not at all; what was begun is cleared away."""
    if out.exists() and not out.is_file():
        # A device or a pipe: nothing that another file could take the place of.
        out.write_bytes(content)
        return
    with _ended_in_order():
        handle, name = tempfile.mkstemp(prefix=f".{out.name}.", suffix=".part", dir=out.parent)
        part = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            # mkstemp lets nobody else read; a summary is as readable as any file made here.
            part.chmod(0o666 & ~_umask())
            part.replace(out)
        finally:
            part.unlink(missing_ok=True)


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """Inside, SIGTERM unwinds like Ctrl-C does, instead of ending the process where it stands."""

    def unwind(number: int, _frame: FrameType | None) -> NoReturn:
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, unwind)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _umask() -> int:
    """The process' umask, which can only be read by setting it."""
    current = os.umask(0o077)
    os.umask(current)
    return current
