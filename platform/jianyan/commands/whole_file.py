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
    # A summary is as readable as any file made here.
    with whole_file(out, mode=0o666 & ~_umask()) as part:
        part.write_bytes(content)


@contextmanager
def whole_file(out: Path, *, mode: int) -> Iterator[Path]:
    """A file to fill that only its owner may read, and that takes the place of `out` if the block ends without an error.

    By then it is on the disk; `mode` is what `out` has in the end.
    """
    with _ended_in_order():
        handle, name = tempfile.mkstemp(prefix=f".{out.name}.", suffix=".part", dir=out.parent)
        os.close(handle)
        part = Path(name)
        try:
            yield part
            _to_disk(part)
            part.chmod(mode)
            part.replace(out)
            _to_disk(out.parent)
        finally:
            part.unlink(missing_ok=True)


def _to_disk(path: Path) -> None:
    """Wait until a file, or the names in a directory, would outlast a power failure."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


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
