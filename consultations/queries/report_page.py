"""The page of a report, and of its editor: the document, how far it has come, and who may do what with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from jianyan.accounts.models import Body
from jianyan.accounts.roles import Actor

from .. import keeping, reporting
from ..documents.report.model import Figure, ReportDocument
from ..documents.report.tokens import Piece, pieces, typed
from ..enums import ReportPart, ReportStatus, ReportStep
from ..errors import NotSignedIn, UnknownReport
from ..models import Report, ReportPassage
from ..periods import Period
from ..rounding import exactly
from .report_document import document_for, standard_document
from .report_figures import LANGUAGE, counted
from .reports import readable, versions_of


@dataclass(frozen=True, slots=True)
class Moved:
    """A figure that is another now than it was when it was signed."""

    name: str
    signed: str
    now: str


@dataclass(frozen=True, slots=True)
class Signing:
    """`cannot_sign` says why somebody who may review may not sign; `sent_back` why it last came back; else empty."""

    may_begin: bool = False
    may_edit: bool = False
    may_take_back: bool = False
    may_review: bool = False
    may_sign: bool = False
    cannot_sign: str = ""
    may_correct: bool = False
    sent_back: str = ""


@dataclass(frozen=True, slots=True)
class ReportPage:
    """`report` is None where nobody has begun to write. `others`: further versions that the reader may see.

    `replaced_by`: the signed version that has replaced this one. `moved` for staff alone.
    """

    body: Body
    period: Period
    report: Report | None
    document: ReportDocument
    signing: Signing
    others: tuple[Report, ...]
    replaced_by: Report | None
    moved: tuple[Moved, ...]
    staff: bool


def report_page(
    body: Body, period: Period, actor: Actor | None, *, version: int | None = None, at: dt.datetime
) -> ReportPage:
    """The newest version that the reader may see, or that one; before anything is written, for staff the standard text.

    Raises UnknownReport, and NotSignedIn where signing in might help.
    """
    reports = versions_of(body, period)
    staff = keeping.may_sign_for(actor, body.lineage) is None
    report = readable(reports, actor, version=version)
    if report is None:
        if not staff or reports or version is not None:
            raise NotSignedIn if actor is None else UnknownReport
        signing = Signing(may_begin=keeping.may_keep(actor, body.lineage) is None)
        document = standard_document(body, period, at=at)
        return ReportPage(body, period, None, document, signing, (), None, (), staff=True)
    document = document_for(report, at=at)
    later = [one for one in reports if one.version > report.version]
    signed_later = (one for one in later if one.status == ReportStatus.SIGNED)
    others = (one for one in reports if one.pk != report.pk and reporting.may_read(actor, one) is None)
    return ReportPage(
        body=body,
        period=period,
        report=report,
        document=document,
        signing=signing_of(report, actor, replaced=bool(later)),
        others=tuple(others),
        replaced_by=next(signed_later, None),
        moved=_moved(document, body, period, at=at) if staff and report.content is not None else (),
        staff=staff,
    )


def signing_of(report: Report, actor: Actor | None, *, replaced: bool) -> Signing:
    """What may be done with it by whom. One query at most."""
    refusal = reporting.may_sign(actor, report)
    may_review = reporting.may_review(actor, report) is None
    may_edit = reporting.may_edit(actor, report) is None
    return Signing(
        may_edit=may_edit,
        may_take_back=reporting.may_take_back(actor, report) is None,
        may_review=may_review,
        may_sign=refusal is None,
        cannot_sign=refusal.message if refusal is not None and may_review else "",
        may_correct=reporting.may_correct(actor, report, replaced=replaced) is None,
        sent_back=_sent_back(report) if may_edit else "",
    )


def _sent_back(report: Report) -> str:
    """Why, as long as it was not submitted again."""
    steps = (ReportStep.SENT_BACK, ReportStep.SUBMITTED)
    last = report.versions.filter(step__in=steps).order_by("-id").values_list("step", "note").first()
    return last[1] if last is not None and last[0] == ReportStep.SENT_BACK else ""


def _moved(document: ReportDocument, body: Body, period: Period, *, at: dt.datetime) -> tuple[Moved, ...]:
    now = {one.slug: one.value for one in counted(body, period, at=at).figures}
    return tuple(
        Moved(one.name, one.exact, exactly(now[one.slug], one.unit, LANGUAGE))
        for one in document.figures.figures
        if one.slug in now and now[one.slug] != one.value
    )


# --- the editor ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ShownPassage:
    """A passage in the editor. `pieces`: what it prints now; `hints` say of numbers that were typed what would print them."""

    row: ReportPassage
    pieces: tuple[Piece, ...]
    hints: tuple[Hint, ...]
    first: bool
    last: bool


@dataclass(frozen=True, slots=True)
class Hint:
    """A number that somebody typed, and the figure that says the same, if one does."""

    typed: str
    figure: Figure | None


@dataclass(frozen=True, slots=True)
class ShownPart:
    """A part with its passages, and the figures that are its own."""

    part: ReportPart
    passages: tuple[ShownPassage, ...]
    figures: tuple[Figure, ...]


def parts_of(passages: Iterable[ReportPassage], figures: Iterable[Figure]) -> tuple[ShownPart, ...]:
    """All parts in their order, those without passages too."""
    rows, found = list(passages), list(figures)
    known = {one.slug: one for one in found}
    return tuple(
        ShownPart(
            part,
            tuple(_shown([row for row in rows if row.part == part], known)),
            tuple(one for one in found if one.part == part),
        )
        for part in ReportPart
    )


def _shown(rows: list[ReportPassage], known: dict[str, Figure]) -> Iterable[ShownPassage]:
    for at, row in enumerate(rows):
        yield ShownPassage(
            row=row,
            pieces=tuple(pieces(row.text, known)),
            hints=tuple(_hint(number, known.values()) for number in typed(row.text)),
            first=at == 0,
            last=at == len(rows) - 1,
        )


def _hint(number: str, figures: Iterable[Figure]) -> Hint:
    same = (one for one in figures if number in (one.printed, one.exact))
    return Hint(number, next(same, None))


@dataclass(frozen=True, slots=True)
class KeptVersion:
    """A version of the words: at which step, by whom, with how many passages and characters."""

    id: int
    edition: int
    step: str
    by: str
    at: dt.datetime
    note: str
    passages: int
    characters: int


def kept_versions(report: Report) -> tuple[KeptVersion, ...]:
    """All of them, the newest first. One query."""
    return tuple(
        KeptVersion(
            id=row.pk,
            edition=row.edition,
            step=str(ReportStep(row.step).label),
            by=row.by.display_name,
            at=row.at,
            note=row.note,
            passages=len(row.content["passages"]),
            characters=sum(len(one["text"]) for one in row.content["passages"]),
        )
        for row in report.versions.select_related("by")
    )
