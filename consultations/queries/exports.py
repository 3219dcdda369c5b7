"""A summary as a file in any format, and who has taken it away."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

from jianyan.accounts.roles import Actor

from .. import rules
from ..documents import FORMATS, bundle
from ..documents.model import SummaryDocument
from ..documents.naming import file_name
from ..errors import Thawed
from ..models import Summary, SummaryExport
from .journal_export import journal_lines
from .summary_document import document_for, summary_document

EXPORTS = (*FORMATS, bundle.NAME)
"""The names of the formats, and of the archive of all of them."""
SHOWN = 50
"""The latest exports that a page lists."""
_KEPT = 32
"""Files of signed summaries that a process keeps: those of a few summaries in every format."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A file, and of which edition it is."""

    name: str
    media_type: str
    content: bytes
    edition: int


@dataclass(frozen=True, slots=True)
class Export:
    """Who took the file of which edition, in which format, when."""

    at: dt.datetime
    by: str
    format: str
    edition: int


@dataclass(frozen=True, slots=True)
class Exports:
    """The latest of all exports of a summary, newest first, and how many there are."""

    latest: tuple[Export, ...]
    count: int

    @property
    def more(self) -> int:
        """How many are older than the ones listed."""
        return self.count - len(self.latest)


def export_of(summary: Summary, name: str) -> Exported:
    """The summary as the file of that name (of EXPORTS). Raises Thawed, and BrokenJournal."""
    if summary.thawed_at is not None:
        raise Thawed
    document = document_for(summary)
    if name == bundle.NAME:
        suffix, media_type, content = bundle.SUFFIX, bundle.MEDIA_TYPE, _bundle(summary, document)
    else:
        chosen = FORMATS[name]
        suffix, media_type, content = chosen.suffix, chosen.media_type, _file(summary, document, name)
    return Exported(file_name(document, suffix), media_type, content, document.head.edition)


def _bundle(summary: Summary, document: SummaryDocument) -> bytes:
    files = {one.suffix: _file(summary, document, one.name) for one in FORMATS.values()}
    journals = (
        bundle.Journal(topic.title, journal_lines(topic.topic_id)) for topic in document.snapshot.topics
    )
    return bundle.bundle(document, files, journals)


def _file(summary: Summary, document: SummaryDocument, name: str) -> bytes:
    if document.seal:
        return _signed(summary.pk, document.seal, name)
    return FORMATS[name].render(document)


@lru_cache(maxsize=_KEPT)
def _signed(summary_id: int, _seal: str, name: str) -> bytes:
    """What was signed never changes, and many may ask for it: it is made once. The seal says that it is the same."""
    return FORMATS[name].render(summary_document(summary_id))


def exports_of(summary: Summary, actor: Actor | None) -> Exports | None:
    """For those who may know; None for others. Two queries."""
    if rules.may_audit(actor, summary.deliberation) is not None:
        return None
    rows = SummaryExport.objects.filter(summary=summary)
    latest = tuple(
        Export(row.at, row.by.display_name, row.format, row.edition)
        for row in rows.select_related("by")[:SHOWN]
    )
    return Exports(latest, rows.count())
