"""The report as HTML: one `article`, in a page of the site or in a file of its own. `paper.css` says how it looks.

A figure leads to the rows behind it on the site, and to its row of the first appendix in a file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ..paper import appendix, attached, charted, framed, head, imprint, joined
from .model import Figure, ReportDocument
from .outline import APPENDICES, COLUMNS, Block, FigureTable, Outline, as_printed, outline_of

_HEADINGS = {1: ("h2", "first"), 2: ("h3", "second")}
_PLACES = tuple(zip(("appendix-figures", "appendix-charts", "appendix-record"), APPENDICES, strict=True))

Address = Callable[[str], str]
"""Where the figure of a slug leads."""


def paper(document: ReportDocument, *, address: Address | None = None) -> SafeString:
    """The whole document, every text in it escaped. Without script, style or anything from elsewhere."""
    document = as_printed(document)
    outline = outline_of(document)
    figures = {one.slug: one for one in document.figures.figures}
    lead = address or _row_of
    parts = (
        head(outline),
        joined(_block(block, figures, lead) for block in outline.blocks),
        attached(_PLACES),
        appendix(1, *_PLACES[0], joined(_table(table, address) for table in outline.figures)),
        appendix(2, *_PLACES[1], charted((grid, f"chart-{kind}") for kind, grid in outline.breakdowns)),
        appendix(3, *_PLACES[2], _record(outline)),
        imprint(outline),
    )
    return format_html('<article class="paper" lang="zh-Hans">\n{}</article>\n', joined(parts))


def _row_of(slug: str) -> str:
    return f"#figure-{slug}"


def _block(block: Block, figures: Mapping[str, Figure], lead: Address) -> SafeString:
    content = format_html_join(
        "",
        "{}",
        (
            (_figure(piece.text, figures[piece.slug], lead) if piece.slug else piece.text,)
            for piece in block.pieces
        ),
    )
    if block.level:
        name, kind = _HEADINGS[block.level]
        tag = SafeString(name)
        return format_html('<{} class="paper-heading {}">{}</{}>\n', tag, kind, content, tag)
    return format_html('<p class="paper-text">{}</p>\n', content)


def _figure(words: str, figure: Figure, lead: Address) -> SafeString:
    """What it counts is said with it, and again in the appendix, for those who point at nothing."""
    return format_html(
        '<a class="paper-figure" href="{}" title="{}：{}（{}）">{}</a>',
        lead(figure.slug),
        figure.name,
        figure.exact,
        figure.counts,
        words,
    )


def _table(table: FigureTable, address: Address | None) -> SafeString:
    rows = (
        format_html(
            '<tr id="figure-{}"><th scope="row">{}</th>{}<td class="paper-words">{}</td></tr>\n',
            row.slug,
            format_html('<a href="{}">{}</a>', address(row.slug), row.cells[0]) if address else row.cells[0],
            _numbers(row.cells[1:-1]),
            row.cells[-1],
        )
        for row in table.rows
    )
    return framed(table.caption, table.caption, COLUMNS, rows)


def _numbers(cells: Iterable[str]) -> SafeString:
    return format_html_join("", '<td class="number">{}</td>', ((cell,) for cell in cells))


def _record(outline: Outline) -> SafeString:
    return joined(
        (
            format_html_join("", '<p class="paper-text">{}</p>\n', ((line,) for line in outline.grounds)),
            format_html_join(
                "", '<p class="paper-text">{}：</p>\n<p class="paper-digest">{}</p>\n', outline.hashes
            ),
        )
    )
