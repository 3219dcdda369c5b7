"""From the red mark to the title."""

from __future__ import annotations

from ..lines import mark_lines, title_lines
from ..outline import Frame
from .markup import TAB, Xml, join, paragraph, run, spacing, tabs
from .measures import (
    LINE,
    MARK_FROM_TOP,
    RED,
    RED_RULE_BELOW_POINTS,
    RULE_RED,
    TEXT_WIDTH,
)


def head(outline: Frame) -> Xml:
    """Mark, number, issuer and date, red rule, title; under it what is said of its standing."""
    mark, height = _mark(outline)
    rule = f'<w:pBdr><w:bottom w:val="single" w:sz="{RULE_RED}" w:space="{RED_RULE_BELOW_POINTS}" w:color="{RED}"/></w:pBdr>'
    issued = paragraph(
        run(f"　{outline.issuer}"),
        TAB,
        run(f"{outline.date}　"),
        style="DocumentNumber",
        properties=Xml(f'{rule}{tabs(("right", TEXT_WIDTH))}<w:jc w:val="left"/>'),
    )
    number = paragraph(
        run(outline.number), style="DocumentNumber", properties=spacing(before=2 * LINE, line=LINE)
    )
    height += 4 * LINE + RED_RULE_BELOW_POINTS * 20 + RULE_RED * 20 // 8
    # What the mark and the rule are high beyond whole lines is made up here, so that the last line of the page
    # still ends at the foot of the text block.
    return join((mark, number, issued, _title(outline, before=2 * LINE + -height % LINE)))


def _mark(outline: Frame) -> tuple[Xml, int]:
    """The mark, and how high it is with the space above."""
    lines, points = mark_lines(outline.mark)
    # One line is as high as its characters, so that they begin where it does.
    line = points * 20 if len(lines) == 1 else points * 23
    content = run("\n".join(lines), points=points)
    mark = paragraph(content, style="Mark", properties=spacing(before=MARK_FROM_TOP, line=line))
    return mark, MARK_FROM_TOP + len(lines) * line


def _title(outline: Frame, *, before: int) -> Xml:
    title = paragraph(
        run("\n".join(title_lines(outline.title))),
        style="Title",
        properties=spacing(before=before, after=0 if outline.standing else LINE, line=LINE),
    )
    if not outline.standing:
        return title
    return join(
        (
            title,
            paragraph(
                run(f"（{outline.standing}）"), style="Standing", properties=spacing(after=LINE, line=LINE)
            ),
        )
    )
