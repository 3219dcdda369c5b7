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
from .outline import APPENDICES, Block, Frame, Grid, Outline, Row, SuggestionTable, outline_of
from .wording import place_text

_EMPTY = SafeString("")
_HEADINGS = {1: ("h2", "first"), 2: ("h3", "second"), 3: ("h4", "third")}
_PLACES = tuple(
    zip(("appendix-suggestions", "appendix-statistics", "appendix-record"), APPENDICES, strict=True)
)


def paper(document: SummaryDocument) -> SafeString:
    """The whole document, every text in it escaped. Without script, style or anything from elsewhere."""
    outline = outline_of(printed(document))
    parts = (
        head(outline),
        joined(_block(at, block) for at, block in enumerate(outline.blocks)),
        # Its caption is the heading above it.
        table(outline.assignments, captioned=False) if outline.assignments is not None else _EMPTY,
        attached(_PLACES),
        joined(_names(label, names) for label, names in outline.lists),
        appendix(1, *_PLACES[0], _suggestions(outline)),
        appendix(2, *_PLACES[1], _statistics(outline)),
        appendix(3, *_PLACES[2], _record(outline)),
        imprint(outline),
    )
    return format_html('<article class="paper" lang="zh-Hans">\n{}</article>\n', joined(parts))


def joined(parts: Iterable[SafeString]) -> SafeString:
    """One after the other."""
    return format_html_join("", "{}", ((part,) for part in parts))


def head(outline: Frame) -> SafeString:
    """From the mark to the title."""
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


def attached(places: Iterable[tuple[str, str]]) -> SafeString:
    """附件：1. and what follows, each leading to its place; `places` are (id, name)."""
    entries = format_html_join("\n", '<li><a href="#{}">{}</a></li>', places)
    return format_html(
        '<div class="paper-attached"><span>{}：</span><ol>\n{}\n</ol></div>\n', labels.APPENDIX, entries
    )


def _names(label: str, names: Iterable[str]) -> SafeString:
    listed = format_html_join(" ", "<span>{}</span>", ((name,) for name in names))
    return format_html('<p class="paper-list"><b>{}：</b>{}</p>\n', label, listed)


# --- the appendices -----------------------------------------------------------------------------------------


def appendix(at: int, place: str, name: str, content: SafeString) -> SafeString:
    """Number, id, name and content: its place is the one after which the list above is numbered."""
    return format_html(
        '<section class="paper-appendix" aria-labelledby="{0}">\n'
        '<h2 class="paper-heading first" id="{0}">{1}{2}　{3}</h2>\n{4}</section>\n',
        place,
        labels.APPENDIX,
        at,
        name,
        content,
    )


def _suggestions(outline: Outline) -> SafeString:
    places: dict[int, list[int]] = {}
    for at, block in enumerate(outline.blocks):
        for suggestion_id, _reference in block.cited:
            places.setdefault(suggestion_id, []).append(at)
    return joined(_listed(table, places) for table in outline.suggestions)


def _listed(table: SuggestionTable, places: dict[int, list[int]]) -> SafeString:
    name = labels.APPENDIX_SUGGESTIONS
    return framed(
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
    return charted(((outline.sectors, "chart-sectors"), (outline.themes, "chart-themes")))


def charted(grids: Iterable[tuple[Grid, str]]) -> SafeString:
    """Each chart with its table beside it, or below; the names begin the ids in them."""
    return joined(
        format_html('<div class="paper-figures">\n{}{}</div>\n', table(grid), _chart(grid, name))
        for grid, name in grids
    )


def _chart(grid: Grid, name: str) -> SafeString:
    # Every text in it is escaped where it is drawn.
    drawn = SafeString(svg(chart_of(grid), name=name))
    return format_html('<figure class="paper-chart">{}</figure>\n', drawn) if drawn else _EMPTY


def _record(outline: Outline) -> SafeString:
    return joined(
        (
            format_html_join("", '<p class="paper-text">{}</p>\n', ((line,) for line in outline.grounds)),
            table(outline.journals),
            format_html_join(
                "",
                '<p class="paper-text">{}：</p>\n<p class="paper-digest">{}</p>\n',
                outline.hashes,
            ),
        )
    )


def imprint(outline: Frame) -> SafeString:
    """版记."""
    return format_html(
        '<footer class="paper-imprint">\n{}<p class="paper-issued"><span>{}</span><span>{}</span></p>\n</footer>\n',
        format_html('<p class="paper-copied">{}</p>\n', outline.copied) if outline.copied else _EMPTY,
        outline.issuer,
        outline.printed,
    )


# --- tables -------------------------------------------------------------------------------------------------


def table(grid: Grid, *, captioned: bool = True) -> SafeString:
    """The table of a grid; where a heading above says the same, it needs no caption."""
    last = len(grid.rows) - grid.totals
    rows = (
        format_html(
            "<tr{}>{}</tr>\n", SafeString(' class="total"') if at >= last else _EMPTY, joined(_cells(row))
        )
        for at, row in enumerate(grid.rows)
    )
    return framed(grid.caption, grid.caption if captioned else "", grid.columns, rows)


def _cells(row: Sequence[str | int]) -> Iterator[SafeString]:
    """The first one names the row."""
    for at, cell in enumerate(row):
        kind = SafeString(' class="number"') if isinstance(cell, int) else _EMPTY
        tag = SafeString('th scope="row"' if at == 0 else "td")
        yield format_html("<{}{}>{}</{}>", tag, kind, cell, SafeString("td" if at else "th"))


def framed(name: str, caption: str, columns: Sequence[str], rows: Iterable[SafeString]) -> SafeString:
    """A table that is scrolled sideways where there is no room for it; `name` is for those who do not see it."""
    return format_html(
        '<div class="table-wrap" role="region" aria-label="{}" tabindex="0"><table>\n{}'
        "<thead><tr>{}</tr></thead>\n<tbody>\n{}</tbody>\n</table></div>\n",
        name,
        format_html("<caption>{}</caption>\n", caption) if caption else _EMPTY,
        format_html_join("", '<th scope="col">{}</th>', ((column,) for column in columns)),
        joined(rows),
    )
