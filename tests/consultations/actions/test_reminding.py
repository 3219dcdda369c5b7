"""Reminders before and after the due date: each once, no burst of missed ones, none from before the date was set."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consultations.actions.referrals import extend_referral, readdress_referral, withdraw_referral
from consultations.actions.reminding import send_reminders
from consultations.actions.satisfaction import rate_reply
from consultations.enums import Move
from consultations.models import JournalEntry, Notification, Referral, ReferralStep, Reminder
from consultations.queries.journal_check import check_journal
from tests.consultations.factories import make_channel
from tests.consultations.referral_scene import DAY, DUE, REFERRED, TODAY, Referring, make_referring


@pytest.fixture
def scene(db: None) -> Referring:
    return make_referring()


def noon(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(12)))


def on(days: int) -> int:
    """How many reminders go out so many days after the due date of an ordinary referral."""
    return send_reminders(at=noon(DUE + days * DAY))


def reminded() -> list[int]:
    return list(Reminder.objects.order_by("id").values_list("days", flat=True))


def test_bodies_are_reminded_on_the_days_of_the_channel_once(scene: Referring) -> None:
    referral = scene.refer()
    Notification.objects.all().delete()
    sent = {day: on(day) + on(day) for day in range(-10, 40)}
    assert [day for day, count in sent.items() if count] == [-7, -1, 1, 7, 30]
    assert set(sent.values()) == {0, 1}
    assert reminded() == [-7, -1, 1, 7, 30]
    steps = ReferralStep.objects.filter(referral=referral, move=Move.REMIND)
    assert [(step.by, step.before, step.after) for step in steps] == [(None, "issued", "issued")] * 5
    assert Referral.objects.get(pk=referral.pk).edition == 6
    told = Notification.objects.values_list("kind", "user__display_name")
    assert set(told) == {("to_handle", "程处长"), ("to_handle", "高警官")}
    assert told.count() == 10
    entry = JournalEntry.objects.filter(kind="referred").latest("id")
    assert (entry.payload["days"], "by" in entry.payload, entry.actor) == (30, False, None)
    assert check_journal(scene.drafted.finished.topic.pk).faults == ()


def test_of_several_missed_days_only_the_latest_is_sent(scene: Referring) -> None:
    scene.accepted()
    assert on(12) == 1
    assert reminded() == [7]
    assert on(13) == 0


def test_days_before_the_date_was_set_are_no_reason_to_remind(scene: Referring) -> None:
    scene.refer(due=TODAY + 3 * DAY)
    assert send_reminders(at=REFERRED) == 0
    assert send_reminders(at=noon(TODAY + 2 * DAY)) == 1
    assert reminded() == [-1]


def test_a_new_date_has_reminders_of_its_own(scene: Referring) -> None:
    referral = scene.refer()
    assert on(-6) == 1
    extend_referral(referral_id=referral.pk, reason="需协调。", by=scene.by, at=noon(DUE - 5 * DAY))
    assert [on(day) for day in (-4, 1, 22, 23, 24, 29)] == [0, 0, 0, 1, 0, 1]
    readdress_referral(
        referral_id=referral.pk,
        lead_id=scene.police.pk,
        due=DUE + 60 * DAY,
        by=scene.by,
        at=noon(DUE + 30 * DAY),
    )
    assert [on(day) for day in (31, 52, 53)] == [0, 0, 1]


def test_what_is_reopened_is_reminded_of_again(scene: Referring) -> None:
    referral = scene.accepted()
    assert on(-1) == 1
    replied = scene.answer(referral, at=noon(DUE))
    assert on(1) == on(7) == 0
    rate_reply(reply_id=replied.reply.pk, degree="no", by=scene.author, at=noon(DUE + 10 * DAY))
    referral.refresh_from_db()
    assert referral.due == dt.date(2026, 7, 15)
    assert [send_reminders(at=noon(referral.due + day * DAY)) for day in (-20, -7, -1)] == [0, 1, 1]
    assert list(Reminder.objects.order_by("id").values_list("round", "days")) == [(1, -1), (2, -7), (2, -1)]


def test_what_nobody_has_to_answer_is_not_reminded_of(scene: Referring) -> None:
    referral = scene.refer()
    withdraw_referral(referral_id=referral.pk, reason="重复。", by=scene.by, at=REFERRED)
    assert on(1) == 0


def test_a_channel_without_days_reminds_nobody(scene: Referring) -> None:
    channel = make_channel()
    channel.reminder_days = []
    channel.save()
    scene.refer()
    assert on(30) == 0


def test_asking_in_vain_takes_as_many_queries_for_one_as_for_three(scene: Referring) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert send_reminders(at=REFERRED) == 0
        return len(queries)

    scene.refer()
    alone = asked()
    for number in (1, 2):
        scene.refer(suggestion_ids=[scene.suggestion(number).pk], item="研究")
    assert asked() == alone == 3
