"""WordprocessingML as text. Only `run` takes words from outside, and it alone makes them safe."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NewType
from xml.sax.saxutils import escape, quoteattr

from ..printable import printable

Xml = NewType("Xml", str)
"""Well-formed markup, never a text that somebody wrote."""

TAB = Xml("<w:r><w:tab/></w:r>")
BREAK = Xml("<w:r><w:br/></w:r>")


def join(parts: Iterable[Xml]) -> Xml:
    """One after the other."""
    return Xml("".join(parts))


def fonts(face: str) -> Xml:
    """One face for every script: digits and quotes of an official document are those of its Chinese face."""
    name = quoteattr(face)
    return Xml(f'<w:rFonts w:hint="eastAsia" w:ascii={name} w:hAnsi={name} w:eastAsia={name} w:cs={name}/>')


def letterspaced(by: int) -> Xml:
    """Twips added to each character."""
    return Xml(f'<w:spacing w:val="{by}"/>')


def size(points: float) -> Xml:
    """Size of type, to the half point."""
    half_points = round(points * 2)
    return Xml(f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>')


def run(text: str, *, face: str | None = None, points: float | None = None) -> Xml:
    """Words, printable and escaped, line feeds as line breaks; face and size where they differ from the style's."""
    properties = (fonts(face) if face else "") + (size(points) if points else "")
    if properties:
        properties = f"<w:rPr>{properties}</w:rPr>"
    lines = printable(text).split("\n")
    content = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in lines)
    return Xml(f"<w:r>{properties}{content}</w:r>")


def paragraph(*content: Xml, style: str | None = None, properties: Xml = Xml("")) -> Xml:
    """A paragraph; `properties` in the order of the standard, without the style."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    inner = f"<w:pPr>{named}{properties}</w:pPr>" if named or properties else ""
    return Xml(f"<w:p>{inner}{''.join(content)}</w:p>")


def spacing(*, before: int = 0, after: int = 0, line: int | None = None) -> Xml:
    """Space round a paragraph, and exactly so much for each of its lines."""
    exact = f' w:line="{line}" w:lineRule="exact"' if line is not None else ""
    return Xml(f'<w:spacing w:before="{before}" w:after="{after}"{exact}/>')


def indent(*, left: int = 0, right: int = 0, first: int = 0) -> Xml:
    """Indents; a negative `first` hangs the first line out."""
    line = f'w:firstLine="{first}"' if first >= 0 else f'w:hanging="{-first}"'
    return Xml(f'<w:ind w:left="{left}" w:right="{right}" {line}/>')


def tabs(*stops: tuple[str, int]) -> Xml:
    """Tab stops as (left | right, position)."""
    listed = "".join(f'<w:tab w:val="{kind}" w:pos="{position}"/>' for kind, position in stops)
    return Xml(f"<w:tabs>{listed}</w:tabs>")


def aligned(to: str) -> Xml:
    """left, right, center or both."""
    return Xml(f'<w:jc w:val="{to}"/>')


def anchor(suggestion_id: int) -> str:
    """The bookmark of a suggestion's row."""
    return f"suggestion_{suggestion_id}"


def bookmark(name: str, at: int, content: Xml) -> Xml:
    """Content that links lead to. Both name and number are its own in the document; the name is not from outside."""
    return Xml(f'<w:bookmarkStart w:id="{at}" w:name="{name}"/>{content}<w:bookmarkEnd w:id="{at}"/>')


def link(name: str, content: Xml) -> Xml:
    """Content that leads to the bookmark of that name."""
    return Xml(f'<w:hyperlink w:anchor="{name}" w:history="1">{content}</w:hyperlink>')


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading and its width in twips."""

    heading: str
    width: int


def cell(content: Xml, width: int) -> Xml:
    """A cell, its content centred between top and bottom."""
    return Xml(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>{content}</w:tc>'
    )


def row(cells: Iterable[Xml], *, heading: bool = False, whole: bool = True) -> Xml:
    """A row; a heading is repeated on every page, a whole one is not broken between pages."""
    properties = ("<w:cantSplit/>" if whole else "") + ("<w:tblHeader/>" if heading else "")
    return Xml(f"<w:tr>{f'<w:trPr>{properties}</w:trPr>' if properties else ''}{''.join(cells)}</w:tr>")


def table(columns: Sequence[Column], rows: Iterable[Xml], *, caption: str) -> Xml:
    """A table of the style 表格 with its heading row; `caption` is for those who listen to the document."""
    grid = "".join(f'<w:gridCol w:w="{column.width}"/>' for column in columns)
    heading = row(
        (cell(paragraph(run(column.heading), style="TableHeading"), column.width) for column in columns),
        heading=True,
    )
    width = sum(column.width for column in columns)
    return Xml(
        f'<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="{width}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/><w:tblLook w:val="0020" w:firstRow="1"/>'
        f"<w:tblCaption w:val={quoteattr(printable(caption))}/></w:tblPr>"
        f"<w:tblGrid>{grid}</w:tblGrid>{heading}{''.join(rows)}</w:tbl>"
    )
