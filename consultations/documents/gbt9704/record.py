"""附件: what the numbers come from, and how anybody can check them."""

from __future__ import annotations

import datetime as dt

from .. import labels
from ..model import SummaryDocument, TopicSnapshot
from ..wording import checking_text, clock_text, date_text, sources_text
from .markup import Xml, join, paragraph, run, table
from .measures import SONG_FACE, TABLE_POINTS
from .tables import caption, centred, columns, filled, text


def record(document: SummaryDocument) -> Xml:
    """Two paragraphs, the head of each topic's journal, the hash of the snapshot."""
    widths = columns(
        [
            (labels.TOPIC, 38.0),
            (labels.CLOSED_AT, 32.0),
            (labels.REVISION, 18.0),
            (labels.JOURNAL_HEAD, 0.0),
        ],
        fill=3,
    )
    rows = (
        filled(
            widths,
            [
                text(topic.title),
                centred(_closing(topic, document.opening.starts_at.tzinfo)),
                centred(topic.revision),
                _hash(topic.head),
            ],
        )
        for topic in document.snapshot.topics
    )
    return join(
        (
            paragraph(run(sources_text(document)), style="BodyText"),
            paragraph(run(checking_text(document)), style="BodyText"),
            caption(labels.JOURNALS),
            table(widths, rows, caption=labels.JOURNALS),
            caption(labels.SNAPSHOT_HASH),
            paragraph(run(document.snapshot_hash, face=SONG_FACE, points=TABLE_POINTS), style="TableText"),
        )
    )


def _closing(topic: TopicSnapshot, zone: dt.tzinfo | None) -> str:
    """In the zone of the opening: the snapshot itself is kept in UTC."""
    at = topic.closed_at.astimezone(zone)
    return f"{date_text(at)}{clock_text(at)}"


def _hash(digest: str) -> Xml:
    """In two lines: 64 digits without a seam are nothing that a line could be broken at."""
    half = len(digest) - 32
    return paragraph(run(f"{digest[:half]}\n{digest[half:]}", face=SONG_FACE), style="TableText")
