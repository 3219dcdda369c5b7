"""The file round the text: parts, properties, and a ZIP archive that is the same for the same document."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass

import docx
from docx.document import Document
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from lxml import etree

from ..archive import fixed
from ..printable import printable
from ..spreadsheet.embedded import Drawn
from .drawings import attach
from .markup import Xml
from .styles import FONT_TABLE, SECTION, SETTINGS, STYLES, page_number

_OF_PACKAGE = {RELATIONSHIP_TYPE.OFFICE_DOCUMENT, RELATIONSHIP_TYPE.CORE_PROPERTIES}
_OF_DOCUMENT = {RELATIONSHIP_TYPE.STYLES, RELATIONSHIP_TYPE.SETTINGS, RELATIONSHIP_TYPE.THEME}
_PROPERTY = 255
"""Characters that a core property may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Properties:
    """What a file says of itself: `kind` is 协商纪要 and the like, `status` 草稿 or 签发, `day` when it was made."""

    issuer: str
    title: str
    kind: str
    number: str
    status: str
    edition: int
    day: dt.date


def container(properties: Properties, content: Xml, charts: Sequence[Drawn]) -> bytes:
    """A .docx with the content as its body, and the charts that it shows."""
    file = docx.Document()
    _strip(file)
    _replace(file.styles.element, STYLES)
    _replace(file.settings.element, SETTINGS)
    _fill(file, content)
    attach(file, charts)
    _describe(file, properties)
    out = io.BytesIO()
    file.save(out)
    return fixed(out.getvalue())


def _strip(file: Document) -> None:
    """Leave out what python-docx's template brings along: thumbnail, numberings, custom XML, its own statistics."""
    package = file.part.package
    for relationships, kept in ((package.rels, _OF_PACKAGE), (file.part.rels, _OF_DOCUMENT)):
        for identity, relationship in list(relationships.items()):
            if relationship.reltype not in kept:
                del relationships[identity]
    fonts = Part(
        PackURI("/word/fontTable.xml"),
        CONTENT_TYPE.WML_FONT_TABLE,
        _encoded(parse_xml(FONT_TABLE)),
        package,
    )
    file.part.relate_to(fonts, RELATIONSHIP_TYPE.FONT_TABLE)


def _encoded(element: etree._Element) -> bytes:
    return etree.tostring(element, encoding="UTF-8", xml_declaration=True, standalone=True)


def _replace(element: etree._Element, xml: str) -> None:
    """Put the children of `xml` in place of the element's own."""
    for child in list(element):
        element.remove(child)
    element.extend(list(parse_xml(xml)))


def _fill(file: Document, content: Xml) -> None:
    section = file.sections[0]
    for footer, even in ((section.footer, False), (section.even_page_footer, True)):
        footer.is_linked_to_previous = False
        _replace(footer.part.element, page_number(even=even))
    references = [child for child in file.element.body[-1] if child.tag.endswith("}footerReference")]
    body = parse_xml(f"<w:body {nsdecls('w')}>{content}<w:sectPr>{SECTION}</w:sectPr></w:body>")
    for position, reference in enumerate(references):
        body[-1].insert(position, reference)
    file.element.replace(file.element.body, body)


def _describe(file: Document, known: Properties) -> None:
    """Core properties, none of them from the machine or the moment."""
    day = dt.datetime.combine(known.day, dt.time(), tzinfo=dt.UTC)
    properties = file.core_properties
    issuer = _property(known.issuer)
    properties.author = issuer
    properties.last_modified_by = issuer
    properties.title = _property(known.title)
    properties.subject = known.kind
    properties.category = known.kind
    properties.identifier = _property(known.number)
    properties.content_status = known.status
    properties.version = str(known.edition)
    properties.revision = max(1, known.edition)
    properties.language = "zh-CN"
    properties.comments = ""
    properties.created = day
    properties.modified = day


def _property(text: str) -> str:
    return printable(text).replace("\n", " ")[:_PROPERTY]
