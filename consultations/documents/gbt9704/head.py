"""From the red mark to the title."""

from __future__ import annotations

from collections.abc import Sequence

from ..model import SummaryDocument
from ..outline import Outline
from ..printable import printable
from ..wording import mark_text
from .markup import TAB, Xml, join, paragraph, run, spacing, tabs
from .measures import (
    CHARACTERS,
    LINE,
    MARK_FROM_TOP,
    RED,
    RED_RULE_BELOW_POINTS,
    RULE_RED,
    TEXT_WIDTH,
    TITLE_POINTS,
)

_MARK_LARGEST, _MARK_ONE_LINE, _MARK_SMALLEST = 52, 34, 22
_BREAK_AFTER = "的”》），、；：　 "
_BREAK_BEFORE = "“《（"
_KEPT_TOGETHER = "“《（"


def head(document: SummaryDocument, outline: Outline) -> Xml:
    """Mark, number, issuer and date, red rule, title; under it what is said of its standing."""
    mark, height = _mark(document)
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


def _mark(document: SummaryDocument) -> tuple[Xml, int]:
    """The mark in one line if that can be large, else issuer over kind; and how high it is, with the space above."""
    issuer, kind = (printable(part) for part in mark_text(document))
    lines = [f"{issuer}{kind}"]
    points = _fitting(lines)
    if points < _MARK_ONE_LINE:
        lines = [issuer, kind]
        points = _fitting(lines)
    # One line is as high as its characters, so that they begin where it does.
    line = points * 20 if len(lines) == 1 else points * 23
    content = run("\n".join(lines), points=points)
    mark = paragraph(content, style="Mark", properties=spacing(before=MARK_FROM_TOP, line=line))
    return mark, MARK_FROM_TOP + len(lines) * line


def _fitting(lines: Sequence[str]) -> int:
    """The largest size in whole points at which every line fits the text block."""
    longest = max(1, *(len(line) for line in lines))
    return max(_MARK_SMALLEST, min(_MARK_LARGEST, TEXT_WIDTH // 20 // longest))


def _title(outline: Outline, *, before: int) -> Xml:
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


def title_lines(title: str) -> tuple[str, ...]:
    """The title in lines of the title's size, broken where the sense allows and as evenly as can be.

    Line feeds of the title itself are kept. A line takes 20 characters.
    """
    room = int(CHARACTERS * 16 / TITLE_POINTS)
    lines: list[str] = []
    for part in printable(title).strip().split("\n"):
        rest = part.strip()
        while len(rest) > room:
            at = _break(rest, room)
            lines.append(rest[:at].strip())
            rest = rest[at:].strip()
        lines.append(rest)
    return tuple(lines)


def _break(text: str, room: int) -> int:
    """Where to break: near an even share, at a seam of the sense if there is one, never just behind an opening mark."""
    share = -(-len(text) // -(-len(text) // room))
    # What is left must fit the lines that remain.
    least = max(1, len(text) - room * (-(-len(text) // room) - 1))
    allowed = range(least, room + 1)
    seams = [at for at in allowed if text[at - 1] in _BREAK_AFTER or text[at] in _BREAK_BEFORE]
    fair = [at for at in allowed if text[at - 1] not in _KEPT_TOGETHER and text[at] not in _BREAK_AFTER]
    return min(seams or fair or allowed, key=lambda at: (abs(at - share), at))
