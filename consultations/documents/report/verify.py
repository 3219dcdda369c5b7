"""Does a report's JSON hold together: its seal, its figures, the rows behind them, and the words round them?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from ...enums import ReportStatus
from ...rounding import exactly
from ...rounding import printed as rounded
from ..content import from_content
from ..findings import brief
from ..printable import printable
from ..reading import Unreadable, parsed
from .json import content_of
from .model import SCHEMA, Figure, ReportDocument, Value
from .sealing import figures_digest, seal_of
from .tokens import forms_of, printed, unknown

KEPT = 20
"""Faults of a part that are named."""
_LARGEST = 10**16
_FINEST = -4


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the check: its name, what holds where there are no faults, and the faults in sentences."""

    name: str
    holds: str
    faults: tuple[str, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was read, None where it has not the shape of a report; and the parts of the check."""

    document: ReportDocument | None
    parts: tuple[Part, ...]

    @property
    def faults(self) -> int:
        """How many there are."""
        return sum(len(part.faults) + part.more for part in self.parts)


def examine(data: bytes) -> Verdict | None:
    """Everything that can be known of the file; None where it does not say that it is a report."""
    # Most files are summaries, and need not be read twice.
    if SCHEMA.encode() not in data:
        return None
    try:
        content = parsed(data)
    except Unreadable:
        return None
    if not isinstance(content, dict) or content.get("schema") != SCHEMA:
        return None
    document, problem = _read(content)
    file = _part(
        _("The file"),
        _("The file is a whole report, and has nothing in it that no report has."),
        iter((problem,) if problem else ()),
    )
    if document is None:
        return Verdict(None, (file,))
    return Verdict(
        document,
        (
            file,
            _part(
                _("The document as a whole"),
                _("A signed document is what was signed, to the last character; a draft claims nothing."),
                _sealed(document),
            ),
            _part(
                _("The figures"),
                _("Every figure is rounded as its rule says, and the rows behind it add up to it."),
                _figures(document),
            ),
            _part(
                _("The words"),
                _("Every number that a passage names is the figure of that name."),
                _words(document),
            ),
        ),
    )


def _part(name: str, holds: str, faults: Iterator[str]) -> Part:
    found = [printable(fault) for fault in faults]
    return Part(name, holds, tuple(found[:KEPT]), max(0, len(found) - KEPT))


def _read(content: dict[str, Any]) -> tuple[ReportDocument | None, str]:
    """The document, and what is wrong with the file. Instants at the end of time have no name, numbers without end no sum."""
    try:
        document = from_content(content, ReportDocument)
        if not all(map(_is_countable, _values(document))):
            return None, _("The file has a number in it that no figure can be.")
        if content_of(document) != content:
            return document, _(
                "The file says something otherwise than an export does, or has unseen characters."
            )
    except (msgspec.ValidationError, OverflowError, UnicodeEncodeError) as problem:
        return None, _("The file does not have the shape of a report: %(detail)s") % {
            "detail": brief(str(problem))
        }
    return document, ""


def _values(document: ReportDocument) -> Iterator[Value]:
    for figure in document.figures.figures:
        yield from (figure.value, figure.before, figure.step, figure.of or 0)
    for sources in document.figures.sources:
        yield from (row.number for row in sources.rows)


def _is_countable(value: Value) -> bool:
    if isinstance(value, Decimal):
        exponent = value.as_tuple().exponent
        # What is not finite has a letter for an exponent.
        if not isinstance(exponent, int) or exponent < _FINEST:
            return False
    return -_LARGEST < value < _LARGEST


def _sealed(document: ReportDocument) -> Iterator[str]:
    right = figures_digest(document.figures)
    if document.figures_hash != right:
        yield _("The figures have the hash %(found)s, and the report prints %(printed)s.") % {
            "found": right,
            "printed": brief(document.figures_hash),
        }
    if document.status != ReportStatus.SIGNED:
        if document.seal:
            yield _("The document is not signed, and carries a seal.")
    elif document.seal != (whole := seal_of(document)):
        yield _("The document is not the one that was signed: its content has the seal %(found)s.") % {
            "found": whole
        }


def _figures(document: ReportDocument) -> Iterator[str]:
    figures = {one.slug: one for one in document.figures.figures}
    if len(figures) != len(document.figures.figures):
        yield _("A figure is there more than once.")
    for one in figures.values():
        right = (
            rounded(one.value, one.unit, one.step),
            exactly(one.value, one.unit),
            exactly(one.before, one.unit),
        )
        for said, should in zip((one.printed, one.exact, one.exact_before), right, strict=True):
            if said != should:
                yield _("%(name)s is printed as %(printed)s, and is %(found)s.") % {
                    "name": brief(one.name),
                    "printed": brief(said),
                    "found": should,
                }
    for sources in document.figures.sources:
        figure = figures.get(sources.slug)
        if figure is None:
            yield _("There are rows of %(slug)s, which is no figure.") % {"slug": brief(sources.slug)}
        elif not sources.more and (total := sum(row.number for row in sources.rows)) != figure.value:
            yield _("The rows of %(name)s add up to %(found)s, and the figure is %(printed)s.") % {
                "name": brief(figure.name),
                "found": total,
                "printed": figure.value,
            }


def _words(document: ReportDocument) -> Iterator[str]:
    known: dict[str, Figure] = {one.slug: one for one in document.figures.figures}
    forms = forms_of(known.values())
    for one in document.passages:
        if one.printed != printed(one.text, known):
            yield _("“%(heading)s” prints another number than that of the figure it names.") % {
                "heading": brief(one.heading)
            }
        for token in unknown(one.text, forms):
            yield _("“%(heading)s” names %(token)s, which is no figure.") % {
                "heading": brief(one.heading),
                "token": brief(token),
            }
