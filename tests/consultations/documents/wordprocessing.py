"""Reading a .docx as markup: parts, paragraphs, and what the standard says about the order of elements."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NS = {"w": W[1:-1]}

# ISO/IEC 29500-1, the parts of its sequences that are used here: Word calls a file damaged that breaks them.
ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl pBdr tabs autoSpaceDE autoSpaceDN snapToGrid"
    " spacing ind jc outlineLvl rPr",
    "rPr": "rStyle rFonts b color spacing sz szCs lang",
    "tblPr": "tblStyle tblpPr tblOverlap tblW tblInd tblBorders tblLayout tblCellMar tblLook tblCaption",
    "tcPr": "tcW vAlign",
    "tbl": "tblPr tblGrid tr",
    "tblBorders": "top left bottom right insideH insideV",
    "tblCellMar": "top left bottom right",
    "sectPr": "footerReference pgSz pgMar cols docGrid",
    "style": "name basedOn next uiPriority semiHidden qFormat pPr rPr tblPr",
    "settings": "zoom bordersDoNotSurroundHeader bordersDoNotSurroundFooter defaultTabStop evenAndOddHeaders"
    " drawingGridVerticalSpacing characterSpacingControl compat themeFontLang",
    "compat": "spaceForUL balanceSingleByteDoubleByteWidth doNotLeaveBackslashAlone ulTrailSpace doNotExpandShiftReturn"
    " adjustLineHeightInTable useFELayout compatSetting",
    "font": "altName charset family pitch",
}


def part(data: bytes, name: str) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return etree.fromstring(archive.read(name))


def body(data: bytes) -> etree._Element:
    return part(data, "word/document.xml")


def text_of(element: etree._Element) -> str:
    """Words with tabs and line breaks, without the marks at which a line may be broken."""
    words = {"tab": "\t", "br": "\n"}
    found = (
        one.text or "" if (name := etree.QName(one).localname) == "t" else words[name]
        for one in element.iter(f"{W}t", f"{W}tab", f"{W}br")
        # A tab stop is called what a tab is.
        if (above := one.getparent()) is not None and above.tag == f"{W}r"
    )
    return "".join(found).replace("\u200b", "")


def paragraphs(data: bytes, style: str) -> list[str]:
    return [text_of(one) for one in styled(data, style)]


def styled(data: bytes, style: str) -> list[etree._Element]:
    return [one for one in body(data).iter(f"{W}p") if value(one, "w:pPr/w:pStyle") == style]


def value(element: etree._Element, path: str, attribute: str = "val") -> str | None:
    found = element.find(path, NS)
    return None if found is None else found.get(f"{W}{attribute}")


def attributes(element: etree._Element | None) -> dict[str, str]:
    assert element is not None
    return {etree.QName(str(name)).localname: str(content) for name, content in element.attrib.items()}


def out_of_order(root: etree._Element) -> Iterator[str]:
    """Elements that the standard wants elsewhere, or that are not in the lists above."""
    for element in root.iter(f"{W}*"):
        name = etree.QName(element).localname
        if name not in ORDER:
            continue
        places = ORDER[name].split()
        children = [etree.QName(child).localname for child in element]
        known = [places.index(child) if child in places else -1 for child in children]
        if known != sorted(known) or -1 in known:
            yield f"{name}: {' '.join(children)}"
