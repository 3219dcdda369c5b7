"""Charts in the text: DrawingML that Word, WPS and LibreOffice draw themselves, with the numbers in a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import quoteattr

from docx.document import Document
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from lxml import etree

from ..printable import printable
from ..spreadsheet.embedded import Drawn
from .markup import Xml, join, paragraph
from .measures import LINE

_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
_WORKBOOK = "workbook"
_EMU = 360_000
"""To the centimetre."""


def side_by_side(drawings: Sequence[Drawn], *, first: int = 1) -> Xml:
    """One line with these charts, as high as they are; `attach` puts them into the file, this one as its `first`."""
    # Of exact height, the line would show no more of them than fits it.
    height = Xml(f'<w:spacing w:before="{LINE // 4}" w:after="0" w:line="240" w:lineRule="auto"/>')
    return paragraph(
        join(_inline(one, at) for at, one in enumerate(drawings, start=first)), properties=height
    )


def _inline(one: Drawn, at: int) -> Xml:
    words = printable(one.description).replace("\n", " ")
    size = f'cx="{one.width * _EMU}" cy="{one.height * _EMU}"'
    return Xml(
        f'<w:r><w:drawing><wp:inline xmlns:wp="{_WP}" distT="0" distB="0" distL="0" distR="0"><wp:extent {size}/>'
        f'<wp:docPr id="{at}" name="{_relation(at)}" descr={quoteattr(words)}/><wp:cNvGraphicFramePr/>'
        f'<a:graphic xmlns:a="{_A}"><a:graphicData uri="{_C}">'
        f'<c:chart xmlns:c="{_C}" xmlns:r="{_R}" r:id="{_relation(at)}"/>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )


def attach(file: Document, drawings: Sequence[Drawn]) -> None:
    """The parts that `side_by_side` refers to; each chart has a workbook of its own, as the programs make it."""
    package = file.part.package
    for at, one in enumerate(drawings, start=1):
        workbook = Part(
            PackURI(f"/word/embeddings/chart{at}.xlsx"), CONTENT_TYPE.SML_SHEET, one.workbook, package
        )
        chart = Part(
            PackURI(f"/word/charts/chart{at}.xml"), CONTENT_TYPE.DML_CHART, _with_data(one.chart), package
        )
        chart.rels.add_relationship(RELATIONSHIP_TYPE.PACKAGE, workbook, _WORKBOOK)
        file.part.rels.add_relationship(RELATIONSHIP_TYPE.CHART, chart, _relation(at))


def _with_data(chart: bytes) -> bytes:
    """The chart, which says where its numbers can be changed."""
    root = etree.fromstring(chart)
    data = etree.SubElement(root, f"{{{_C}}}externalData", {f"{{{_R}}}id": _WORKBOOK})
    etree.SubElement(data, f"{{{_C}}}autoUpdate", val="0")
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)


def _relation(at: int) -> str:
    return f"chart{at}"
