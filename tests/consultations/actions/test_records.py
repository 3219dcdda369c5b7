"""Rules of points, corrections, appeals and the freezing of a year: who may, what is refused, and what stays as it was."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from consultations.actions.point_rules import correct_points, decide_point_rules, withdraw_correction
from consultations.actions.record_appeals import LONGEST, MOST_OPEN, answer_appeal, appeal
from consultations.actions.record_freezing import freeze_year, undo_freezing
from consultations.errors import (
    AppealAnswered,
    BadCharacters,
    BadForm,
    ChangedMeanwhile,
    Empty,
    NotAllowed,
    OwnRecord,
    PointsOff,
    Refused,
    TooLong,
    TooManyAppeals,
    UnknownRecord,
    YearFrozen,
)
from consultations.journal import canonical
from consultations.models import Appeal, PointCorrection, PointRules, RecordFreeze
from consultations.points import Rule
from consultations.queries.member_record import record_page, rules_in_force
from consultations.queries.member_records import differences, year_records
from jianyan.accounts.enums import Role
from jianyan.accounts.models import User
from jianyan.accounts.roles import Actor
from tests.consultations.factories import actor
from tests.consultations.record_scene import (
    NOW,
    STANDARD,
    YEAR,
    Year,
    attend,
    make_closed_topic,
    make_event,
    make_idea,
    make_outcome,
    make_year,
    noon,
    support,
    switch_on,
)
from tests.jianyan.accounts.factories import (
    make_auditor,
    make_county,
    make_membership,
    make_secretary,
    make_user,
)

pytestmark = pytest.mark.django_db

Wish = Callable[[Actor], Any]


@pytest.fixture
def scene() -> Year:
    return make_year()


def total(scene: Year, user: User) -> Decimal | None:
    return record_page(scene.county.committee, user, YEAR, at=NOW).total


def correct(scene: Year, amount: str = "5", *, by: Actor | None = None, **fields: Any) -> PointCorrection:
    fields = {"user_id": scene.luo.pk, "year": YEAR, "reason": "补记一次活动", **fields}
    return correct_points(
        body_id=scene.county.committee.pk, amount=Decimal(amount), by=by or scene.by, at=NOW, **fields
    )


def complain(scene: Year, text: str = "三月的读书活动我参加了。", *, by: User | None = None) -> Appeal:
    return appeal(
        body_id=scene.county.committee.pk,
        year=YEAR,
        about="attended:1",
        text=text,
        by=actor(by or scene.luo, NOW),
        at=NOW,
    )


def freeze(scene: Year) -> RecordFreeze:
    return freeze_year(body_id=scene.county.committee.pk, year=YEAR, by=scene.by, at=NOW)


# --- rules ----------------------------------------------------------------------------------------------------------


def test_each_change_of_the_rules_is_a_version(scene: Year) -> None:
    assert rules_in_force(scene.county.committee, YEAR).version == 0
    switch_on(scene)
    switch_on(scene, STANDARD[:1], on=False)
    latest = rules_in_force(scene.county.committee, YEAR)
    assert (latest.version, latest.on, latest.rules) == (2, False, STANDARD[:1])
    assert PointRules.objects.count() == 2


def test_two_secretaries_at_once_are_told(scene: Year) -> None:
    switch_on(scene)
    with pytest.raises(ChangedMeanwhile):
        decide_point_rules(
            body_id=scene.county.committee.pk,
            year=YEAR,
            on=True,
            rules_of_points=(),
            seen=0,
            by=scene.by,
            at=NOW,
        )


def test_rules_that_are_wrong_leave_no_trace(scene: Year) -> None:
    with pytest.raises(BadForm):
        switch_on(scene, (Rule(deed="suggested", part="present", points=Decimal(1)),))
    assert not PointRules.objects.exists()


def test_rules_of_one_year_are_not_those_of_another(scene: Year) -> None:
    switch_on(scene)
    assert not rules_in_force(scene.county.committee, YEAR + 1).on


# --- corrections ----------------------------------------------------------------------------------------------------


def test_a_correction_counts_until_it_is_taken_back(scene: Year) -> None:
    attend(scene.luo, make_event(scene, "读书", noon(3, 3)))
    switch_on(scene)
    first = correct(scene, "5")
    correct(scene, "-0.5")
    assert total(scene, scene.luo) == Decimal("6.5")
    for _ in range(2):
        withdraw_correction(correction_id=first.pk, by=scene.by, at=NOW)
    assert total(scene, scene.luo) == Decimal("1.5")
    first.refresh_from_db()
    assert (first.withdrawn_at, first.withdrawn_by_id) == (NOW, scene.secretary.pk)


@pytest.mark.parametrize(
    ("amount", "fields", "refusal"),
    [
        ("0", {}, BadForm),
        ("1000", {}, BadForm),
        ("0.25", {}, BadForm),
        ("5", {"reason": "  "}, Empty),
        ("5", {"reason": "a\u202eb"}, BadCharacters),
        ("5", {"reason": "长" * 301}, TooLong),
        ("5", {"user_id": 10**9}, UnknownRecord),
        ("5", {"year": 99999}, UnknownRecord),
        ("5", {"year": YEAR + 1}, PointsOff),
    ],
)
def test_corrections_that_are_none(
    scene: Year, amount: str, fields: dict[str, Any], refusal: type[Refused]
) -> None:
    switch_on(scene)
    with pytest.raises(refusal):
        correct(scene, amount, **fields)
    assert not PointCorrection.objects.exists()


def test_nothing_is_corrected_while_points_are_off(scene: Year) -> None:
    with pytest.raises(PointsOff):
        correct(scene)


def test_a_secretary_does_not_decide_about_their_own_record(scene: Year) -> None:
    make_membership(scene.secretary, scene.county.committee, Role.MEMBER)
    switch_on(scene)
    with pytest.raises(OwnRecord):
        correct(scene, user_id=scene.secretary.pk)
    other = actor(make_secretary(scene.county, "俞秘书"), NOW)
    own = correct(scene, user_id=scene.secretary.pk, by=other)
    with pytest.raises(OwnRecord):
        withdraw_correction(correction_id=own.pk, by=scene.by, at=NOW)
    complaint = complain(scene, by=scene.secretary)
    with pytest.raises(OwnRecord):
        answer_appeal(appeal_id=complaint.pk, accepted=True, answer="好", by=scene.by, at=NOW)


# --- appeals --------------------------------------------------------------------------------------------------------


def test_an_accepted_appeal_can_bring_points(scene: Year) -> None:
    switch_on(scene)
    complaint = complain(scene)
    answered = answer_appeal(
        appeal_id=complaint.pk, accepted=True, answer="已补记。", amount=Decimal(2), by=scene.by, at=NOW
    )
    assert (answered.state, answered.answered_by_id) == ("accepted", scene.secretary.pk)
    assert answered.correction is not None
    assert (answered.correction.points, answered.correction.reason) == (Decimal(2), "已补记。")
    assert total(scene, scene.luo) == 2
    with pytest.raises(AppealAnswered):
        answer_appeal(appeal_id=complaint.pk, accepted=False, answer="不", by=scene.by, at=NOW)


def test_a_declined_appeal_has_a_reason_and_brings_nothing(scene: Year) -> None:
    switch_on(scene)
    complaint = complain(scene)
    with pytest.raises(Empty):
        answer_appeal(appeal_id=complaint.pk, accepted=False, answer=" ", by=scene.by, at=NOW)
    answer_appeal(
        appeal_id=complaint.pk,
        accepted=False,
        answer="签到表上没有您。",
        amount=Decimal(2),
        by=scene.by,
        at=NOW,
    )
    complaint.refresh_from_db()
    assert (complaint.state, complaint.correction) == ("declined", None)
    assert total(scene, scene.luo) == 0


def test_an_appeal_that_cannot_be_granted_stays_open(scene: Year) -> None:
    complaint = complain(scene)
    with pytest.raises(PointsOff):
        answer_appeal(
            appeal_id=complaint.pk, accepted=True, answer="好", amount=Decimal(2), by=scene.by, at=NOW
        )
    complaint.refresh_from_db()
    assert complaint.state == "open"
    assert (
        answer_appeal(appeal_id=complaint.pk, accepted=True, answer="好", by=scene.by, at=NOW).correction
        is None
    )


def test_appeals_are_bounded(scene: Year) -> None:
    with pytest.raises(TooLong):
        complain(scene, "长" * (LONGEST + 1))
    with pytest.raises(Empty):
        complain(scene, "\n")
    for number in range(MOST_OPEN):
        complain(scene, f"第{number}处有误")
    with pytest.raises(TooManyAppeals):
        complain(scene)
    complain(scene, by=scene.lin)


def test_who_has_no_record_there_cannot_appeal(scene: Year) -> None:
    for somebody in (scene.secretary, make_user("过客")):
        with pytest.raises(NotAllowed):
            complain(scene, by=somebody)


# --- freezing -------------------------------------------------------------------------------------------------------


def test_a_frozen_record_does_not_change_whatever_happens_afterwards(scene: Year) -> None:
    idea = make_idea(make_closed_topic(scene, "停车", noon(3, 5)), scene.luo, scene.lin)
    attend(scene.luo, make_event(scene, "读书", noon(3, 3), categories=("reading",)))
    make_outcome(scene, noon(9, 1).date(), suggestion=idea)
    switch_on(scene)
    correct(scene)
    before = record_page(scene.county.committee, scene.luo, YEAR, at=NOW)
    frozen = freeze(scene)
    support(idea, scene.gu)
    attend(scene.luo, make_event(scene, "迟录", noon(4, 3)))
    PointRules.objects.update(on=False)
    PointCorrection.objects.update(points=50)
    after = record_page(scene.county.committee, scene.luo, YEAR, at=NOW)
    assert after.frozen is not None
    assert (after.frozen.digest, after.frozen.by) == (frozen.digest, "沈秘书")
    for field in ("rows", "totals", "lines", "corrections", "total"):
        assert getattr(after, field) == getattr(before, field)


def test_what_is_frozen_has_a_hash_that_anybody_can_compute(scene: Year) -> None:
    attend(scene.luo, make_event(scene, "读书", noon(3, 3)))
    frozen = freeze(scene)
    stored = RecordFreeze.objects.get(pk=frozen.pk)
    assert stored.digest == hashlib.sha256(canonical(stored.content).encode()).hexdigest()
    undo_freezing(freeze_id=frozen.pk, by=scene.by, at=NOW)
    assert freeze(scene).digest == stored.digest
    changed = copy.deepcopy(stored.content)
    changed["members"][f"u{scene.luo.pk}"]["rows"]["attended"] = []
    assert hashlib.sha256(canonical(changed).encode()).hexdigest() != stored.digest


def test_in_a_frozen_year_nothing_is_decided(scene: Year) -> None:
    switch_on(scene)
    correction = correct(scene)
    complaint = complain(scene)
    frozen = freeze(scene)
    wishes: list[Callable[[], Any]] = [
        lambda: switch_on(scene),
        lambda: correct(scene),
        lambda: withdraw_correction(correction_id=correction.pk, by=scene.by, at=NOW),
        lambda: answer_appeal(
            appeal_id=complaint.pk, accepted=True, answer="好", amount=Decimal(1), by=scene.by, at=NOW
        ),
        lambda: freeze(scene),
    ]
    for wish in wishes:
        with pytest.raises(YearFrozen):
            wish()
    complain(scene, "仍可申诉")
    undo_freezing(freeze_id=frozen.pk, by=scene.by, at=NOW)
    for wish in wishes:
        wish()


def test_undoing_is_recorded_and_twice_changes_nothing(scene: Year) -> None:
    frozen = freeze(scene)
    other = actor(make_secretary(scene.county, "俞秘书"), NOW)
    undo_freezing(freeze_id=frozen.pk, by=other, at=NOW)
    undo_freezing(freeze_id=frozen.pk, by=scene.by, at=NOW)
    frozen.refresh_from_db()
    assert (frozen.undone_at, frozen.undone_by_id) == (NOW, other.user_id)
    assert frozen.content["year"] == YEAR


def test_what_differs_since_is_listed(scene: Year) -> None:
    attend(scene.luo, make_event(scene, "读书", noon(3, 3)))
    switch_on(scene)
    freeze(scene)
    page = record_page(scene.county.committee, scene.luo, YEAR, at=NOW)
    assert page.frozen is not None
    assert differences(scene.county.committee, YEAR, page.frozen, at=NOW) == ()
    attend(scene.luo, make_event(scene, "迟录", noon(4, 3)))
    newcomer = make_user("丁一")
    make_membership(newcomer, scene.county.committee)
    found = differences(scene.county.committee, YEAR, page.frozen, at=NOW)
    assert [(one.name, one.what, one.then, one.now) for one in found if one.name == "罗小满"] == [
        ("罗小满", "present", "1", "2"),
        ("罗小满", "on_site", "1", "2"),
        ("罗小满", "points", "2", "4"),
    ]
    assert {(one.then, one.now) for one in found if one.name == "丁一"} == {(None, "0"), (None, "")}
    assert record_page(scene.county.committee, newcomer, YEAR, at=NOW).rows.stays == ()


def test_all_records_keep_the_order_of_strokes_when_frozen(scene: Year) -> None:
    live = [one.rows.name for one in year_records(scene.county.committee, YEAR, at=NOW)[1]]
    freeze(scene)
    kept = [one.rows.name for one in year_records(scene.county.committee, YEAR, at=NOW)[1]]
    assert live == kept == ["林栖云", "罗小满", "顾南枝"]


# --- who ------------------------------------------------------------------------------------------------------------


def test_only_secretaries_of_the_body_decide(scene: Year) -> None:
    switch_on(scene)
    correction = correct(scene)
    complaint = complain(scene)
    frozen = freeze(scene)
    undo_freezing(freeze_id=frozen.pk, by=scene.by, at=NOW)
    chair = make_user("主席")
    make_membership(chair, scene.county.committee, Role.CHAIR)
    others = (
        scene.luo,
        chair,
        make_auditor(scene.county),
        make_secretary(make_county("政协邻县委员会"), "邻县秘书"),
    )
    wishes: list[Wish] = [
        lambda by: decide_point_rules(
            body_id=scene.county.committee.pk, year=YEAR, on=True, rules_of_points=(), seen=1, by=by, at=NOW
        ),
        lambda by: correct(scene, by=by, user_id=scene.lin.pk),
        lambda by: withdraw_correction(correction_id=correction.pk, by=by, at=NOW),
        lambda by: answer_appeal(appeal_id=complaint.pk, accepted=True, answer="好", by=by, at=NOW),
        lambda by: freeze_year(body_id=scene.county.committee.pk, year=YEAR, by=by, at=NOW),
        lambda by: undo_freezing(freeze_id=frozen.pk, by=by, at=NOW),
    ]
    for wish in wishes:
        for somebody in others:
            with pytest.raises(NotAllowed):
                wish(actor(somebody, NOW))
        wish(scene.by)


def test_what_is_not_there_is_said(scene: Year) -> None:
    gone: list[Callable[[], Any]] = [
        lambda: withdraw_correction(correction_id=10**9, by=scene.by, at=NOW),
        lambda: answer_appeal(appeal_id=10**9, accepted=True, answer="好", by=scene.by, at=NOW),
        lambda: undo_freezing(freeze_id=10**9, by=scene.by, at=NOW),
        lambda: freeze_year(body_id=10**9, year=YEAR, by=scene.by, at=NOW),
        lambda: freeze_year(body_id=scene.county.committee.pk, year=9999, by=scene.by, at=NOW),
    ]
    for wish in gone:
        with pytest.raises(UnknownRecord):
            wish()
