"""The parts of the container that are the same for every document: styles, settings, fonts, page numbers."""

from __future__ import annotations

from docx.oxml.ns import nsdecls

from .markup import Xml, aligned, fonts, indent, letterspaced, size, spacing
from .measures import (
    BODY_FACE,
    BODY_POINTS,
    CHARACTER_SPACE,
    CONDENSED,
    FOOTER,
    HEI_FACE,
    IMPRINT_POINTS,
    KAI_FACE,
    LINE,
    MARGIN_BOTTOM,
    MARGIN_LEFT,
    MARGIN_RIGHT,
    MARGIN_TOP,
    PAGE_HEIGHT,
    PAGE_NUMBER_POINTS,
    PAGE_WIDTH,
    RED,
    RULE_TABLE,
    SONG_FACE,
    TABLE_POINTS,
    TITLE_FACE,
    TITLE_POINTS,
    characters,
)

TABLE_LINE = 320
IMPRINT_LINE = 500


def _style(
    identity: str,
    name: str,
    *,
    based_on: str = "Normal",
    following: str | None = None,
    paragraph: str = "",
    run: str = "",
) -> str:
    """A paragraph style; `name` is Word's own for the built-in ones, so that they are what they are called."""
    custom = "" if name.isascii() else ' w:customStyle="1"'
    return (
        f'<w:style w:type="paragraph"{custom} w:styleId="{identity}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="{based_on}"/>'
        + (f'<w:next w:val="{following}"/>' if following else "")
        + '<w:uiPriority w:val="1"/><w:qFormat/>'
        + (f"<w:pPr>{paragraph}</w:pPr>" if paragraph else "")
        + (f"<w:rPr>{run}</w:rPr>" if run else "")
        + "</w:style>"
    )


_TWO = characters(2)
_FIRST_LINE = f'<w:ind w:firstLineChars="200" w:firstLine="{_TWO}"/>'
_PLAIN = letterspaced(0)


def _heading(level: int, face: str) -> str:
    return _style(
        f"Heading{level}",
        f"heading {level}",
        based_on="BodyText",
        following="BodyText",
        paragraph=f'<w:keepNext/><w:outlineLvl w:val="{level - 1}"/>',
        run=fonts(face),
    )


STYLES = Xml(
    f"<w:styles {nsdecls('w')}><w:docDefaults><w:rPrDefault><w:rPr>{fonts(BODY_FACE)}{size(BODY_POINTS)}"
    f'<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>'
    # The grid counts in characters of this style: its size has to be the body's.
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/>'
    # A page has 22 lines whatever a paragraph's last line would like; digits stand in the grid without a gap.
    f'<w:pPr><w:widowControl w:val="0"/><w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>'
    f'<w:snapToGrid w:val="0"/>{spacing(line=LINE)}{aligned("both")}</w:pPr>'
    f"<w:rPr>{fonts(BODY_FACE)}{letterspaced(CONDENSED)}{size(BODY_POINTS)}</w:rPr></w:style>"
    '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
    '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>'
    '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
    '<w:uiPriority w:val="99"/><w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar>'
    '<w:top w:w="0" w:type="dxa"/><w:left w:w="0" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/>'
    '<w:right w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
    + _style("BodyText", "Body Text", paragraph=_FIRST_LINE)
    + _heading(1, HEI_FACE)
    + _heading(2, KAI_FACE)
    + _heading(3, BODY_FACE)
    + _style(
        "Mark",
        "纪要标志",
        following="BodyText",
        paragraph=aligned("center"),
        run=f'{fonts(TITLE_FACE)}<w:color w:val="{RED}"/>{_PLAIN}',
    )
    + _style("DocumentNumber", "发文字号", paragraph=aligned("center"))
    + _style(
        "Title",
        "Title",
        following="BodyText",
        paragraph=f"<w:keepNext/><w:keepLines/>{aligned('center')}",
        run=f"{fonts(TITLE_FACE)}{_PLAIN}{size(TITLE_POINTS)}",
    )
    + _style("Standing", "稿次", paragraph=aligned("center"), run=fonts(KAI_FACE))
    + _style("Attendance", "出席名单", paragraph=aligned("left"))
    + _style(
        "AppendixLabel",
        "附件序号",
        following="AppendixTitle",
        paragraph="<w:keepNext/><w:pageBreakBefore/>",
        run=fonts(HEI_FACE),
    )
    + _style(
        "AppendixTitle",
        "附件标题",
        following="BodyText",
        paragraph=f'<w:keepNext/>{spacing(before=LINE, after=LINE, line=LINE)}{aligned("center")}<w:outlineLvl w:val="0"/>',
        run=f"{fonts(TITLE_FACE)}{_PLAIN}{size(TITLE_POINTS)}",
    )
    + _style(
        "TableText",
        "表格文字",
        paragraph=f"{spacing(before=40, after=40, line=TABLE_LINE)}{aligned('left')}",
        run=_PLAIN + size(TABLE_POINTS),
    )
    + _style("TableCentred", "表格居中", based_on="TableText", paragraph=aligned("center"))
    + _style(
        "TableHeading",
        "表头",
        based_on="TableText",
        paragraph=f"<w:keepNext/>{aligned('center')}",
        run=fonts(HEI_FACE),
    )
    + _style(
        "Imprint",
        "版记",
        paragraph=f"{spacing(line=IMPRINT_LINE)}",
        run=_PLAIN + size(IMPRINT_POINTS),
    )
    + _style(
        "Footer",
        "footer",
        paragraph=f"{spacing(line=280)}",
        run=f"{fonts(SONG_FACE)}{_PLAIN}{size(PAGE_NUMBER_POINTS)}",
    )
    + '<w:style w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/><w:basedOn w:val="TableNormal"/>'
    "<w:tblPr><w:tblBorders>"
    + "".join(
        f'<w:{edge} w:val="single" w:sz="{RULE_TABLE}" w:space="0" w:color="auto"/>'
        for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    + '</w:tblBorders><w:tblCellMar><w:left w:w="45" w:type="dxa"/><w:right w:w="45" w:type="dxa"/></w:tblCellMar>'
    "</w:tblPr></w:style></w:styles>"
)

SETTINGS = Xml(
    f'<w:settings {nsdecls("w")}><w:zoom w:percent="100"/><w:bordersDoNotSurroundHeader/>'
    "<w:bordersDoNotSurroundFooter/>"
    '<w:defaultTabStop w:val="420"/><w:evenAndOddHeaders/><w:drawingGridVerticalSpacing w:val="156"/>'
    '<w:characterSpacingControl w:val="doNotCompress"/><w:compat><w:spaceForUL/>'
    "<w:balanceSingleByteDoubleByteWidth/><w:doNotLeaveBackslashAlone/><w:ulTrailSpace/>"
    "<w:doNotExpandShiftReturn/><w:adjustLineHeightInTable/><w:useFELayout/>"
    # Without it Word opens the document in the compatibility mode of 2007.
    '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
    '</w:compat><w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>'
)


def _font(name: str, otherwise: str, family: str) -> str:
    return (
        f'<w:font w:name="{name}"><w:altName w:val="{otherwise}"/><w:charset w:val="86"/>'
        f'<w:family w:val="{family}"/><w:pitch w:val="default"/></w:font>'
    )


# What to take where a face is not installed: newer systems have the faces without _GB2312.
FONT_TABLE = Xml(
    f"<w:fonts {nsdecls('w')}>"
    + _font(BODY_FACE, "仿宋", "modern")
    + _font(KAI_FACE, "楷体", "modern")
    + _font(HEI_FACE, "SimHei", "modern")
    + _font(SONG_FACE, "SimSun", "auto")
    + _font(TITLE_FACE, "宋体", "script")
    + "</w:fonts>"
)

SECTION = Xml(
    f'<w:pgSz w:w="{PAGE_WIDTH}" w:h="{PAGE_HEIGHT}"/>'
    f'<w:pgMar w:top="{MARGIN_TOP}" w:right="{MARGIN_RIGHT}" w:bottom="{MARGIN_BOTTOM}" w:left="{MARGIN_LEFT}"'
    f' w:header="851" w:footer="{FOOTER}" w:gutter="0"/><w:cols w:space="425"/>'
    f'<w:docGrid w:type="linesAndChars" w:linePitch="{LINE}" w:charSpace="{CHARACTER_SPACE}"/>'
)


def page_number(*, even: bool) -> Xml:
    """A footer: — 3 — one character from the outer edge, which is the right of an odd page, the left of an even one."""
    one = round(PAGE_NUMBER_POINTS * 20)
    place = indent(left=one) + aligned("left") if even else indent(right=one) + aligned("right")
    return Xml(
        f'<w:ftr {nsdecls("w")}><w:p><w:pPr><w:pStyle w:val="Footer"/>{place}</w:pPr>'
        '<w:r><w:t xml:space="preserve">— </w:t></w:r><w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r>'
        '</w:fldSimple><w:r><w:t xml:space="preserve"> —</w:t></w:r></w:p></w:ftr>'
    )
