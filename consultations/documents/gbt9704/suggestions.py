"""附件: every suggestion that the summary accounts for, topic by topic, where the numbers in brackets lead to."""

from __future__ import annotations

from ...enums import Status
from .. import labels
from ..model import ListedSuggestion, SummaryDocument
from ..wording import references
from .markup import Xml, bookmark, join, paragraph, run, table
from .tables import caption, centred, columns, filled, text

_WHOLE_ROW = 500
"""Characters; a longer row may be broken between pages, as it could be higher than one."""


def without_widow(words: str, room: int) -> str:
    """Broken in halves where a line of `room` characters would leave one alone on the next."""
    if len(words) % room != 1 or len(words) == 1:
        return words
    half = -(-len(words) // 2)
    return f"{words[:half]}\n{words[half:]}"


def suggestion_list(document: SummaryDocument) -> Xml:
    """A table for each topic; columns for neutral and opposing stands where any ballot had them."""
    numbers = references(document)
    three_way = any(suggestion.tally.neutral or suggestion.tally.oppose for suggestion in document.appendix)
    headings = [
        (labels.NUMBER, 12.0),
        (labels.TEXT, 0.0),
        (labels.AUTHOR, 20.5),
        (labels.THEME, 24.0),
        (labels.SUPPORT, 10.0),
        *(((labels.NEUTRAL, 10.0), (labels.OPPOSE, 10.0)) if three_way else ()),
        (labels.STATUS, 13.0),
    ]
    widths = columns(headings, fill=1)
    parts = []
    for topic in document.snapshot.topics:
        rows = [suggestion for suggestion in document.appendix if suggestion.topic_id == topic.topic_id]
        if len(document.snapshot.topics) > 1:
            parts.append(caption(f"{labels.TOPIC}：{topic.title}"))
        listed = (
            filled(
                widths,
                _cells(suggestion, numbers, three_way=three_way),
                whole=len(suggestion.text) + len(suggestion.reason) < _WHOLE_ROW,
            )
            for suggestion in rows
        )
        parts.append(table(widths, listed, caption=f"{labels.APPENDIX_SUGGESTIONS}：{topic.title}"))
    return join(parts)


def _cells(suggestion: ListedSuggestion, numbers: dict[int, str], *, three_way: bool) -> list[Xml]:
    number = paragraph(bookmark(suggestion.id, run(numbers[suggestion.id])), style="TableCentred")
    words = text(suggestion.text or labels.WITHHELD)
    remark = _remark(suggestion, numbers)
    tally = suggestion.tally
    stands = (tally.support, tally.neutral, tally.oppose) if three_way else (tally.support,)
    return [
        number,
        join((words, text(remark))) if remark else words,
        _proposer(suggestion),
        centred(without_widow(suggestion.theme or "", 6)),
        *(centred(count) for count in stands),
        centred(without_widow(labels.SUGGESTION_STATUS[suggestion.status], 3)),
    ]


def _proposer(suggestion: ListedSuggestion) -> Xml:
    """The sector below the name."""
    author = centred(suggestion.author)
    return join((author, centred(without_widow(suggestion.sector, 5)))) if suggestion.sector else author


def _remark(suggestion: ListedSuggestion, numbers: dict[int, str]) -> str:
    parts = []
    if suggestion.status == Status.MERGED and suggestion.merged_into is not None:
        parts.append(f"{labels.MERGED_INTO}{numbers.get(suggestion.merged_into, '')}")
    if suggestion.reason:
        parts.append(f"{labels.REASON.get(suggestion.status, labels.OTHER_REASON)}：{suggestion.reason}")
    return f"（{'；'.join(parts)}）" if parts else ""
