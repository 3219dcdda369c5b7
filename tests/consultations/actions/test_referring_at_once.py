"""Several people at the same moment: of two who accept one does, a line is referred once, reminders go out once."""

from __future__ import annotations

from collections import Counter

import pytest

from consultations.actions.referral_handling import accept_referral, send_back_referral
from consultations.actions.referrals import extend_referral
from consultations.actions.reminding import send_reminders
from consultations.actions.satisfaction import rate_reply
from consultations.enums import Move
from consultations.errors import AlreadyReferred, NoExtension, NotNow, Refused
from consultations.models import JournalEntry, Notification, Referral, ReferralStep, Reminder, Reply, Topic
from consultations.queries.journal_check import check_journal
from tests.consultations.factories import actor
from tests.consultations.referral_scene import DAY, REFERRED, Referring, make_handler, make_referring
from tests.consultations.test_concurrency import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("unmeasured")]


@pytest.fixture
def scene(db: None) -> Referring:
    return make_referring()


def refusals(answers: list[object]) -> list[type[Refused]]:
    return [type(answer) for answer in answers if isinstance(answer, Refused)]


def check(scene: Referring) -> None:
    """Steps chain, editions have no gap, and the journal holds."""
    topic = Topic.objects.get(pk=scene.drafted.finished.topic.pk)
    assert topic.revision == JournalEntry.objects.filter(topic=topic).count()
    assert check_journal(topic.pk).faults == ()
    for referral in Referral.objects.all():
        steps = list(referral.steps.order_by("id"))
        assert referral.edition == len(steps)
        assert [step.before for step in steps[1:]] == [step.after for step in steps[:-1]]


def test_of_many_who_accept_and_send_back_one_does(scene: Referring) -> None:
    referral = scene.refer()
    people = [actor(make_handler(scene.transport, f"处长{name}")) for name in "甲乙丙丁"]

    def accept(index: int) -> object:
        return accept_referral(referral_id=referral.pk, by=people[index], at=REFERRED)

    def send_back(index: int) -> object:
        return send_back_referral(referral_id=referral.pk, reason="误交。", by=people[index], at=REFERRED)

    answers = at_once([lambda i=i: (accept if i % 2 else send_back)(i % 4) for i in range(8)])  # type: ignore[misc]
    assert refusals(answers) == [NotNow] * 7
    assert ReferralStep.objects.count() == 2
    check(scene)


def test_a_line_is_referred_once_however_many_refer_it(scene: Referring) -> None:
    answers = at_once([scene.refer] * 4)
    assert refusals(answers) == [AlreadyReferred] * 3
    assert Referral.objects.count() == 1
    check(scene)


def test_of_two_answers_one_stands(scene: Referring) -> None:
    referral = scene.accepted()
    answers = at_once([lambda: scene.answer(referral)] * 4)
    assert refusals(answers) == [NotNow] * 3
    assert Reply.objects.count() == 1
    check(scene)


def test_the_due_date_is_put_off_once_at_the_same_moment_too(scene: Referring) -> None:
    referral = scene.refer()
    answers = at_once(
        [lambda: extend_referral(referral_id=referral.pk, reason="需协调。", by=scene.by, at=REFERRED)] * 4
    )
    assert refusals(answers) == [NoExtension] * 3
    check(scene)


def test_authors_who_rate_at_once_close_it_once(scene: Referring) -> None:
    ids = [scene.suggestion(number).pk for number in (1, 2, 4)]
    referral, replied = scene.answered(suggestion_ids=ids, item="研究")
    authors = [actor(scene.suggestion(number).author) for number in (1, 2, 4)]
    answers = at_once(
        [
            lambda by=by: rate_reply(reply_id=replied.reply.pk, degree="yes", by=by, at=REFERRED + 3 * DAY)  # type: ignore[misc]
            for by in authors
        ]
    )
    assert refusals(answers) == []
    moves = Counter(ReferralStep.objects.filter(referral=referral).values_list("move", flat=True))
    assert (moves[Move.RATE], moves[Move.CLOSE]) == (2, 1)
    check(scene)


def test_any_number_of_processes_remind_once(scene: Referring) -> None:
    for number in (1, 2):
        scene.refer(suggestion_ids=[scene.suggestion(number).pk], item="研究")
    Notification.objects.all().delete()
    answers = at_once([lambda: send_reminders(at=REFERRED + 120 * DAY)] * 6)
    assert sum(answers) == Reminder.objects.count() == 2
    assert Notification.objects.filter(kind="to_handle").count() == 4
    check(scene)
