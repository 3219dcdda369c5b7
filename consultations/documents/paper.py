"""The document as HTML: one `article`, in a page of the site or in a file of its own. `paper.css` says how it looks.

Numbers in brackets lead to the row of the appendix that they name, and each row leads back to the sentences on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from . import labels
from .charts import chart_of, svg
from .content import printed
from .model import SummaryDocument
from .outline import APPENDICES, Block, Grid, Outline, Row, SuggestionTable, outline_of
from .wording import place_text

_EMPTY = SafeString("")
_HEADINGS = {1: ("h2", "first"), 2: ("h3", "second"), 3: ("h4", "third")}
_IDS = ("appendix-suggestions", "appendix-statistics", "appendix-record")


def paper(document: SummaryDocument) -> SafeString:
    """The whole document, every text in it escaped. Without script, style or anything from elsewhere."""
    outline = outline_of(printed(document))
    parts = (
        _head(outline),
        _joined(_block(at, block) for at, block in enumerate(outline.blocks)),
        # Its caption is the heading above it.
        _table(outline.assignments, captioned=False) if outline.assignments is not None else _EMPTY,
        _attached(),
        _joined(_names(label, names) for label, names in outline.lists),
        _appendix(1, _suggestions(outline)),
        _appendix(2, _statistics(outline)),
        _appendix(3, _record(outline)),
        _imprint(outline),
    )
    return format_html('<article class="paper" lang="zh-Hans">\n{}</article>\n', _joined(parts))


def _joined(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def _head(outline: Outline) -> SafeString:
    return format_html(
        '<header class="paper-head">\n'
        '<p class="paper-mark"><span>{}</span><span>{}</span></p>\n'
        '<p class="paper-number">{}</p>\n'
        '<p class="paper-issued"><span>{}</span><span>{}</span></p>\n'
        "</header>\n"
        '<h1 class="paper-title">{}</h1>\n{}',
        *outline.mark,
        outline.number,
        outline.issuer,
        outline.date,
        outline.title,
        format_html('<p class="paper-standing">（{}）</p>\n', outline.standing)
        if outline.standing
        else _EMPTY,
    )


# --- the text -----------------------------------------------------------------------------------------------


def _block(at: int, block: Block) -> SafeString:
    if block.level:
        name, kind = _HEADINGS[block.level]
        tag = SafeString(name)
        return format_html('<{} class="paper-heading {}">{}</{}>\n', tag, kind, block.text, tag)
    return format_html(
        '<p class="paper-text"{}>{}{}{}{}{}</p>\n',
        format_html(' id="cited-{}"', at) if block.cited else _EMPTY,
        format_html("<b>{}</b>", block.label) if block.label else _EMPTY,
        block.text,
        format_html('<span class="paper-remark">{}</span>', block.remark) if block.remark else _EMPTY,
        _cited(block.cited),
        block.end,
    )


def _cited(cited: Sequence[tuple[int, str]]) -> SafeString:
    if not cited:
        return _EMPTY
    numbers = format_html_join("、", '<a href="#suggestion-{}">{}</a>', cited)
    return format_html('<span class="paper-cited">［{}］</span>', numbers)


def _attached() -> SafeString:
    """附件：1. and what follows, each leading to its place."""
    entries = format_html_join("\n", '<li><a href="#{}">{}</a></li>', zip(_IDS, APPENDICES, strict=True))
    return format_html(
        '<div class="paper-attached"><span>{}：</span><ol>\n{}\n</ol></div>\n', labels.APPENDIX, entries
    )


def _names(label: str, names: Iterable[str]) -> SafeString:
    listed = format_html_join(" ", "<span>{}</span>", ((name,) for name in names))
    return format_html('<p class="paper-list"><b>{}：</b>{}</p>\n', label, listed)


# --- the appendices -----------------------------------------------------------------------------------------


def _appendix(at: int, content: SafeString) -> SafeString:
    """Its place is the one after which the list above is numbered."""
    return format_html(
        '<section class="paper-appendix" aria-labelledby="{0}">\n'
        '<h2 class="paper-heading first" id="{0}">{1}{2}　{3}</h2>\n{4}</section>\n',
        _IDS[at - 1],
        labels.APPENDIX,
        at,
        APPENDICES[at - 1],
        content,
    )


def _suggestions(outline: Outline) -> SafeString:
    places: dict[int, list[int]] = {}
    for at, block in enumerate(outline.blocks):
        for suggestion_id, _reference in block.cited:
            places.setdefault(suggestion_id, []).append(at)
    return _joined(_listed(table, places) for table in outline.suggestions)


def _listed(table: SuggestionTable, places: dict[int, list[int]]) -> SafeString:
    name = labels.APPENDIX_SUGGESTIONS
    return _framed(
        f"{name}：{table.caption}" if table.caption else name,
        table.caption,
        table.columns,
        (_row(row, places.get(row.id, ())) for row in table.rows),
    )


def _row(row: Row, places: Sequence[int]) -> SafeString:
    """A row is narrow at a phone's width: the sector stands below the name, what was decided below the words."""
    return format_html(
        '<tr id="suggestion-{}"><th scope="row" class="number">{}{}</th><td class="paper-words">{}{}</td>'
        "<td>{}{}</td><td>{}</td>{}<td>{}</td></tr>\n",
        row.id,
        row.reference,
        _back(row.reference, places),
        row.text,
        format_html("<br>{}", row.remark) if row.remark else _EMPTY,
        row.author,
        format_html("<br>{}", row.sector) if row.author and row.sector else row.sector,
        row.theme,
        format_html_join("", '<td class="number">{}</td>', ((count,) for count in row.stands)),
        row.status,
    )


def _back(reference: str, places: Sequence[int]) -> SafeString:
    """An arrow to each sentence that rests on the row."""
    return format_html_join(
        "",
        ' <a class="paper-back" href="#cited-{}" aria-label="{}">↑</a>',
        ((place, place_text(reference, at)) for at, place in enumerate(places, start=1)),
    )


def _statistics(outline: Outline) -> SafeString:
    """Each chart with its table beside it, or below."""
    return _joined(
        format_html('<div class="paper-figures">\n{}{}</div>\n', _table(grid), _chart(grid, name))
        for grid, name in ((outline.sectors, "chart-sectors"), (outline.themes, "chart-themes"))
    )


def _chart(grid: Grid, name: str) -> SafeString:
    # Every text in it is escaped where it is drawn.
    drawn = SafeString(svg(chart_of(grid), name=name))
    return format_html('<figure class="paper-chart">{}</figure>\n', drawn) if drawn else _EMPTY


def _record(outline: Outline) -> SafeString:
    return _joined(
        (
            format_html_join("", '<p class="paper-text">{}</p>\n', ((line,) for line in outline.grounds)),
            _table(outline.journals),
            format_html_join(
                "",
                '<p class="paper-text">{}：</p>\n<p class="paper-digest">{}</p>\n',
                outline.hashes,
            ),
        )
    )


def _imprint(outline: Outline) -> SafeString:
    return format_html(
        '<footer class="paper-imprint">\n{}<p class="paper-issued"><span>{}</span><span>{}</span></p>\n</footer>\n',
        format_html('<p class="paper-copied">{}</p>\n', outline.copied) if outline.copied else _EMPTY,
        outline.issuer,
        outline.printed,
    )


# --- tables -------------------------------------------------------------------------------------------------


def _table(grid: Grid, *, captioned: bool = True) -> SafeString:
    last = len(grid.rows) - grid.totals
    rows = (
        format_html(
            "<tr{}>{}</tr>\n", SafeString(' class="total"') if at >= last else _EMPTY, _joined(_cells(row))
        )
        for at, row in enumerate(grid.rows)
    )
    return _framed(grid.caption, grid.caption if captioned else "", grid.columns, rows)


def _cells(row: Sequence[str | int]) -> Iterator[SafeString]:
    """The first one names the row."""
    for at, cell in enumerate(row):
        kind = SafeString(' class="number"') if isinstance(cell, int) else _EMPTY
        tag = SafeString('th scope="row"' if at == 0 else "td")
        yield format_html("<{}{}>{}</{}>", tag, kind, cell, SafeString("td" if at else "th"))


def _framed(name: str, caption: str, columns: Sequence[str], rows: Iterable[SafeString]) -> SafeString:
    """A table that is scrolled sideways where there is no room for it; `name` is for those who do not see it."""
    return format_html(
        '<div class="table-wrap" role="region" aria-label="{}" tabindex="0"><table>\n{}'
        "<thead><tr>{}</tr></thead>\n<tbody>\n{}</tbody>\n</table></div>\n",
        name,
        format_html("<caption>{}</caption>\n", caption) if caption else _EMPTY,
        format_html_join("", '<th scope="col">{}</th>', ((column,) for column in columns)),
        _joined(rows),
    )
