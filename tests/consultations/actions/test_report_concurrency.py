"""Those who write and sign a report at the same moment, each in a thread with a connection of its own."""

from __future__ import annotations

from functools import partial

import pytest

from consultations.actions.report_signing import correct_report, sign_report, submit_report, take_back_report
from consultations.actions.reports import Wording, begin_report, edit_report
from consultations.enums import ReportStatus
from consultations.errors import ChangedMeanwhile, ReportNotInReview, ReportReplaced, ReportSigned
from consultations.models import Report, ReportPassage
from tests.consultations.report_scene import LATER, WRITTEN, YEAR, make_reporting
from tests.consultations.test_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_four_who_begin_at_once_all_have_the_same_draft() -> None:
    scene = make_reporting()
    begin = partial(begin_report, body_id=scene.county.committee.pk, period=YEAR, by=scene.by, at=WRITTEN)
    answers = at_once([begin] * 4)
    assert len({report.pk for report in answers}) == 1
    assert (Report.objects.count(), ReportPassage.objects.count()) == (1, 3)


def test_of_four_rewordings_of_one_passage_one_is_kept_and_three_are_told() -> None:
    scene = make_reporting()
    report = scene.begin()
    passage = report.passages.all()[0]
    edits = [
        partial(
            edit_report,
            report_id=report.pk,
            title=report.title,
            seen_title=report.title,
            wordings=[Wording(passage.pk, passage.heading, f"第{number}种说法。", passage.edition)],
            by=scene.by,
            at=LATER,
        )
        for number in range(4)
    ]
    answers = at_once(edits)
    assert sum(isinstance(answer, ChangedMeanwhile) for answer in answers) == 3
    assert Report.objects.get().edition == 2


def test_what_is_signed_and_taken_back_at_once_is_one_of_both() -> None:
    scene = make_reporting()
    report = scene.submitted()
    at_once(
        [
            partial(sign_report, report_id=report.pk, by=scene.signer, at=LATER),
            partial(take_back_report, report_id=report.pk, by=scene.by, at=LATER),
            partial(sign_report, report_id=report.pk, by=scene.rival, at=LATER),
            partial(take_back_report, report_id=report.pk, by=scene.rival, at=LATER),
        ]
    )
    fresh = Report.objects.get()
    whole = (fresh.content is not None, fresh.figures is not None, fresh.signed_at is not None)
    assert whole == ((True,) * 3 if fresh.status == ReportStatus.SIGNED else (False,) * 3)


def test_of_four_submissions_and_corrections_at_once_one_counts() -> None:
    scene = make_reporting()
    draft = scene.begin()
    submit = partial(submit_report, report_id=draft.pk, edition=1, by=scene.by, at=LATER)
    answers = at_once([submit] * 4)
    assert sum(isinstance(answer, Report) for answer in answers) == 1
    signing = partial(sign_report, report_id=draft.pk, by=scene.signer, at=LATER)
    answers = at_once([signing] * 4)
    assert sum(isinstance(answer, ReportSigned | ReportNotInReview) for answer in answers) == 3
    correcting = partial(correct_report, report_id=draft.pk, by=scene.by, at=LATER)
    answers = at_once([correcting] * 4)
    assert sum(isinstance(answer, ReportReplaced) for answer in answers) == 3
    assert Report.objects.count() == 2
