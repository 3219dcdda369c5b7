"""The outline as the data that the page takes in: every text settable, every line broken that is not typst's to break."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ...enums import SummaryStatus
from .. import labels
from ..charts import chart_of, label_lines
from ..glyphs import missing, settable
from ..lines import COLUMN, has_long_word, mark_lines, name_lines, title_lines, with_seams, without_widow
from ..model import SummaryDocument
from ..outline import APPENDICES, Block, Frame, Grid, Outline, Row, SuggestionTable, outline_of
from ..printable import printable
from ..wording import unset_text

_WHOLE_ROW, _WHOLE_CELL = 500, 80
"""Characters of the text, and of what stands in a narrow column; a longer row may be broken between pages, as it could
be higher than one."""
_ROOM = 20
"""Characters, that a line feed takes away."""
_HALF_HASH = 32

Content = dict[str, Any]


def content_of(document: SummaryDocument) -> str:
    """JSON that `summary.typ` reads. What no bundled font has is 〓 in it, and named in the last appendix."""
    outline = outline_of(document)
    draft = "" if document.status == SummaryStatus.SIGNED else labels.SUMMARY_STATUS[document.status]
    about = properties(
        outline.title,
        kind=labels.KIND[document.head.kind],
        issuer=document.head.issuer,
        day=document.head.date,
    )
    return finished(frame(outline, draft=draft) | _text(outline) | _appendices(outline), about)


def finished(content: Content, about: Content) -> str:
    """The JSON of a page: every text settable, what is missing named among the `grounds`. `about` from `properties`."""
    content = _printable(content) | about
    # The whole at once, which is ten times as fast as text by text; JSON's own signs are never missing.
    unset = missing(json.dumps(content, ensure_ascii=False))
    if unset:
        content["grounds"].append(plain(unset_text(sorted(unset))))
    return settable(json.dumps(content, ensure_ascii=False))


def properties(title: str, *, kind: str, issuer: str, day: dt.date) -> Content:
    """What the file says of itself."""
    return {
        # A tagged PDF has to be called something.
        "title": _property(title) or kind,
        "author": _property(issuer),
        "kind": kind,
        "day": {"year": day.year, "month": day.month, "day": day.day},
    }


def frame(outline: Frame, *, draft: str) -> Content:
    """What stands round the text; `draft` heads every page of what is not signed."""
    lines, points = mark_lines(outline.mark)
    return {
        "draft": draft,
        "mark": {"lines": lines, "points": points},
        "number": outline.number,
        "issuer": outline.issuer,
        "date": outline.date,
        "title_lines": title_lines(outline.title),
        "standing": outline.standing,
        "copied": outline.copied,
        "printed": outline.printed,
        "imprint_whole": _bulk(outline.copied, outline.issuer) < _WHOLE_ROW,
    }


def _text(outline: Outline) -> Content:
    rows = {row.id for table in outline.suggestions for row in table.rows}
    return {
        "blocks": [_block(block, rows) for block in outline.blocks],
        "assignments": None if outline.assignments is None else _grid(outline.assignments),
        **attached(APPENDICES),
        "column": COLUMN,
        "lists": [_list(label, names) for label, names in outline.lists],
    }


def attached(names: Sequence[str]) -> Content:
    """附件：1. and what follows, and the headings of the appendices themselves."""
    return {
        "attached": {"label": f"{labels.APPENDIX}：", "names": names},
        "appendices": [(f"{labels.APPENDIX}{at}", name) for at, name in enumerate(names, start=1)],
    }


def plain(words: str) -> Content:
    """A paragraph that cites nothing."""
    return _block(Block(words), set())


def _block(block: Block, rows: set[int]) -> Content:
    """What cites a suggestion that is in no table leads nowhere. A long word would tear its line apart."""
    return {
        "text": block.text,
        "level": block.level,
        "label": block.label,
        "remark": block.remark,
        "cited": [(cited if cited in rows else None, number) for cited, number in block.cited],
        "end": block.end,
        "justified": not has_long_word(f"{block.text}{block.remark}"),
    }


def _list(label: str, names: tuple[str, ...]) -> Content:
    running = label == labels.OBSERVERS
    return {
        "label": f"{label}：",
        "text": "，".join(names) if running else "",
        "lines": None
        if running
        else [[(placed.name, placed.columns) for placed in line] for line in name_lines(names)],
    }


def _appendices(outline: Outline) -> Content:
    return {
        "suggestions": [_suggestions(table) for table in outline.suggestions],
        "statistics": [charted(grid) for grid in (outline.sectors, outline.themes)],
        "grounds": [plain(line) for line in outline.grounds],
        "journals": _journals(outline.journals),
        "hashes": outline.hashes,
    }


def _suggestions(table: SuggestionTable) -> Content:
    return {
        "caption": f"{labels.TOPIC}：{table.caption}" if table.caption else "",
        "columns": table.columns,
        "stands": table.stands,
        "rows": [_row(row) for row in table.rows],
    }


def _row(row: Row) -> Content:
    return {
        "id": row.id,
        "reference": row.reference,
        "text": row.text,
        "remark": row.remark,
        "author": row.author,
        "sector": without_widow(row.sector, 5),
        "theme": without_widow(row.theme, 6),
        "status": without_widow(row.status, 3),
        "stands": [str(count) for count in row.stands],
        "whole": _bulk(row.text, row.remark) < _WHOLE_ROW
        and _bulk(row.author, row.sector, row.theme) < _WHOLE_CELL,
    }


def charted(grid: Grid) -> Content:
    """A table and its chart."""
    return _grid(grid) | {"chart": _chart(grid)}


def _grid(grid: Grid) -> Content:
    return {
        "caption": grid.caption,
        "columns": grid.columns,
        "rows": [cells_of(row) for row in grid.rows],
        "names": grid.names,
    }


def cells_of(row: Sequence[str | int]) -> tuple[bool, list[str]]:
    """Whether the row is to stay whole, and its words."""
    cells = [str(cell) for cell in row]
    return _bulk(*cells) < _WHOLE_ROW, cells


def _bulk(*texts: str) -> int:
    """How many characters' room the texts take."""
    return sum(len(text) + _ROOM * text.count("\n") for text in texts)


def _chart(grid: Grid) -> Content:
    chart = chart_of(grid)
    return {
        "title": chart.title,
        "description": chart.description,
        "names": ["\n".join(label_lines(name)) for name in chart.names],
        "series": [
            {"label": series.label, "values": series.values, "most": max(series.values, default=0)}
            for series in chart.series
        ],
    }


def _journals(grid: Grid) -> Content:
    """The last column are hashes."""
    rows = tuple((*row[:-1], _digits(str(row[-1]))) for row in grid.rows)
    return _grid(replace(grid, rows=rows))


def _digits(digest: str) -> str:
    """In two lines, as there is no seam in it that a line could be broken at."""
    return "\n".join(digest[at : at + _HALF_HASH] for at in range(0, len(digest), _HALF_HASH))


def _property(text: str) -> str:
    return printable(text).replace("\n", " ").strip()


def _printable(content: Any) -> Any:
    """The same with every text printable, and with seams where lines are to be broken."""
    match content:
        case str():
            return with_seams(printable(content))
        case dict():
            return {key: _printable(one) for key, one in content.items()}
        case list() | tuple():
            return [_printable(one) for one in content]
        case _:
            return content
