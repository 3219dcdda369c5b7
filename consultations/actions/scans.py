"""Scans of papers: kept as `kept_files` does, each with the suggestion that was typed from it."""

from __future__ import annotations

import datetime as dt

import structlog
from django.utils.translation import gettext as _

from jianyan.accounts.roles import Actor

from ..errors import BadScan, ScanLost
from ..models import Scan, Suggestion
from ..recognition import recognise
from .kept_files import KeptFile, Upload, content_of, keep_file, readable_name, size_fault

log = structlog.get_logger(__name__)


def keep_scan(upload: Upload) -> KeptFile:
    """Recognise the file and bring it to the disk. Raises BadScan, and TryAgain where the disk does not take it."""
    fault = size_fault(upload.content)
    if fault is not None:
        raise BadScan(detail=fault)
    recognised = recognise(upload.content)
    if recognised is None:
        raise BadScan(detail=_("it is not a whole PDF, JPEG or PNG, or there is something else in it."))
    return keep_file(recognised, readable_name(upload.name, otherwise=_("scan")))


def attach_scan(suggestion: Suggestion, kept: KeptFile, *, by: Actor, at: dt.datetime) -> Scan:
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


def read_scan(scan: Scan) -> bytes:
    """The content, which is what it was when it was stored. Raises ScanLost."""
    content = content_of(scan.stored, scan.digest)
    if content is None:
        log.error("the file of a scan is missing or changed", suggestion=scan.suggestion_id)
        raise ScanLost
    return content
