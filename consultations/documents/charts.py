"""Bar charts of the statistics: which bars there are for every format, and an SVG of them for pages and print.

Suggestions and support differ by an order of magnitude, so each has bars of its own measure, side by side. Numbers
stand at the bars: nothing is told by length or colour alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from .outline import Grid
from .printable import printable, width
from .wording import chart_text

_BETWEEN = "　"
"""Between topic and theme."""
WIDTH = 450
"""Of the SVG, in its own units; its type is 15 high. On a page 30 characters wide it is as large as the text."""
_TYPE, _ROW, _NAME_LINE, _HEADING = 15, 26, 18, 30
_NAMES = 150
"""Room for names at the left: ten Chinese characters."""
_LINE = 10
_BAR, _NUMBER = 14, 46
_STARTS = (_NAMES + 10, _NAMES + 10 + (WIDTH - _NAMES) // 2)
_LONGEST = (WIDTH - _NAMES) // 2 - 10 - _NUMBER


@dataclass(frozen=True, slots=True)
class Series:
    """Bars of one measure, one for each name of the chart."""

    label: str
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn. `description` says in a sentence what is seen, for those who do not see it."""

    title: str
    description: str
    names: tuple[str, ...]
    series: tuple[Series, Series]


@dataclass(frozen=True, slots=True, kw_only=True)
class Colours:
    """Paint as SVG writes it. A page's stylesheet overrides it by class: chart-name, -value, -axis, -first, -second."""

    ink: str = "currentColor"
    axis: str = "currentColor"
    first: str = "currentColor"
    second: str = "currentColor"


def chart_of(grid: Grid) -> Chart:
    """The chart of a table of the statistics, totals left out: its last two columns are suggestions and support."""
    rows = grid.rows[: len(grid.rows) - grid.totals]
    names = tuple(_BETWEEN.join(printable(str(cell)) for cell in row[: grid.names]) for row in rows)
    made, support = (
        Series(label, tuple(int(row[at]) for row in rows))
        for at, label in ((-2, grid.columns[-2]), (-1, grid.columns[-1]))
    )
    title = f"{grid.caption}：{made.label}、{support.label}"
    description = chart_text(names, ((made.label, made.values), (support.label, support.values)))
    return Chart(title, description, names, (made, support))


def svg(chart: Chart, *, name: str, colours: Colours | None = None) -> str:
    """One element `svg`, without script, style or anything from elsewhere; empty where there is nothing to draw.

    `name` begins the ids in it: give each chart of a page its own.
    """
    if not chart.names:
        return ""
    paint = Colours() if colours is None else colours
    lines = [label_lines(one) for one in chart.names]
    heights = [_ROW + _NAME_LINE * (len(one) - 1) for one in lines]
    height = _HEADING + sum(heights) + 6
    title, description = (quoteattr(f"{name}-{part}") for part in ("title", "description"))
    opened = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" lang="zh-Hans" width="{WIDTH}"'
        f' height="{height}" viewBox="0 0 {WIDTH} {height}" font-size="{_TYPE}"'
        f" aria-labelledby={title} aria-describedby={description}>"
    )
    return "".join(
        (
            opened,
            f"<title id={title}>{escape(chart.title)}</title>",
            f"<desc id={description}>{escape(chart.description)}</desc>",
            *_headings(chart, paint),
            *_rows(chart, lines, heights, paint),
            *_axes(height, paint),
            "</svg>",
        )
    )


def _headings(chart: Chart, paint: Colours) -> Iterator[str]:
    for start, series in zip(_STARTS, chart.series, strict=True):
        yield _text(series.label, x=start, y=_HEADING - 12, kind="name", paint=paint)


def _rows(
    chart: Chart, lines: Sequence[Sequence[str]], heights: Sequence[int], paint: Colours
) -> Iterator[str]:
    top = _HEADING
    bars = [(one.values, max((*one.values, 1))) for one in chart.series]
    for at, (name, height) in enumerate(zip(lines, heights, strict=True)):
        middle = top + height / 2
        yield f"<g><title>{escape(chart.names[at])}</title>"
        for position, line in enumerate(name):
            y = middle + 5 + _NAME_LINE * (position - (len(name) - 1) / 2)
            yield _text(line, x=_NAMES, y=y, kind="name", paint=paint, anchor="end")
        for start, (values, most), kind in zip(_STARTS, bars, ("first", "second"), strict=True):
            yield from _bar(values[at], most, start=start, middle=middle, kind=kind, paint=paint)
        yield "</g>"
        top += height


def _bar(value: int, most: int, *, start: int, middle: float, kind: str, paint: Colours) -> Iterator[str]:
    """What is not nothing is at least one unit long."""
    length = max(1, round(_LONGEST * value / most)) if value else 0
    if length:
        fill = paint.first if kind == "first" else paint.second
        yield (
            f'<rect class="chart-{kind}" x="{start}" y="{middle - _BAR / 2:g}" width="{length}" height="{_BAR}"'
            f" fill={quoteattr(fill)}/>"
        )
    yield _text(str(value), x=start + length + 5, y=middle + 5, kind="value", paint=paint)


def _axes(height: int, paint: Colours) -> Iterator[str]:
    """Where the bars begin."""
    for start in _STARTS:
        yield (
            f'<path class="chart-axis" d="M{start - 0.5} {_HEADING}V{height - 6}" fill="none"'
            f" stroke={quoteattr(paint.axis)}/>"
        )


def _text(words: str, *, x: int, y: float, kind: str, paint: Colours, anchor: str = "start") -> str:
    return (
        f'<text class="chart-{kind}" x="{x}" y="{y:g}" text-anchor="{anchor}" fill={quoteattr(paint.ink)}>'
        f"{escape(words)}</text>"
    )


def label_lines(name: str) -> tuple[str, ...]:
    """The name in at most two lines of ten Chinese characters, a topic above its theme; too long, it ends in …."""
    rest = " ".join(name.split("\n"))
    topic, blank, theme = rest.partition(_BETWEEN)
    if blank:
        return _cut(topic), _cut(theme)
    room = _fitting(rest, _LINE)
    lines = [rest[:room]]
    if rest[room:]:
        lines.append(_cut(rest[room:]))
    return tuple(lines)


def _cut(line: str) -> str:
    return line if _fitting(line, _LINE) == len(line) else f"{line[: _fitting(line, _LINE - 1)]}…"


def _fitting(text: str, room: float) -> int:
    """How many characters fit, at least one; Latin letters and digits take half a Chinese one."""
    used = 0.0
    for at, character in enumerate(text):
        used += width(character)
        if used > room:
            return max(at, 1)
    return len(text)
