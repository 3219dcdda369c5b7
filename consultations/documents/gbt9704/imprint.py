"""版记: who gets a copy, who printed it and when, at the foot of the last page."""

from __future__ import annotations

from ..outline import Frame
from .markup import TAB, Xml, indent, join, paragraph, run, spacing, tabs
from .measures import IMPRINT_POINTS, MARGIN_LEFT, RULE_INNER, RULE_OUTER, TEXT_WIDTH

_CHARACTER = round(IMPRINT_POINTS * 20)


def imprint(outline: Frame) -> Xml:
    """A table that floats to the foot of the text block, and the paragraph that holds it on the last page."""
    rows = []
    if outline.copied:
        hanging = indent(left=4 * _CHARACTER, right=_CHARACTER, first=-3 * _CHARACTER)
        rows.append(paragraph(run(outline.copied), style="Imprint", properties=hanging))
    sides = tabs(("right", TEXT_WIDTH - _CHARACTER)) + indent(left=_CHARACTER)
    rows.append(
        paragraph(run(outline.issuer), TAB, run(outline.printed), style="Imprint", properties=Xml(sides))
    )
    # As low as a line can be: the holder must not be what needs another page.
    holder = paragraph(properties=spacing(line=20))
    return join((_table(rows), holder))


def _table(rows: list[Xml]) -> Xml:
    """Its place is given from the edge of the page: as wide as the text block, LibreOffice floats no other."""
    rules = "".join(
        f'<w:{edge} w:val="single" w:sz="{width}" w:space="0" w:color="auto"/>'
        for edge, width in (("top", RULE_OUTER), ("bottom", RULE_OUTER), ("insideH", RULE_INNER))
    )
    lines = "".join(
        f'<w:tr><w:trPr><w:cantSplit/></w:trPr><w:tc><w:tcPr><w:tcW w:w="{TEXT_WIDTH}" w:type="dxa"/></w:tcPr>'
        f"{content}</w:tc></w:tr>"
        for content in rows
    )
    return Xml(
        f'<w:tbl><w:tblPr><w:tblpPr w:vertAnchor="margin" w:horzAnchor="page" w:tblpX="{MARGIN_LEFT}"'
        f' w:tblpYSpec="bottom"/><w:tblOverlap w:val="never"/><w:tblW w:w="{TEXT_WIDTH}" w:type="dxa"/>'
        f'<w:tblBorders>{rules}</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar>'
        '<w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f'<w:tblGrid><w:gridCol w:w="{TEXT_WIDTH}"/></w:tblGrid>{lines}</w:tbl>'
    )
