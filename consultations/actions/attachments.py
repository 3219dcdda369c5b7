"""Attachments: files beside a reply, and the evidence of an outcome; kept as `kept_files` does.

What a file is, is decided by its content; a name that says it is something else than what is taken is refused as well,
since it is the name by which a reader's computer chooses the program that opens it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import structlog
from django.utils.translation import gettext as _

from ..attachable import NotTaken, forbidden_ending, named_as, recognise_attachment
from ..errors import AttachmentLost, BadAttachment, Refused
from ..models import Attachment, Outcome, Reply
from .kept_files import (
    KeptFile,
    Upload,
    content_of,
    discard_file,
    keep_file,
    readable_name,
    size_fault,
)

log = structlog.get_logger(__name__)

MOST_FILES = 10
"""How many files one reply or outcome has at most."""

KeptAttachment = KeptFile


def keep_attachment(upload: Upload) -> KeptAttachment:
    """Recognise the file and bring it to the disk. Raises BadAttachment, and TryAgain where the disk does not take it.

    It is given the ending of what it is. Whoever keeps a file attaches or discards it; `keeping_attachments` sees to it.
    """
    name = readable_name(upload.name, otherwise=_("attachment"))
    fault = size_fault(upload.content)
    if fault is not None:
        raise BadAttachment(name=name, detail=fault)
    ending = forbidden_ending(upload.name)
    if ending is not None:
        raise BadAttachment(
            name=name, detail=_("files that end in %(ending)s are not taken.") % {"ending": ending}
        )
    try:
        recognised = recognise_attachment(upload.content)
    except NotTaken as error:
        raise BadAttachment(name=name, detail=str(error)) from error
    return keep_file(recognised, named_as(recognised.media_type, name))


def discard_attachment(kept: KeptAttachment) -> None:
    """Remove a file that no row names, and none will."""
    discard_file(kept)


@contextmanager
def keeping_attachments(uploads: Sequence[Upload]) -> Iterator[tuple[KeptAttachment, ...]]:
    """Bring them all to the disk; the body attaches them in its transaction. Refused anywhere, none of them stays there.

    Raises BadAttachment, also for more than MOST_FILES, and TryAgain.
    """
    if len(uploads) > MOST_FILES:
        raise BadAttachment(
            name=uploads[MOST_FILES].name,
            detail=_("at most %(most)s files are taken.") % {"most": MOST_FILES},
        )
    kept: list[KeptAttachment] = []
    try:
        for upload in uploads:
            # One by one: where one is refused, those before it are known.
            kept.append(keep_attachment(upload))  # noqa: PERF401
        yield tuple(kept)
    except Refused:
        for file in kept:
            discard_file(file)
        raise


def attach(
    kept: KeptAttachment,
    *,
    reply: Reply | None = None,
    outcome: Outcome | None = None,
    by_id: int | None,
    at: dt.datetime,
) -> Attachment:
    """The row that names the file, beside a reply or an outcome, in the caller's transaction.

    `by_id`: None where a body without accounts has sent it.
    """
    return Attachment.objects.create(
        reply=reply,
        outcome=outcome,
        stored=kept.stored,
        name=kept.name,
        media_type=kept.media_type,
        size=kept.size,
        digest=kept.digest,
        uploaded_by_id=by_id,
        uploaded_at=at,
    )


def read_attachment(attachment: Attachment) -> bytes:
    """The content, which is what it was when it was stored. Raises AttachmentLost."""
    content = content_of(attachment.stored, attachment.digest)
    if content is None:
        log.error("the file of an attachment is missing or changed", attachment=attachment.pk)
        raise AttachmentLost
    return content
