"""附件: suggestions and support by sector and by theme."""

from __future__ import annotations

from .. import labels
from ..model import SummaryDocument
from .markup import Xml, join, table
from .tables import caption, centred, columns, filled


def statistics(document: SummaryDocument) -> Xml:
    """Two tables, the first with totals."""
    return join(
        (caption(labels.BY_SECTOR), _by_sector(document), caption(labels.BY_THEME), _by_theme(document))
    )


def _by_sector(document: SummaryDocument) -> Xml:
    widths = columns(
        [
            (labels.SECTOR, 0.0),
            (labels.PARTICIPANTS, 30.0),
            (labels.SUGGESTIONS_MADE, 30.0),
            (labels.SUPPORT_RECEIVED, 30.0),
        ],
        fill=0,
    )
    figures = document.statistics.sectors
    rows = [
        (one.sector or labels.WITHOUT_SECTOR, one.participants, one.suggestions, one.support)
        for one in figures
    ]
    total = (
        labels.TOTAL,
        sum(one.participants for one in figures),
        sum(one.suggestions for one in figures),
        sum(one.support for one in figures),
    )
    lines = (filled(widths, [centred(value) for value in values]) for values in (*rows, total))
    return table(widths, lines, caption=labels.BY_SECTOR)


def _by_theme(document: SummaryDocument) -> Xml:
    several = len(document.snapshot.topics) > 1
    titles = {topic.topic_id: topic.title for topic in document.snapshot.topics}
    headings = [
        (labels.THEME, 0.0),
        (labels.SUGGESTIONS_MADE, 30.0),
        (labels.SUPPORT_RECEIVED, 30.0),
    ]
    if several:
        headings.insert(0, (labels.TOPIC, 50.0))
    widths = columns(headings, fill=1 if several else 0)
    lines = []
    for one in document.statistics.themes:
        values = [
            centred(one.theme or labels.WITHOUT_THEME),
            centred(one.suggestions),
            centred(one.support),
        ]
        topic = [centred(titles.get(one.topic_id, ""))] if several else []
        lines.append(filled(widths, [*topic, *values]))
    return table(widths, lines, caption=labels.BY_THEME)
