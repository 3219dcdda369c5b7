from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from consultations.actions.attachments import read_attachment
from consultations.actions.covering import Covers
from consultations.actions.kept_files import Upload
from consultations.actions.outcomes import record_outcome
from consultations.actions.referrals import withdraw_referral
from consultations.actions.verifying import verify_journal
from consultations.enums import News, Step
from consultations.errors import NotCoverable
from consultations.models import Attachment, JournalEntry, Notification, Outcome
from consultations.queries.attachments import attachment_for
from tests.consultations.factories import actor
from tests.consultations.follow_scene import LATER, outcome_facts
from tests.consultations.papers import png
from tests.consultations.referral_scene import REFERRED, Referring, make_referring

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def directory(settings: Settings, tmp_path: Path) -> Path:
    settings.SCANS = tmp_path / "scans"
    return tmp_path / "scans"


@pytest.fixture
def referring(db: None) -> Referring:
    return make_referring()


def record(referring: Referring, referral_id: int) -> Outcome:
    return record_outcome(
        facts=outcome_facts(referring.county.committee, kind="resolved"),
        covers=Covers(referrals=frozenset((referral_id,))),
        files=(Upload("竣工.png", png()),),
        by=referring.by,
        at=LATER,
    )


def test_an_outcome_of_a_referral_concerns_the_suggestions_that_it_carries(referring: Referring) -> None:
    referral = referring.refer()
    outcome = record(referring, referral.pk)
    entry = JournalEntry.objects.get(kind=Step.OUTCOME)
    assert (entry.payload["outcome"], entry.payload["numbers"]) == (outcome.pk, [3])
    told = Notification.objects.filter(kind=News.OUTCOME)
    assert {row.user_id for row in told} == {
        referring.drafted.finished.members[index].pk for index in (0, 1, 2, 3)
    }
    assert verify_journal(topic_id=entry.topic_id).faults == ()


def test_a_referral_that_was_taken_back_cannot_be_covered(referring: Referring) -> None:
    referral = referring.refer()
    withdraw_referral(referral_id=referral.pk, reason="重复交办", by=referring.by, at=REFERRED)
    with pytest.raises(NotCoverable):
        record(referring, referral.pk)
    assert not Outcome.objects.exists()
    assert not Attachment.objects.exists()


def test_whoever_handles_the_referral_reads_the_evidence_and_others_do_not(referring: Referring) -> None:
    record(referring, referring.refer().pk)
    file = Attachment.objects.get()
    members = referring.drafted.finished.members
    assert read_attachment(file) == png()
    for reader in (referring.acting, referring.helping, referring.author, referring.by):
        assert attachment_for(file.pk, reader) == file
    for other in (None, actor(members[0]), actor(referring.drafted.finished.moderator)):
        assert attachment_for(file.pk, other) is None
