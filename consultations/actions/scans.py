"""The files of scans: outside the web root, under names that say nothing, whole on the disk before a row names them."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
import secrets
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import structlog
from django.conf import settings
from django.utils.translation import gettext as _

from jianyan.accounts.roles import Actor

from ..errors import BadScan, Refused, ScanLost, TryAgain
from ..models import Scan, Suggestion
from ..recognition import recognise
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
class KeptScan:
    """A file that is on the disk under the name `stored`, and recognised; `digest` is its SHA-256."""

    stored: str
    name: str
    media_type: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class ScanCheck:
    """How rows and files agree: rows (their suggestions' ids) whose file is missing or changed; files without a row."""

    scans: int
    lost: tuple[int, ...]
    orphans: tuple[Path, ...]


def keep_scan(upload: Upload) -> KeptScan:
    """Recognise the file and bring it to the disk. Raises BadScan, and TryAgain where the disk does not take it."""
    if not upload.content:
        raise BadScan(detail=_("it is empty."))
    if len(upload.content) > settings.SCAN_MOST_BYTES:
        most = settings.SCAN_MOST_BYTES // 1024 // 1024
        raise BadScan(detail=_("it is larger than %(most)s MB.") % {"most": most})
    recognised = recognise(upload.content)
    if recognised is None:
        raise BadScan(detail=_("it is not a whole PDF, JPEG or PNG, or there is something else in it."))
    kept = KeptScan(
        stored=secrets.token_hex(16),
        name=_clean_name(upload.name),
        media_type=recognised.media_type,
        size=len(recognised.content),
        digest=hashlib.sha256(recognised.content).hexdigest(),
    )
    try:
        put_file(kept.stored, recognised.content)
    except OSError as error:
        log.exception("a scan could not be written")
        raise TryAgain from error
    return kept


def attach_scan(suggestion: Suggestion, kept: KeptScan, *, by: Actor, at: dt.datetime) -> Scan:
    """The row that names the file, in the transaction of the caller."""
    return Scan.objects.create(
        suggestion=suggestion,
        stored=kept.stored,
        name=kept.name,
        media_type=kept.media_type,
        size=kept.size,
        digest=kept.digest,
        uploaded_by_id=by.user_id,
        uploaded_at=at,
    )


def discard_scan(kept: KeptScan) -> None:
    """Remove a file that no row names, and none will."""
    path_of(kept.stored).unlink(missing_ok=True)


def read_scan(scan: Scan) -> bytes:
    """The content, which is what it was when it was stored. Raises ScanLost."""
    content = _content(scan)
    if content is None:
        log.error("the file of a scan is missing or changed", suggestion=scan.suggestion_id)
        raise ScanLost
    return content


def _content(scan: Scan) -> bytes | None:
    """None where the file cannot be read, or is another than the one that was stored."""
    try:
        content = path_of(scan.stored).read_bytes()
    except OSError:
        return None
    return content if hashlib.sha256(content).hexdigest() == scan.digest else None


def check_scans() -> ScanCheck:
    """Every row against its file, and every file against the rows."""
    # Files first: what is stored meanwhile has a row by the time that the rows are read.
    files = set(scan_files())
    parts = {path for path in _listed() if path.suffix == ".part"}
    lost, scans = [], 0
    for scan in Scan.objects.order_by("id").iterator():
        scans += 1
        files.discard(path_of(scan.stored))
        if _content(scan) is None:
            lost.append(scan.suggestion_id)
    before = time.time() - UNDER_WAY
    orphans = sorted(path for path in files | parts if path.stat().st_mtime < before)
    return ScanCheck(scans, tuple(lost), tuple(orphans))


def scan_files() -> Iterator[Path]:
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


def _listed() -> Iterator[Path]:
    directory: Path = settings.SCANS
    return directory.iterdir() if directory.is_dir() else iter(())


def _clean_name(name: str) -> str:
    """What somebody's computer called it, for people to recognise it by; never a path."""
    try:
        return clean(re.split(r"[/\\]", name)[-1]).replace("\n", " ")[:LONGEST_NAME]
    except Refused:
        return _("scan")
