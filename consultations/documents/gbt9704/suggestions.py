"""附件: every suggestion that the summary accounts for, topic by topic, where the numbers in brackets lead to."""

from __future__ import annotations

from .. import labels
from ..lines import without_widow
from ..outline import Outline, Row
from .markup import Xml, anchor, bookmark, join, paragraph, run, table
from .tables import caption, centred, columns, filled, text

_WHOLE_ROW = 500
"""Characters; a longer row may be broken between pages, as it could be higher than one."""


def suggestion_list(outline: Outline) -> Xml:
    """A table for each topic; columns for neutral and opposing stands where any ballot had them."""
    parts = []
    for listed in outline.suggestions:
        widths = columns(
            [
                (labels.NUMBER, 12.0),
                (labels.TEXT, 0.0),
                (labels.AUTHOR, 20.5),
                (labels.THEME, 24.0),
                *((stand, 10.0) for stand in listed.stands),
                (labels.STATUS, 13.0),
            ],
            fill=1,
        )
        if listed.caption:
            parts.append(caption(f"{labels.TOPIC}：{listed.caption}"))
        rows = (
            filled(widths, _cells(row), whole=len(row.text) + len(row.remark) < _WHOLE_ROW)
            for row in listed.rows
        )
        parts.append(table(widths, rows, caption=f"{labels.APPENDIX_SUGGESTIONS}：{listed.topic}"))
    return join(parts)


def _cells(row: Row) -> list[Xml]:
    words = text(row.text)
    return [
        paragraph(bookmark(anchor(row.id), row.id, run(row.reference)), style="TableCentred"),
        join((words, text(row.remark))) if row.remark else words,
        _proposer(row),
        centred(without_widow(row.theme, 6)),
        *(centred(count) for count in row.stands),
        centred(without_widow(row.status, 3)),
    ]


def _proposer(row: Row) -> Xml:
    """The sector below the name."""
    author = centred(row.author)
    return join((author, centred(without_widow(row.sector, 5)))) if row.sector else author
