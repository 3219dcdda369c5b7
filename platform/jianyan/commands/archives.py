"""A backup with files that people have sent: one tar archive of the database's copy and them, led by a list of its contents.

Without any a backup is the database's copy as it is. What is no whole archive is raised as CopyFailed.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import tarfile
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext_noop

from jianyan.commands.copies import CopyFailed

# Attachments are called scans there as well: a backup of yesterday is read tomorrow.
CONTENTS, DATABASE, SCANS = "contents.json", "database", "scans/"
MEMBER = re.compile(rf"{DATABASE}|{SCANS}[0-9a-f]{{32}}")
MAGIC, MAGIC_AT = b"ustar", 257
CHUNK = 1 << 20
INCOMPLETE = gettext_noop("its contents are not those that it lists")


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup taken apart: the database's copy, and the files by the names under which they are stored."""

    database: Path
    files: Mapping[str, Path]


def is_archive(file: Path) -> bool:
    """Whether the file begins as a tar archive does. Raises OSError."""
    with file.open("rb") as stream:
        return stream.read(MAGIC_AT + len(MAGIC))[MAGIC_AT:] == MAGIC


def pack(out: Path, database: Path, sent: Sequence[Path]) -> None:
    """Fill `out` with both. Raises OSError."""
    files = {DATABASE: database} | {f"{SCANS}{path.name}": path for path in sent}
    listed = json.dumps({name: _digest(path) for name, path in files.items()}).encode()
    with tarfile.open(out, "w", format=tarfile.PAX_FORMAT) as tar:
        contents = tarfile.TarInfo(CONTENTS)
        contents.size = len(listed)
        tar.addfile(contents, io.BytesIO(listed))
        for name, path in files.items():
            member = tarfile.TarInfo(name)
            member.size = path.stat().st_size
            member.mode = 0o600
            with path.open("rb") as stream:
                tar.addfile(member, stream)


@contextmanager
def opened(file: Path, *, within: Path) -> Iterator[Backup]:
    """A backup of either kind, taken apart in a directory `within` that one. Raises CopyFailed, OSError."""
    if not is_archive(file):
        yield Backup(file, {})
        return
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=within) as name:
        directory = Path(name)
        _unpack(file, directory)
        files = {path.name: path for path in (directory / SCANS).iterdir()}
        yield Backup(directory / DATABASE, files)


def _unpack(file: Path, directory: Path) -> None:
    (directory / SCANS).mkdir()
    found: dict[str, str] = {}
    try:
        with tarfile.open(file, "r:") as tar:
            contents = tar.next()
            listing = tar.extractfile(contents) if contents is not None else None
            if contents is None or contents.name != CONTENTS or listing is None:
                raise CopyFailed(INCOMPLETE)
            wanted = json.loads(listing.read())
            while (member := tar.next()) is not None:
                stream = tar.extractfile(member) if MEMBER.fullmatch(member.name) else None
                if stream is None:
                    raise CopyFailed(INCOMPLETE)
                # The name was looked at: it leads nowhere else.
                with (directory / member.name).open("xb") as out:
                    while chunk := stream.read(CHUNK):
                        out.write(chunk)
                found[member.name] = _digest(directory / member.name)
    except (tarfile.TarError, ValueError, FileExistsError) as error:
        raise CopyFailed(INCOMPLETE) from error
    if DATABASE not in found or found != wanted:
        raise CopyFailed(INCOMPLETE)


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
