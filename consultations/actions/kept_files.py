"""Files that people have sent: outside the web root, under names that say nothing, whole on the disk before a row names them.

Scans of papers and attachments lie in one directory, so that a backup holds both.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import tempfile
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import structlog
from django.conf import settings
from django.utils.translation import gettext as _

from ..errors import Refused, TryAgain
from ..models import Attachment, Scan
from ..recognition import Recognised
from ..text import clean

log = structlog.get_logger(__name__)

NAME = re.compile(r"[0-9a-f]{32}")
"""What files in the directory are called; whatever else lies there is not ours."""
UNDER_WAY = 3600.0
"""Seconds for which a file that no row names may belong to a request that is still under way."""
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as somebody has sent it; neither name nor content is known to be what it says."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that is on the disk under the name `stored`, and recognised; `digest` is its SHA-256."""

    stored: str
    name: str
    media_type: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class FileCheck:
    """How rows and files agree: rows whose file is missing or changed; files without a row.

    `scans`: the ids of their suggestions; `attachments`: their own ids.
    """

    files: int
    scans: tuple[int, ...]
    attachments: tuple[int, ...]
    orphans: tuple[Path, ...]

    @property
    def lost(self) -> int:
        """How many rows are without the file that they name."""
        return len(self.scans) + len(self.attachments)


def size_fault(content: bytes) -> str | None:
    """What is wrong with how much there is of a file, as the end of a sentence; None where nothing is."""
    if not content:
        return _("it is empty.")
    if len(content) > settings.SCAN_MOST_BYTES:
        return _("it is larger than %(most)s MB.") % {"most": settings.SCAN_MOST_BYTES // 1024 // 1024}
    return None


def keep_file(recognised: Recognised, name: str) -> KeptFile:
    """Bring it to the disk. Raises TryAgain where the disk does not take it."""
    kept = KeptFile(
        stored=secrets.token_hex(16),
        name=name,
        media_type=recognised.media_type,
        size=len(recognised.content),
        digest=hashlib.sha256(recognised.content).hexdigest(),
    )
    try:
        put_file(kept.stored, recognised.content)
    except OSError as error:
        log.exception("a file could not be written")
        raise TryAgain from error
    return kept


def discard_file(kept: KeptFile) -> None:
    """Remove a file that no row names, and none will."""
    path_of(kept.stored).unlink(missing_ok=True)


def content_of(stored: str, digest: str) -> bytes | None:
    """None where the file cannot be read, or is another than the one that was stored."""
    try:
        content = path_of(stored).read_bytes()
    except OSError:
        return None
    return content if hashlib.sha256(content).hexdigest() == digest else None


def check_files() -> FileCheck:
    """Every row against its file, and every file against the rows."""
    # Files first: what is stored meanwhile has a row by the time that the rows are read.
    files = set(kept_files())
    parts = {path for path in _listed() if path.suffix == ".part"}
    scans = Scan.objects.order_by("id").values_list("suggestion_id", "stored", "digest")
    attachments = Attachment.objects.order_by("id").values_list("pk", "stored", "digest")
    lost: dict[str, list[int]] = {"scans": [], "attachments": []}
    count = 0
    for kind, rows in (("scans", scans), ("attachments", attachments)):
        for pk, stored, digest in rows.iterator():
            count += 1
            files.discard(path_of(stored))
            if content_of(stored, digest) is None:
                lost[kind].append(pk)
    return FileCheck(count, tuple(lost["scans"]), tuple(lost["attachments"]), _abandoned(files | parts))


def kept_files() -> Iterator[Path]:
    """The stored files, in no order; none where nothing was ever stored."""
    return (path for path in _listed() if NAME.fullmatch(path.name))


def path_of(stored: str) -> Path:
    """Where the file of that name lies."""
    directory: Path = settings.SCANS
    return directory / stored


def put_file(stored: str, content: bytes) -> None:
    """Write a file that only the site's own account may read; it has its name once it is whole and on the disk."""
    directory: Path = settings.SCANS
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=directory)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(directory / stored)
    finally:
        part.unlink(missing_ok=True)
    names = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(names)
    finally:
        os.close(names)


def readable_name(name: str, *, otherwise: str) -> str:
    """What somebody's computer called it, for people to recognise it by; never a path."""
    try:
        return clean(re.split(r"[/\\]", name)[-1]).replace("\n", " ")[:LONGEST_NAME]
    except Refused:
        return otherwise


def _abandoned(files: Collection[Path]) -> tuple[Path, ...]:
    before = time.time() - UNDER_WAY
    return tuple(sorted(path for path in files if path.stat().st_mtime < before))


def _listed() -> Iterator[Path]:
    directory: Path = settings.SCANS
    return directory.iterdir() if directory.is_dir() else iter(())
