"""Writing a report and signing it: who may do what in which state, and that no figure is anybody's to write."""

from __future__ import annotations

import datetime as dt

import pytest

from consultations.actions.report_signing import (
    correct_report,
    return_report,
    sign_report,
    submit_report,
    take_back_report,
)
from consultations.actions.reports import (
    Wording,
    begin_report,
    edit_report,
    move_passage,
    remove_passage,
    restore_version,
    use_standard_text,
)
from consultations.documents.report.standard import Words
from consultations.enums import ReportPart, ReportStatus, ReportStep
from consultations.errors import (
    BadForm,
    ChangedMeanwhile,
    NotAllowed,
    OwnReport,
    ReportInReview,
    ReportNotInReview,
    ReportNotReady,
    ReportNotSigned,
    ReportReplaced,
    ReportSigned,
    UnknownFigure,
    UnknownPassage,
    UnknownReport,
    UnknownVersion,
)
from consultations.models import EventRecord, Report, ReportPassage
from consultations.periods import Period
from consultations.queries.report_document import document_for
from consultations.queries.reports import load_report
from tests.consultations.factories import actor
from tests.consultations.report_scene import LATER, WRITTEN, YEAR, Reporting, make_reporting
from tests.jianyan.accounts.factories import make_auditor, make_body, make_member, make_secretary

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def scene(db: None) -> Reporting:
    return make_reporting()


def words(report: Report) -> list[tuple[str, str]]:
    return list(report.passages.values_list("heading", "text"))


def edited(
    scene: Reporting, report: Report, passage: ReportPassage, text: str, at: dt.datetime = LATER
) -> Report:
    wording = Wording(passage.pk, passage.heading, text, passage.edition)
    return edit_report(
        report_id=report.pk,
        title=report.title,
        seen_title=report.title,
        wordings=[wording],
        by=scene.by,
        at=at,
    )


def test_a_report_begins_with_what_there_are_figures_for(scene: Reporting) -> None:
    report = scene.begin()
    assert report.title == "政协越溪县委员会2025年履职答卷"
    assert words(report) == [
        (
            "推进书香政协建设",
            "开展读书活动{reading_sessions}，参与委员{reading_attendance}，交流发言{reading_statements}，以读书促履职、聚共识。",
        ),
        ("广泛开展协商议政", "各项活动中{suggestions_adopted}意见建议被采纳。"),
        (
            "办好民生议事堂",
            "推动协商向基层延伸，{halls}民生议事堂开展活动{hall_sessions}，{hall_accepted}意见建议被采纳，推动解决民生问题{hall_resolved}。",
        ),
    ]
    printed = [passage.printed for passage in document_for(load_report(report.pk), at=WRITTEN).passages]
    assert printed[0] == "开展读书活动1场，参与委员100多人次，交流发言45条，以读书促履职、聚共识。"


def test_begun_twice_it_is_the_same_draft(scene: Reporting) -> None:
    assert scene.begin() == begin_report(
        body_id=scene.county.committee.pk, period=YEAR, by=scene.rival, at=LATER
    )
    assert Report.objects.count() == 1


def test_only_secretaries_begin_one(scene: Reporting) -> None:
    elsewhere = make_secretary(scene.county, "别处秘书")
    elsewhere.memberships.update(body=scene.county.department)
    for user in (scene.chair, make_member(scene.county), make_auditor(scene.county), elsewhere):
        with pytest.raises(NotAllowed):
            begin_report(body_id=scene.county.committee.pk, period=YEAR, by=actor(user, WRITTEN), at=WRITTEN)
    with pytest.raises(UnknownReport):
        begin_report(body_id=9**9, period=YEAR, by=scene.by, at=WRITTEN)
    assert not Report.objects.exists()


def test_a_year_in_which_nothing_happened_begins_without_words(scene: Reporting) -> None:
    report = scene.begin(Period(dt.date(2023, 1, 1), dt.date(2023, 12, 31)))
    assert words(report) == []
    with pytest.raises(ReportNotReady):
        submit_report(report_id=report.pk, edition=report.edition, by=scene.by, at=LATER)


def test_words_are_changed_and_figures_follow_what_happened(scene: Reporting) -> None:
    report = scene.begin()
    passage = report.passages.all()[0]
    edited(scene, report, passage, "读书{reading_sessions:exact}，上年{reading_sessions:before}。")
    EventRecord.objects.filter(attendance=120).update(attendance=1043)
    document = document_for(load_report(report.pk), at=LATER)
    assert document.passages[0].printed == "读书1场，上年1场。"
    attendance = next(one for one in document.figures.figures if one.slug == "reading_attendance")
    assert (attendance.value, attendance.printed, attendance.before) == (1043, "1000多人次", 80)


@pytest.mark.parametrize(
    "token", ["{reading_sesions}", "{reading_sessions:most}", "{场次}", "{consultations:share}"]
)
def test_what_is_no_figure_is_refused_and_nothing_is_saved(scene: Reporting, token: str) -> None:
    report = scene.begin()
    before = words(report)
    first, second = report.passages.all()[:2]
    with pytest.raises(UnknownFigure) as refused:
        edit_report(
            report_id=report.pk,
            title="另一标题",
            seen_title=report.title,
            wordings=[
                Wording(second.pk, second.heading, "改过的话。", second.edition),
                Wording(first.pk, first.heading, f"读书{token}。", first.edition),
            ],
            by=scene.by,
            at=LATER,
        )
    assert token in refused.value.message
    assert words(report) == before
    assert load_report(report.pk).edition == 1


def test_full_width_braces_name_a_figure_too(scene: Reporting) -> None:
    report = scene.begin()
    edited(scene, report, report.passages.all()[0], "读书｛reading_sessions：exact｝。")
    assert document_for(load_report(report.pk), at=LATER).passages[0].printed == "读书1场。"


def test_who_has_not_seen_what_another_wrote_does_not_overwrite_it(scene: Reporting) -> None:
    report = scene.begin()
    passage = report.passages.all()[0]
    edited(scene, report, passage, "第一位秘书的话。")
    with pytest.raises(ChangedMeanwhile):
        edited(scene, report, passage, "第二位秘书的话。")
    # The same words twice are no conflict, and no change.
    assert edited(scene, report, passage, "第一位秘书的话。").edition == 2
    with pytest.raises(ChangedMeanwhile):
        edit_report(
            report_id=report.pk, title="甲", seen_title="不是现在的标题", wordings=[], by=scene.by, at=LATER
        )
    assert report.passages.all()[0].text == "第一位秘书的话。"


def test_passages_are_added_moved_and_taken_out_within_their_part(scene: Reporting) -> None:
    report = scene.begin()
    edit_report(
        report_id=report.pk,
        title=report.title,
        seen_title=report.title,
        wordings=[],
        added=[
            Words(ReportPart.LEARNING, "加强队伍建设", "全年学习{reading_sessions}。"),
            Words(ReportPart.LEARNING, "再加一段", ""),
        ],
        by=scene.by,
        at=LATER,
    )
    learning = report.passages.filter(part=ReportPart.LEARNING)
    last = learning.last()
    assert last is not None
    move_passage(report_id=report.pk, passage_id=last.pk, places=-1, by=scene.by, at=LATER)
    move_passage(report_id=report.pk, passage_id=last.pk, places=-5, by=scene.by, at=LATER)
    assert [row.heading for row in learning.all()] == ["再加一段", "推进书香政协建设", "加强队伍建设"]
    remove_passage(report_id=report.pk, passage_id=last.pk, by=scene.by, at=LATER)
    assert [row.heading for row in learning.all()] == ["推进书香政协建设", "加强队伍建设"]
    with pytest.raises(UnknownPassage):
        move_passage(report_id=report.pk, passage_id=last.pk, places=1, by=scene.by, at=LATER)


def test_what_is_too_long_or_empty_is_refused(scene: Reporting) -> None:
    report = scene.begin()
    passage = report.passages.all()[0]
    with pytest.raises(BadForm):
        edited(scene, report, passage, "长" * 5001)
    for title, heading in (("", passage.heading), (report.title, " ")):
        with pytest.raises(BadForm):
            edit_report(
                report_id=report.pk,
                title=title,
                seen_title=report.title,
                wordings=[Wording(passage.pk, heading, "话。", passage.edition)],
                by=scene.by,
                at=LATER,
            )


def test_versions_are_kept_and_brought_back(scene: Reporting) -> None:
    report = scene.begin()
    begun = words(report)
    for at, text in ((LATER, "一稿。"), (LATER + MINUTE, "二稿。"), (LATER + 20 * MINUTE, "三稿。")):
        edited(scene, report, report.passages.all()[0], text, at=at)
    versions = list(report.versions.all())
    # Whoever goes on within ten minutes goes on with the same version.
    assert [one.step for one in versions] == [ReportStep.EDITED, ReportStep.EDITED, ReportStep.BEGUN]
    assert versions[1].content["passages"][0]["text"] == "二稿。"
    report = restore_version(
        report_id=report.pk, version_id=versions[2].pk, edition=4, by=scene.by, at=LATER + 21 * MINUTE
    )
    assert words(report) == begun
    with pytest.raises(ChangedMeanwhile):
        restore_version(report_id=report.pk, version_id=versions[0].pk, edition=4, by=scene.by, at=LATER)
    with pytest.raises(UnknownVersion):
        restore_version(report_id=report.pk, version_id=9**9, edition=5, by=scene.by, at=LATER)


def test_the_standard_text_comes_again(scene: Reporting) -> None:
    report = scene.begin()
    begun = words(report)
    edited(scene, report, report.passages.all()[0], "另起炉灶。")
    with pytest.raises(ChangedMeanwhile):
        use_standard_text(report_id=report.pk, edition=1, by=scene.by, at=LATER)
    use_standard_text(report_id=report.pk, edition=2, by=scene.by, at=LATER)
    assert words(report) == begun
    assert report.versions.all()[1].content["passages"][0]["text"] == "另起炉灶。"


def test_submitting_freezes_the_figures(scene: Reporting) -> None:
    report = scene.submitted()
    EventRecord.objects.filter(attendance=120).update(attendance=999)
    document = document_for(load_report(report.pk), at=LATER)
    assert document.status == ReportStatus.REVIEW
    assert document.passages[0].printed.startswith("开展读书活动1场，参与委员100多人次")
    assert document.figures_hash == report.digest
    with pytest.raises(ReportInReview):
        edited(scene, report, report.passages.all()[0], "来不及了。")


def test_whoever_submits_has_seen_what_they_submit(scene: Reporting) -> None:
    report = scene.begin()
    edited(scene, report, report.passages.all()[0], "刚改过。")
    with pytest.raises(ChangedMeanwhile):
        submit_report(report_id=report.pk, edition=1, by=scene.rival, at=LATER)


def test_a_passage_without_text_keeps_it_from_being_submitted(scene: Reporting) -> None:
    report = scene.begin()
    edited(scene, report, report.passages.all()[0], " ")
    with pytest.raises(ReportNotReady) as refused:
        submit_report(report_id=report.pk, edition=2, by=scene.by, at=LATER)
    assert "推进书香政协建设" in refused.value.message


def test_two_persons_sign(scene: Reporting) -> None:
    report = scene.submitted()
    with pytest.raises(OwnReport):
        sign_report(report_id=report.pk, by=scene.by, at=LATER)
    for user in (make_member(scene.county), make_auditor(scene.county)):
        with pytest.raises(NotAllowed):
            sign_report(report_id=report.pk, by=actor(user, WRITTEN), at=LATER)
    signed = sign_report(report_id=report.pk, by=scene.signer, at=LATER)
    assert signed.content is not None
    assert (signed.status, signed.content["seal"]) == (ReportStatus.SIGNED, signed.seal)
    with pytest.raises(ReportSigned):
        sign_report(report_id=report.pk, by=scene.signer, at=LATER)
    with pytest.raises(ReportSigned):
        edited(scene, signed, signed.passages.all()[0], "不能改了。")


def test_a_second_secretary_may_sign_as_well(scene: Reporting) -> None:
    assert (
        sign_report(report_id=scene.submitted().pk, by=scene.rival, at=LATER).signed_by_id
        == scene.rival.user_id
    )


def test_it_is_sent_back_with_a_reason_and_submitted_anew(scene: Reporting) -> None:
    report = scene.submitted()
    with pytest.raises(BadForm):
        return_report(report_id=report.pk, reason="", by=scene.signer, at=LATER)
    returned = return_report(report_id=report.pk, reason="请补充数字来源。", by=scene.signer, at=LATER)
    assert (returned.status, returned.figures, returned.digest) == (ReportStatus.DRAFT, None, "")
    assert returned.versions.all()[0].note == "请补充数字来源。"
    with pytest.raises(ReportNotInReview):
        take_back_report(report_id=report.pk, by=scene.by, at=LATER)
    submit_report(report_id=report.pk, edition=returned.edition, by=scene.by, at=LATER)
    assert take_back_report(report_id=report.pk, by=scene.rival, at=LATER).status == ReportStatus.DRAFT


def test_a_chair_writes_nothing(scene: Reporting) -> None:
    report = scene.begin()
    with pytest.raises(NotAllowed):
        remove_passage(report_id=report.pk, passage_id=report.passages.all()[0].pk, by=scene.signer, at=LATER)
    with pytest.raises(NotAllowed):
        submit_report(report_id=report.pk, edition=1, by=scene.signer, at=LATER)


def test_frozen_figures_that_somebody_has_changed_are_not_signed(scene: Reporting) -> None:
    report = scene.submitted()
    assert report.figures is not None
    report.figures["figures"][0]["value"] = 99
    report.save(update_fields=["figures"])
    with pytest.raises(ReportNotReady):
        sign_report(report_id=report.pk, by=scene.signer, at=LATER)


def test_a_correction_is_a_further_version_with_the_figures_of_now(scene: Reporting) -> None:
    old = scene.signed()
    EventRecord.objects.filter(attendance=120).update(attendance=205)
    with pytest.raises(ReportSigned):
        scene.begin()
    new = correct_report(report_id=old.pk, by=scene.by, at=LATER)
    with pytest.raises(ReportReplaced):
        correct_report(report_id=old.pk, by=scene.rival, at=LATER)
    with pytest.raises(ReportNotSigned):
        correct_report(report_id=new.pk, by=scene.by, at=LATER)
    assert (new.version, words(new)) == (2, words(old))
    submit_report(report_id=new.pk, edition=1, by=scene.by, at=LATER)
    sign_report(report_id=new.pk, by=scene.signer, at=LATER + MINUTE)
    first = document_for(load_report(old.pk), at=LATER)
    second = document_for(load_report(new.pk), at=LATER)
    assert "参与委员100多人次" in first.passages[0].printed
    assert "参与委员200多人次" in second.passages[0].printed
    replaces = second.head.replaces
    assert replaces is not None
    assert (replaces.version, replaces.seal) == (1, old.seal)


def test_another_body_below_reports_for_itself(scene: Reporting) -> None:
    hall = make_body("民生议事堂·桥南街道", "hall", parent=scene.county.committee)
    report = begin_report(body_id=hall.pk, period=YEAR, by=scene.by, at=WRITTEN)
    assert (report.title, words(report)) == ("民生议事堂·桥南街道2025年履职答卷", [])
    with pytest.raises(UnknownReport):
        submit_report(report_id=9**9, edition=1, by=scene.by, at=LATER)
