"""Referring: from what, to whom, until when; and everything that is refused."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from consultations.actions.moderation import hide_suggestion
from consultations.actions.referrals import readdress_referral, withdraw_referral
from consultations.actions.signing import correct_summary, sign_summary, submit_summary
from consultations.enums import Move, ReferralState
from consultations.errors import (
    AlreadyReferred,
    BadDue,
    BadForm,
    BodyTwice,
    LeadMissing,
    NotAHandler,
    NotAllowed,
    NothingToRefer,
    NotNow,
    NotSigned,
    Refused,
    UnknownBody,
    UnknownDeliberation,
    UnknownPassage,
    UnknownReferral,
    UnknownSummary,
)
from consultations.events import Event, FollowedUp, forget, listen
from consultations.models import JournalEntry, Referral, ReferralBody, ReferralStep, Topic
from consultations.queries.journal_check import check_journal
from consultations.queries.referred_lines import referred_lines
from tests.consultations.factories import actor, make_channel, make_suggestion, make_topic
from tests.consultations.referral_scene import (
    DAY,
    DUE,
    REFERRED,
    TODAY,
    Referring,
    make_handler,
    make_referring,
)
from tests.consultations.summary_scene import make_drafted
from tests.jianyan.accounts.factories import make_body, make_member, make_moderator


@pytest.fixture
def scene(db: None) -> Referring:
    return make_referring()


def refused(scene: Referring, **wishes: Any) -> Refused:
    """The refusal, which has left no trace."""
    before = (Referral.objects.count(), ReferralStep.objects.count(), JournalEntry.objects.count())
    with pytest.raises(Refused) as caught, transaction.atomic():
        scene.refer(**wishes)
    assert (Referral.objects.count(), ReferralStep.objects.count(), JournalEntry.objects.count()) == before
    return caught.value


def test_a_line_of_a_signed_summary_is_referred_with_what_it_rests_on(scene: Referring) -> None:
    referral = Referral.objects.get(pk=scene.refer().pk)
    assert (referral.state, referral.edition, referral.round) == (ReferralState.ISSUED, 1, 1)
    assert (referral.due, referral.first_due) == (DUE, DUE)
    assert (referral.issued_at, referral.issued_by) == (REFERRED, scene.drafted.finished.secretary)
    assert (referral.summary, referral.assignment) == (scene.summary, scene.assignment)
    assert referral.item == scene.assignment.item
    assert [one.number for one in referral.suggestions.all()] == [3]
    bodies = referral.bodies.order_by("-leads")
    assert [(row.body, row.leads) for row in bodies] == [(scene.transport, True), (scene.police, False)]
    step = ReferralStep.objects.get(referral=referral)
    assert (step.move, step.before, step.after, step.by, step.at) == (
        Move.ISSUE,
        "",
        ReferralState.ISSUED,
        scene.drafted.finished.secretary,
        REFERRED,
    )


def test_the_journal_names_bodies_and_numbers_and_no_person(scene: Referring) -> None:
    referral = scene.refer()
    topic = Topic.objects.get(pk=scene.drafted.finished.topic.pk)
    entry = JournalEntry.objects.get(topic=topic, revision=topic.revision)
    assert (entry.kind, entry.at, entry.actor) == ("referred", REFERRED, scene.drafted.finished.secretary)
    assert entry.payload == {
        "referral": referral.pk,
        "edition": 1,
        "move": "issue",
        "state": "issued",
        "due": "2026-06-05",
        "lead": "县交通运输局",
        "cohandling": ["县公安局"],
        "suggestions": [scene.suggestion(3).pk],
        "numbers": [3],
        "by": "secretary",
    }
    assert check_journal(topic.pk).faults == ()


def test_one_entry_in_each_topic_concerned_and_pages_are_told_of_each(
    scene: Referring, django_capture_on_commit_callbacks: Any
) -> None:
    finished = scene.drafted.finished
    second = make_topic(scene.county, deliberation=finished.deliberation, title="第二个议题")
    make_topic(scene.county, deliberation=finished.deliberation, title="第三个议题")
    other = make_suggestion(second, finished.members[0], publish_by=finished.moderator)
    told: list[Event] = []
    listen(told.append)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            scene.refer(suggestion_ids=[other.pk, scene.suggestion(2).pk], item="一并研究。")
    finally:
        forget(told.append)
    entries = JournalEntry.objects.filter(kind="referred").order_by("topic")
    assert [(entry.topic_id, entry.payload["numbers"]) for entry in entries] == [
        (finished.topic.pk, [2]),
        (second.pk, [1]),
    ]
    assert told == [FollowedUp(topic_id=row.topic_id, revision=row.revision) for row in entries]


def test_single_suggestions_are_referred_without_a_summary(scene: Referring) -> None:
    wishes: dict[str, Any] = {
        "suggestion_ids": [scene.suggestion(1).pk, scene.suggestion(2).pk],
        "item": " 研究 停车 。 ",
    }
    referral = scene.refer(**wishes, due=TODAY)
    assert (referral.summary, referral.assignment, referral.item) == (None, None, "研究 停车 。")
    assert (referral.due, referral.suggestions.count()) == (TODAY, 2)
    assert isinstance(refused(scene, **wishes), AlreadyReferred)
    withdraw_referral(referral_id=referral.pk, reason="重复交办。", by=scene.by, at=REFERRED)
    assert scene.refer(**wishes).pk != referral.pk


def test_a_line_is_referred_once_also_in_a_corrected_summary(scene: Referring) -> None:
    referral = scene.refer()
    assert isinstance(refused(scene), AlreadyReferred)
    at = REFERRED + DAY
    corrected = correct_summary(summary_id=scene.summary.pk, by=scene.by, at=at)
    submit_summary(summary_id=corrected.pk, by=scene.by, at=at)
    corrected = sign_summary(summary_id=corrected.pk, by=scene.drafted.finished.rival, at=at)
    copied = corrected.assignments.get()
    assert copied.pk != scene.assignment.pk
    assert isinstance(refused(scene, assignment_id=copied.pk), AlreadyReferred)
    assert referred_lines(corrected.pk) == {copied.pk: referral.pk}
    assert referred_lines(scene.summary.pk) == {scene.assignment.pk: referral.pk}
    assert referred_lines(0) == {}
    withdraw_referral(referral_id=referral.pk, reason="重复交办。", by=scene.by, at=at)
    assert scene.refer(assignment_id=copied.pk).state == ReferralState.ISSUED


def test_bodies_that_make_no_sense_are_refused(scene: Referring) -> None:
    assert isinstance(refused(scene, lead_id=None), LeadMissing)
    assert isinstance(refused(scene, lead_id=0), UnknownBody)
    twice = refused(scene, cohandlers=[scene.transport])
    assert isinstance(twice, BodyTwice)
    assert "县交通运输局" in twice.message
    assert isinstance(refused(scene, cohandlers=[scene.police, scene.police]), BodyTwice)
    nobody = refused(scene, lead_id=scene.hospital.pk)
    assert isinstance(nobody, NotAHandler)
    assert "县医院" in nobody.message


def test_whoever_is_answered_for_handles_referrals_whatever_its_kind(scene: Referring) -> None:
    government = make_body("越溪县人民政府")
    office = make_body("智慧城市专班", "society", parent=government)
    assert isinstance(refused(scene, lead_id=office.pk), NotAHandler)
    make_handler(government)
    assert scene.refer(lead_id=office.pk).bodies.get(leads=True).body == office


def test_due_dates_lie_ahead(scene: Referring) -> None:
    assert isinstance(refused(scene, due=TODAY - DAY), BadDue)
    channel = make_channel()
    channel.referral_months = 1
    channel.save()
    assert scene.refer(due=None).due == dt.date(2026, 4, 5)


def test_what_is_not_signed_not_public_or_of_another_deliberation_is_not_referred(scene: Referring) -> None:
    finished = scene.drafted.finished
    draft = make_drafted(county=scene.county, number=4)
    other = draft.finished.deliberation.pk
    assert isinstance(refused(scene, deliberation_id=0), UnknownDeliberation)
    assert isinstance(refused(scene, assignment_id=0), UnknownPassage)
    assert isinstance(refused(scene, deliberation_id=other), UnknownSummary)
    one = [scene.suggestion(1).pk]
    assert isinstance(
        refused(scene, suggestion_ids=one, item="研究", summary_id=draft.summary.pk), UnknownSummary
    )
    signed = scene.refer(suggestion_ids=one, item="研究", summary_id=scene.summary.pk)
    assert (signed.summary, signed.assignment) == (scene.summary, None)
    draft_line: dict[str, Any] = {
        "suggestion_ids": [draft.finished.suggestion(1).pk],
        "summary_id": draft.summary.pk,
    }
    assert isinstance(refused(scene, deliberation_id=other, item="研究", **draft_line), NotSigned)
    for number in (6, 7, 8):
        wishes: dict[str, Any] = {"suggestion_ids": [scene.suggestion(number).pk], "item": "研究"}
        assert isinstance(refused(scene, **wishes), NothingToRefer)
    elsewhere = [draft.finished.suggestion(1).pk]
    assert isinstance(refused(scene, suggestion_ids=elsewhere, item="研究"), NothingToRefer)
    assert isinstance(refused(scene, suggestion_ids=[0], item="研究"), NothingToRefer)
    assert isinstance(refused(scene, assignment_id=None, item="研究"), NothingToRefer)
    assert isinstance(refused(scene, suggestion_ids=[scene.suggestion(2).pk], item=" "), BadForm)
    assert isinstance(refused(scene, item="长" * 2001), BadForm)
    for by in (finished.members[0], finished.moderator, scene.handler):
        assert isinstance(refused(scene, by=actor(by)), NotAllowed)


def test_what_is_hidden_meanwhile_is_not_referred(scene: Referring) -> None:
    moderator = make_moderator(scene.county)
    topic = make_topic(scene.county, deliberation=scene.drafted.finished.deliberation, title="又一个议题")
    suggestion = make_suggestion(topic, make_member(scene.county), publish_by=moderator)
    hide_suggestion(suggestion_id=suggestion.pk, reason="先核实。", by=actor(moderator), at=REFERRED)
    assert isinstance(refused(scene, suggestion_ids=[suggestion.pk], item="研究"), NothingToRefer)


def test_the_database_refuses_two_leads_a_body_twice_and_a_line_twice(scene: Referring) -> None:
    referral = scene.refer()
    with pytest.raises(IntegrityError), transaction.atomic():
        ReferralBody.objects.create(referral=referral, body=scene.hospital, leads=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReferralBody.objects.create(referral=referral, body=scene.police)
    with pytest.raises(IntegrityError), transaction.atomic():
        Referral.objects.create(
            deliberation=referral.deliberation,
            assignment=scene.assignment,
            item="再来一次",
            due=DUE,
            first_due=DUE,
            issued_at=REFERRED,
            issued_by=scene.handler,
        )


def test_readdressing_gives_it_to_others_with_days_of_their_own(scene: Referring) -> None:
    referral = scene.refer()
    at = REFERRED + 4 * DAY
    wishes: dict[str, Any] = {
        "referral_id": referral.pk,
        "lead_id": scene.police.pk,
        "by": scene.by,
        "at": at,
    }
    readdress_referral(**wishes, note="由公安局主办。")
    referral.refresh_from_db()
    assert (referral.state, referral.due, referral.edition) == (ReferralState.ISSUED, DUE, 2)
    assert list(referral.bodies.values_list("body__short_name", "leads")) == [("县公安局", True)]
    assert referral.steps.get(move=Move.READDRESS).note == "由公安局主办。"
    with pytest.raises(BadDue):
        readdress_referral(**wishes, due=TODAY)
    later = dt.date(2026, 8, 1)
    readdress_referral(**wishes, due=later)
    referral.refresh_from_db()
    assert (referral.due, referral.first_due) == (later, later)


def test_a_due_date_that_has_passed_is_set_anew_for_others(scene: Referring) -> None:
    referral = scene.refer(due=TODAY)
    at = REFERRED + 4 * DAY
    readdress_referral(referral_id=referral.pk, lead_id=scene.police.pk, by=scene.by, at=at)
    referral.refresh_from_db()
    assert (referral.due, referral.first_due) == (dt.date(2026, 6, 9), dt.date(2026, 6, 9))


def test_what_is_taken_back_or_unknown_takes_no_step(scene: Referring) -> None:
    referral = scene.refer()
    with pytest.raises(BadForm):
        withdraw_referral(referral_id=referral.pk, reason=" ", by=scene.by, at=REFERRED)
    withdraw_referral(referral_id=referral.pk, reason="重复交办。", by=scene.by, at=REFERRED)
    with pytest.raises(NotNow) as refusal:
        readdress_referral(referral_id=referral.pk, lead_id=scene.police.pk, by=scene.by, at=REFERRED)
    assert refusal.value.params["state"] == ReferralState.WITHDRAWN.label
    with pytest.raises(UnknownReferral):
        withdraw_referral(referral_id=0, reason="重复交办。", by=scene.by, at=REFERRED)


def test_referring_asks_as_much_for_one_suggestion_as_for_three(scene: Referring) -> None:
    def asked(*numbers: int) -> int:
        ids = [scene.suggestion(number).pk for number in numbers]
        with CaptureQueriesContext(connection) as queries:
            scene.refer(suggestion_ids=ids, item="研究")
        return len(queries)

    assert asked(5) == asked(1, 2, 4)
