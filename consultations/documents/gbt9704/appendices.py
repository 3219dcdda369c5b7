"""What is attached: all suggestions, the statistics, and where the numbers come from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...enums import StatementKind, Status
from .. import labels
from ..model import ListedSuggestion, Statement, SummaryDocument
from ..wording import clock_text, date_text, references
from .markup import Column, Xml, bookmark, cell, join, paragraph, row, run, spacing, table
from .measures import HEI_FACE, LINE, SONG_FACE, TEXT_WIDTH, mm

NAMES = (labels.APPENDIX_SUGGESTIONS, labels.APPENDIX_STATISTICS, labels.APPENDIX_RECORD)
# A row longer than this may be broken between pages: it could be higher than one.
_WHOLE_ROW = 600


def appendices(document: SummaryDocument) -> Xml:
    """Each on a page of its own, labelled 附件1, 附件2 …"""
    contents = (_suggestions(document), _statistics(document), _record(document))
    return join(
        join(
            (
                paragraph(run(f"{labels.APPENDIX}{at}"), style="AppendixLabel"),
                paragraph(run(name), style="AppendixTitle"),
                content,
            )
        )
        for at, (name, content) in enumerate(zip(NAMES, contents, strict=True), start=1)
    )


def _text(words: str, *, style: str = "TableText") -> Xml:
    return paragraph(run(words), style=style)


def _caption(words: str) -> Xml:
    return paragraph(
        run(words, face=HEI_FACE), properties=Xml("<w:keepNext/>" + spacing(before=LINE // 2, line=LINE))
    )


def _columns(headings: Sequence[tuple[str, float, str]], fill: int) -> tuple[Column, ...]:
    """Columns of the given widths in mm; the one at `fill` takes what is left of the text block."""
    rest = TEXT_WIDTH - sum(mm(width) for _, width, _ in headings)
    return tuple(
        Column(heading, mm(width) + (rest if at == fill else 0), align)
        for at, (heading, width, align) in enumerate(headings)
    )


def _table(columns: Sequence[Column], rows: Iterable[Sequence[Xml]], caption: str) -> Xml:
    return table(
        columns,
        (
            row(
                (cell(content, column.width) for content, column in zip(cells, columns, strict=True)),
                whole=sum(map(len, cells)) < _WHOLE_ROW + 2000,
            )
            for cells in rows
        ),
        caption=caption,
    )


def _centred(words: str | int) -> Xml:
    return _text(str(words), style="TableCentred")


def without_widow(words: str, room: int) -> str:
    """Broken in halves where a line of `room` characters would leave one alone on the next."""
    if len(words) % room != 1 or len(words) == 1:
        return words
    half = -(-len(words) // 2)
    return f"{words[:half]}\n{words[half:]}"


def _suggestions(document: SummaryDocument) -> Xml:
    numbers = references(document)
    three_way = any(suggestion.tally.neutral or suggestion.tally.oppose for suggestion in document.appendix)
    headings = [
        (labels.NUMBER, 12.0, "center"),
        (labels.TEXT, 0.0, "left"),
        (labels.AUTHOR, 20.5, "center"),
        (labels.THEME, 24.0, "center"),
        (labels.SUPPORT, 10.0, "center"),
        *(((labels.NEUTRAL, 10.0, "center"), (labels.OPPOSE, 10.0, "center")) if three_way else ()),
        (labels.STATUS, 13.0, "center"),
    ]
    columns = _columns(headings, fill=1)
    parts = []
    for topic in document.snapshot.topics:
        rows = [suggestion for suggestion in document.appendix if suggestion.topic_id == topic.topic_id]
        if len(document.snapshot.topics) > 1:
            parts.append(_caption(f"{labels.TOPIC}：{topic.title}"))
        parts.append(
            _table(
                columns,
                (_suggestion_cells(suggestion, numbers, three_way=three_way) for suggestion in rows),
                f"{labels.APPENDIX_SUGGESTIONS}：{topic.title}",
            )
        )
    return join(parts)


def _suggestion_cells(suggestion: ListedSuggestion, numbers: dict[int, str], *, three_way: bool) -> list[Xml]:
    number = paragraph(bookmark(suggestion.id, run(numbers[suggestion.id])), style="TableCentred")
    text = _text(suggestion.text or labels.WITHHELD)
    remark = _remark(suggestion, numbers)
    tally = suggestion.tally
    stands = (tally.support, tally.neutral, tally.oppose) if three_way else (tally.support,)
    return [
        number,
        join((text, paragraph(run(remark), style="TableText"))) if remark else text,
        join((_centred(suggestion.author), _centred(without_widow(suggestion.sector, 5)))),
        _centred(without_widow(suggestion.theme or "", 6)),
        *(_centred(count) for count in stands),
        _centred(without_widow(labels.SUGGESTION_STATUS[suggestion.status], 3)),
    ]


def _remark(suggestion: ListedSuggestion, numbers: dict[int, str]) -> str:
    parts = []
    if suggestion.status == Status.MERGED and suggestion.merged_into is not None:
        parts.append(f"{labels.MERGED_INTO}{numbers.get(suggestion.merged_into, '')}")
    if suggestion.reason:
        parts.append(f"{labels.REASON.get(suggestion.status, labels.OTHER_REASON)}：{suggestion.reason}")
    return f"（{'；'.join(parts)}）" if parts else ""


def _statistics(document: SummaryDocument) -> Xml:
    return join(
        (_caption(labels.BY_SECTOR), _by_sector(document), _caption(labels.BY_THEME), _by_theme(document))
    )


def _by_sector(document: SummaryDocument) -> Xml:
    columns = _columns(
        [
            (labels.SECTOR, 0.0, "center"),
            (labels.PARTICIPANTS, 30.0, "center"),
            (labels.SUGGESTIONS_MADE, 30.0, "center"),
            (labels.SUPPORT_RECEIVED, 30.0, "center"),
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
    return _table(
        columns, ([_centred(value) for value in values] for values in (*rows, total)), labels.BY_SECTOR
    )


def _by_theme(document: SummaryDocument) -> Xml:
    several = len(document.snapshot.topics) > 1
    titles = {topic.topic_id: topic.title for topic in document.snapshot.topics}
    headings = [
        (labels.THEME, 0.0, "center"),
        (labels.SUGGESTIONS_MADE, 30.0, "center"),
        (labels.SUPPORT_RECEIVED, 30.0, "center"),
    ]
    if several:
        headings.insert(0, (labels.TOPIC, 50.0, "center"))
    columns = _columns(headings, fill=1 if several else 0)
    rows = []
    for one in document.statistics.themes:
        values = [
            _centred(one.theme or labels.WITHOUT_THEME),
            _centred(one.suggestions),
            _centred(one.support),
        ]
        rows.append([_centred(titles.get(one.topic_id, "")), *values] if several else values)
    return _table(columns, rows, labels.BY_THEME)


def _statements(document: SummaryDocument) -> list[Statement]:
    parts = (section.statements for topic in document.topics for section in topic.sections)
    return [*document.consensus, *(statement for statements in parts for statement in statements)]


def _record(document: SummaryDocument) -> Xml:
    statements = _statements(document)
    notes = sum(statement.kind == StatementKind.NOTE for statement in statements)
    reworded = sum(statement.reworded for statement in statements)
    kind = labels.KIND[document.head.kind]
    sources = (
        f"本{kind}所列数字，均取自议题关闭后固定的数据快照，由系统计算得出。方括号内数字为附件1中的建言编号。"
        f"全文共{len(statements)}条，其中依据建言形成{len(statements) - notes}条"
        + (f"（经文字整理{reworded}条）" if reworded else "")
        + (f"，{labels.SECRETARYS_NOTE}{notes}条" if notes else "")
        + "。附议供协商参考，不具有表决效力。"
    )
    checking = (
        f"核验方法：导出本{kind}的JSON文件，运行“jianyan summary verify 文件名”，逐项核对数字、依据、数据快照和议题日志；"
        "下列哈希值与议题关闭时页面公示的一致，即表明数据未被改动。"
    )
    columns = _columns(
        [
            (labels.TOPIC, 38.0, "left"),
            (labels.CLOSED_AT, 32.0, "center"),
            (labels.REVISION, 18.0, "center"),
            (labels.JOURNAL_HEAD, 0.0, "left"),
        ],
        fill=3,
    )
    rows = (
        [
            _text(topic.title),
            _centred(f"{date_text(topic.closed_at.date())}{clock_text(topic.closed_at)}"),
            _centred(topic.revision),
            _hash(topic.head),
        ]
        for topic in document.snapshot.topics
    )
    return join(
        (
            paragraph(run(sources), style="BodyText"),
            paragraph(run(checking), style="BodyText"),
            _caption("议题日志"),
            _table(columns, rows, "议题日志"),
            _caption("数据快照（SHA-256）"),
            paragraph(run(document.snapshot_hash, face=SONG_FACE, points=10.5), style="TableText"),
        )
    )


def _hash(digest: str) -> Xml:
    """In two lines: 64 digits without a seam are nothing that a line could be broken at."""
    half = len(digest) // 2
    return paragraph(run(f"{digest[:half]}\n{digest[half:]}", face=SONG_FACE), style="TableText")
