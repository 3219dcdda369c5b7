"""Writing a report (履职答卷): begin it, change its words, keep versions of them, and go back to one.

Its figures are nobody's to write. Each change locks the report's row; what stood at each step is kept as a version.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jianyan.accounts.models import Body
from jianyan.accounts.roles import Actor

from .. import keeping, reporting, rules
from ..documents.report.standard import Words, standard_words
from ..documents.report.tokens import Forms, unknown
from ..documents.report.wording import title_of
from ..enums import ReportPart, ReportStatus, ReportStep
from ..errors import (
    BadForm,
    ChangedMeanwhile,
    Refused,
    UnknownFigure,
    UnknownPassage,
    UnknownReport,
    UnknownVersion,
)
from ..models import Report, ReportPassage, ReportVersion
from ..periods import Period
from ..queries.report_document import kept_words
from ..queries.report_figures import counted, forms_for
from .summaries import accept

TITLE_LENGTH = 120
HEADING_LENGTH = 80
TEXT_LENGTH = 5000
MOST_PASSAGES = 100
REST = dt.timedelta(minutes=10)
"""Whoever goes on after such a rest begins a version anew; before, the one that they are at goes on."""

May = Callable[[Actor, Report], Refused | None]


@dataclass(frozen=True, slots=True)
class Wording:
    """What a passage is to say, as somebody wrote it who saw it at `edition`."""

    passage_id: int
    heading: str
    text: str
    edition: int


def begin_report(*, body_id: int, period: Period, by: Actor, at: dt.datetime) -> Report:
    """A draft with the standard text, of which stands what there are figures for; begun twice, it is the same draft.

    Where there is a signed one, a correction is begun instead (`report_signing.correct_report`): raises ReportSigned.
    Raises UnknownReport for a body that is not there, and NotAllowed.
    """
    body = Body.objects.filter(pk=body_id).first()
    if body is None:
        raise UnknownReport
    rules.require(keeping.may_keep(by, body.lineage))
    # Counted before anything is locked: it takes a while, and only chooses which sentences begin to stand.
    figures = counted(body, period, at=at)
    words = standard_words({one.slug: one for one in figures.figures})
    return _begin(body, period, words, by=by, at=at)


@transaction.atomic
def _begin(body: Body, period: Period, words: Sequence[Words], *, by: Actor, at: dt.datetime) -> Report:
    # Its row stands for the reports that are not there yet.
    Body.objects.select_for_update(no_key=True).get(pk=body.pk)
    latest = body.reports.filter(since=period.since, until=period.until).order_by("-version").first()
    if latest is not None:
        if latest.status != ReportStatus.DRAFT:
            rules.require(reporting.may_edit(by, latest))
        return latest
    report = Report.objects.create(
        body=body,
        since=period.since,
        until=period.until,
        title=title_of(body.name, period.since, period.until)[:TITLE_LENGTH],
        made_at=at,
        made_by_id=by.user_id,
        edited_at=at,
    )
    write(report, words)
    keep(report, ReportStep.BEGUN, by=by, at=at)
    return report


@transaction.atomic
def edit_report(
    *,
    report_id: int,
    title: str,
    seen_title: str,
    wordings: Iterable[Wording],
    added: Iterable[Words] = (),
    by: Actor,
    at: dt.datetime,
) -> Report:
    """Set the title, the words of these passages, and add further ones at the end of their parts: all or nothing.

    Raises ChangedMeanwhile where somebody else has changed one of them since, or the title since it was `seen_title`;
    UnknownFigure where a text names none, UnknownPassage where one is gone.
    """
    report = open_report(report_id, by=by)
    forms = forms_for(report)
    rows = {row.pk: row for row in report.passages.all()}
    changed = [_reworded(rows, wording, forms) for wording in wordings]
    new = [_accepted(words, forms) for words in added]
    if len(rows) + len(new) > MOST_PASSAGES:
        raise BadForm(detail=_("at most %(limit)s passages") % {"limit": MOST_PASSAGES})
    title = accept(title, TITLE_LENGTH, what=_("the title")).replace("\n", "")
    if title != report.title and report.title != seen_title:
        raise ChangedMeanwhile
    if title == report.title and not any(changed) and not new:
        return report
    report.title = title
    for row in filter(None, changed):
        row.edition += 1
        row.save(update_fields=["heading", "text", "edition"])
    write(report, new)
    _changed(report, ReportStep.EDITED, by=by, at=at)
    return report


@transaction.atomic
def move_passage(*, report_id: int, passage_id: int, places: int, by: Actor, at: dt.datetime) -> Report:
    """So many places down among the passages of its part, up where negative; at either end it stays."""
    report = open_report(report_id, by=by)
    passage = _passage(report, passage_id)
    rows = list(report.passages.filter(part=passage.part))
    positions = [row.position for row in rows]
    before = [row.pk for row in rows]
    index = before.index(passage.pk)
    moved = rows.pop(index)
    rows.insert(max(0, min(index + places, len(rows))), moved)
    if [row.pk for row in rows] != before:
        for row, position in zip(rows, positions, strict=True):
            row.position = position
        ReportPassage.objects.bulk_update(rows, ["position"])
        _changed(report, ReportStep.EDITED, by=by, at=at)
    return report


@transaction.atomic
def remove_passage(*, report_id: int, passage_id: int, by: Actor, at: dt.datetime) -> Report:
    """Take it out; its words stay in the version before, which brings them back."""
    report = open_report(report_id, by=by)
    _passage(report, passage_id).delete()
    _changed(report, ReportStep.REMOVED, by=by, at=at)
    return report


def use_standard_text(*, report_id: int, edition: int, by: Actor, at: dt.datetime) -> Report:
    """Make the standard text that of the report; what stood is kept as a version.

    Raises ChangedMeanwhile where the report has changed since `edition`.
    """
    report = Report.objects.select_related("body").filter(pk=report_id).first()
    if report is None:
        raise UnknownReport
    rules.require(reporting.may_edit(by, report))
    words = standard_words(
        {one.slug: one for one in counted(report.body, Period(report.since, report.until), at=at).figures}
    )
    return _replace(report_id, edition, lambda _report: words, step=ReportStep.STANDARD, by=by, at=at)


def restore_version(*, report_id: int, version_id: int, edition: int, by: Actor, at: dt.datetime) -> Report:
    """Make title and words of an earlier version those of the report; what stood is kept as a version.

    Raises UnknownVersion, and ChangedMeanwhile where the report has changed since `edition`.
    """

    def kept(report: Report) -> list[Words]:
        version = report.versions.filter(pk=version_id).first()
        if version is None:
            raise UnknownVersion
        content: dict[str, Any] = version.content
        report.title = content["title"]
        return [Words(ReportPart(one["part"]), one["heading"], one["text"]) for one in content["passages"]]

    return _replace(report_id, edition, kept, step=ReportStep.RESTORED, by=by, at=at)


@transaction.atomic
def _replace(
    report_id: int,
    edition: int,
    words: Callable[[Report], Sequence[Words]],
    *,
    step: ReportStep,
    by: Actor,
    at: dt.datetime,
) -> Report:
    report = open_report(report_id, by=by)
    if report.edition != edition:
        raise ChangedMeanwhile
    wanted = words(report)
    report.passages.all().delete()
    write(report, wanted)
    _changed(report, step, by=by, at=at)
    return report


def open_report(report_id: int, *, by: Actor, may: May = reporting.may_edit) -> Report:
    """Lock a report for a change. Raises UnknownReport, and what `may` answers."""
    report = (
        Report.objects.select_for_update(of=("self",)).select_related("body").filter(pk=report_id).first()
    )
    if report is None:
        raise UnknownReport
    rules.require(may(by, report))
    return report


def write(report: Report, words: Iterable[Words]) -> None:
    """Further passages at the end."""
    last = report.passages.order_by("-position").values_list("position", flat=True).first()
    first = 0 if last is None else last + 1
    ReportPassage.objects.bulk_create(
        ReportPassage(report=report, part=one.part, heading=one.heading, text=one.text, position=position)
        for position, one in enumerate(words, start=first)
    )


def keep(report: Report, step: ReportStep, *, by: Actor, at: dt.datetime, note: str = "") -> ReportVersion:
    """Keep the words as they stand; while somebody goes on editing, it is their one version."""
    last = report.versions.order_by("-id").first()
    words = kept_words(report)
    if (
        last is not None
        and (last.step, step) == (ReportStep.EDITED, ReportStep.EDITED)
        and last.by_id == by.user_id
        and at - last.at < REST
    ):
        last.edition, last.at, last.content = report.edition, at, words
        last.save(update_fields=["edition", "at", "content"])
        return last
    return ReportVersion.objects.create(
        report=report, edition=report.edition, step=step, at=at, by_id=by.user_id, note=note, content=words
    )


def _changed(report: Report, step: ReportStep, *, by: Actor, at: dt.datetime) -> None:
    report.edition += 1
    report.edited_at = at
    report.save(update_fields=["title", "edition", "edited_at"])
    keep(report, step, by=by, at=at)


def _passage(report: Report, passage_id: int) -> ReportPassage:
    passage = report.passages.filter(pk=passage_id).first()
    if passage is None:
        raise UnknownPassage
    return passage


def _reworded(rows: dict[int, ReportPassage], wording: Wording, forms: Forms) -> ReportPassage | None:
    """The row with its new words, None where they are the ones that it has."""
    row = rows.get(wording.passage_id)
    if row is None:
        raise UnknownPassage
    words = _accepted(Words(ReportPart(row.part), wording.heading, wording.text), forms)
    if (words.heading, words.text) == (row.heading, row.text):
        return None
    if row.edition != wording.edition:
        raise ChangedMeanwhile
    row.heading, row.text = words.heading, words.text
    return row


def _accepted(words: Words, forms: Forms) -> Words:
    heading = accept(words.heading, HEADING_LENGTH, what=_("a heading")).replace("\n", "")
    text = accept(words.text, TEXT_LENGTH, what=_("the text")) if words.text.strip() else ""
    for token in unknown(text, forms):
        raise UnknownFigure(token=token)
    return Words(words.part, heading, text)
