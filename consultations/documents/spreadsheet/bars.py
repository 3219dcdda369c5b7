"""The chart of a table, as an office program's own: it follows when a number is changed."""

from __future__ import annotations

import math
from collections.abc import Sequence

from openpyxl.chart import BarChart
from openpyxl.chart.data_source import (
    AxDataSource,
    NumData,
    NumDataSource,
    NumRef,
    NumVal,
    StrData,
    StrRef,
    StrVal,
)
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.layout import Layout, ManualLayout
from openpyxl.chart.series import Series as ChartSeries
from openpyxl.chart.series import SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import (
    CharacterProperties,
    Font,
    Paragraph,
    ParagraphProperties,
    RegularTextRun,
)
from openpyxl.utils import get_column_letter, quote_sheetname

from ..charts import Chart

WIDTHS = (9, 6)
"""Of the two charts in cm: the first has the names, the second's bars stand beside them."""
READABLE = 60
"""Rows; of more, on a page, no bar is told from the next."""
_NAMES, _MARGIN = 3.6, 0.2
_HEADING, _ROW, _BELOW, _HIGHEST = 0.9, 0.56, 0.2, 20
_COLOURS = ("8B8674", "0B5B61")
_FACE, _SIZE = "宋体", 900
"""Hundredths of a point."""


def height_of(chart: Chart) -> int:
    """In cm; as high as a page has room for at the most."""
    return min(_HIGHEST, math.ceil(_HEADING + _ROW * len(chart.names) + _BELOW))


def bars(chart: Chart, *, sheet: str, columns: int) -> tuple[BarChart, ...]:
    """One for each measure, as high as each other, so that their rows are in line.

    On the sheet the names stand in the first column, the measures in the last two of `columns`, headings above.
    None where there is nothing to draw, or more than can be read.
    """
    if not 0 < len(chart.names) <= READABLE:
        return ()
    return tuple(_drawn(chart, at, sheet=sheet, columns=columns) for at in range(len(chart.series)))


def _drawn(chart: Chart, at: int, *, sheet: str, columns: int) -> BarChart:
    series, width, height = chart.series[at], WIDTHS[at], height_of(chart)
    drawn = BarChart()
    drawn.width, drawn.height = width, height
    drawn.type = "bar"
    drawn.gapWidth = 60
    drawn.legend = None
    drawn.roundedCorners = False
    drawn.graphical_properties = GraphicalProperties(noFill=True, ln=LineProperties(noFill=True))
    left = _NAMES if at == 0 else _MARGIN
    drawn.title = _title(series.label, x=left / width)
    drawn.layout = Layout(
        manualLayout=ManualLayout(
            layoutTarget="inner",
            xMode="edge",
            yMode="edge",
            x=left / width,
            y=_HEADING / height,
            w=(width - left - 2 * _MARGIN) / width,
            h=(height - _HEADING - _BELOW) / height,
        )
    )
    drawn.series.append(_series(chart, at, sheet=sheet, column=columns - len(chart.series) + at + 1))
    names, measure = drawn.x_axis, drawn.y_axis
    # The first row of the table is the uppermost bar.
    names.scaling.orientation = "maxMin"
    names.delete = at > 0
    names.tickLblPos = "low"
    names.tickLblSkip = 1
    names.majorTickMark = "none"
    names.txPr = _type()
    names.graphicalProperties = GraphicalProperties(ln=LineProperties(noFill=True))
    measure.delete = True
    measure.majorGridlines = None
    measure.scaling.min = 0
    # Room for the number behind the longest bar.
    measure.scaling.max = max((*series.values, 1)) * 1.25
    return drawn


def _title(words: str, *, x: float) -> Title:
    characters = _characters()
    heading = Paragraph(
        pPr=ParagraphProperties(defRPr=characters), r=[RegularTextRun(rPr=characters, t=words)]
    )
    return Title(
        tx=Text(rich=RichText(p=[heading])),
        layout=Layout(manualLayout=ManualLayout(xMode="edge", yMode="edge", x=x, y=0.0)),
        overlay=True,
    )


def _series(chart: Chart, at: int, *, sheet: str, column: int) -> ChartSeries:
    """With the values as they are now beside the reference to their cells: not every program looks those up."""
    made = chart.series[at]
    letter, last = get_column_letter(column), len(chart.names) + 1
    page = quote_sheetname(sheet)
    series = ChartSeries(
        idx=0,
        order=0,
        tx=SeriesLabel(strRef=StrRef(f=f"{page}!${letter}$1", strCache=_strings((made.label,)))),
        cat=AxDataSource(strRef=StrRef(f=f"{page}!$A$2:$A${last}", strCache=_strings(chart.names))),
        val=NumDataSource(
            numRef=NumRef(
                f=f"{page}!${letter}$2:${letter}${last}",
                numCache=NumData(
                    formatCode="0",
                    ptCount=len(made.values),
                    pt=[NumVal(idx=idx, v=value) for idx, value in enumerate(made.values)],
                ),
            )
        ),
    )
    series.graphicalProperties = GraphicalProperties(solidFill=_COLOURS[at])
    series.dLbls = DataLabelList(
        showVal=True,
        showSerName=False,
        showCatName=False,
        showLegendKey=False,
        showPercent=False,
        dLblPos="outEnd",
        txPr=_type(),
    )
    return series


def _strings(words: Sequence[str]) -> StrData:
    return StrData(ptCount=len(words), pt=[StrVal(idx=idx, v=word) for idx, word in enumerate(words)])


def _type() -> RichText:
    characters = _characters()
    return RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=characters), r=[], endParaRPr=characters)])


def _characters() -> CharacterProperties:
    face = Font(typeface=_FACE)
    return CharacterProperties(sz=_SIZE, b=False, latin=face, ea=face)
