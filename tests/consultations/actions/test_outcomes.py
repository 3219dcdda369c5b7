from __future__ import annotations

import datetime as dt
import threading
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django import Settings

from consultations.actions.covering import Covers, covers_of
from consultations.actions.kept_files import Upload, check_files
from consultations.actions.outcomes import (
    edit_outcome,
    put_back_outcome,
    record_outcome,
    withdraw_outcome,
)
from consultations.actions.submissions import withdraw_submission
from consultations.actions.verifying import verify_journal
from consultations.enums import News, OutcomeKind, Step
from consultations.errors import (
    BadAmount,
    BadAttachment,
    BadCharacters,
    BadForm,
    ChangedMeanwhile,
    CoversNothing,
    DateAhead,
    EvidenceMissing,
    HasOutcomes,
    NotAllowed,
    NotCoverable,
    UnknownBody,
    UnknownOutcome,
)
from consultations.events import Event, FollowedUp, forget, listen
from consultations.models import (
    Attachment,
    EventRecord,
    JournalEntry,
    Notification,
    Outcome,
    OutcomeCover,
    Suggestion,
    Topic,
)
from jianyan.accounts.enums import Role
from tests.consultations.factories import HOUR, NOON, actor, make_deliberation, make_suggestion, make_topic
from tests.consultations.follow_scene import (
    LATER,
    TODAY,
    covering,
    make_event,
    make_outcome,
    make_submission,
    outcome_facts,
)
from tests.consultations.office_samples import docx_file
from tests.consultations.papers import pdf, png
from tests.consultations.summary_scene import Finished, make_drafted, make_finished, make_signed
from tests.jianyan.accounts.factories import make_body, make_county, make_member, make_membership, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def directory(settings: Settings, tmp_path: Path) -> Path:
    settings.SCANS = tmp_path / "scans"
    return tmp_path / "scans"


@pytest.fixture
def finished(db: None) -> Finished:
    return make_finished()


def files(directory: Path) -> list[Path]:
    return [*directory.iterdir()] if directory.is_dir() else []


def test_an_outcome_of_three_suggestions_is_one_with_one_entry_in_the_topic(finished: Finished) -> None:
    before = Topic.objects.get(pk=finished.topic.pk).revision
    outcome = make_outcome(finished, 1, 3, 4)
    assert covers_of(outcome) == covering(*(finished.suggestion(number) for number in (1, 3, 4)))
    entry = JournalEntry.objects.get(topic=finished.topic, revision=before + 1)
    assert (entry.kind, entry.at) == (Step.OUTCOME, LATER)
    assert entry.payload == {
        "outcome": outcome.pk,
        "edition": 1,
        "change": "recorded",
        "kind": "instruction",
        "level": "county",
        "date": TODAY.isoformat(),
        "suggestions": [finished.suggestion(number).pk for number in (1, 3, 4)],
        "numbers": [1, 3, 4],
        "by": "secretary",
    }
    assert JournalEntry.objects.filter(topic=finished.topic).count() == before + 1
    assert verify_journal(topic_id=finished.topic.pk).faults == ()


def test_authors_and_every_supporter_hear_of_it_once_and_nobody_else(finished: Finished) -> None:
    make_outcome(finished, 3)
    told = Notification.objects.filter(kind=News.OUTCOME)
    assert {row.user_id for row in told} == {finished.members[index].pk for index in (2, 0, 1, 3)}
    assert {row.suggestion_id for row in told} == {finished.suggestion(3).pk}
    assert told.count() == 4


def test_topics_hear_of_it_in_the_order_of_their_ids_after_the_commit(
    finished: Finished, django_capture_on_commit_callbacks: object
) -> None:
    topic = make_topic(finished.county, deliberation=finished.deliberation, title="夜间停车")
    other = make_suggestion(topic, finished.members[0], publish_by=finished.moderator)
    heard: list[Event] = []
    listen(heard.append)
    try:
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
            record_outcome(
                facts=outcome_facts(finished.county.committee),
                covers=covering(other, finished.suggestion(1)),
                by=finished.by,
                at=LATER,
            )
    finally:
        forget(heard.append)
    revisions = {topic.pk: topic.revision for topic in Topic.objects.all()}
    assert [event for event in heard if isinstance(event, FollowedUp)] == [
        FollowedUp(topic_id=pk, revision=revisions[pk]) for pk in sorted((finished.topic.pk, topic.pk))
    ]
    told = Notification.objects.filter(kind=News.OUTCOME, user=finished.members[0])
    assert told.count() == 1, "an author in both topics hears of one outcome once"


def test_an_outcome_of_a_signed_summary_concerns_what_it_cites(finished: Finished) -> None:
    summary = make_signed(make_drafted(number=4, county=finished.county))
    record_outcome(
        facts=outcome_facts(finished.county.committee),
        covers=Covers(summaries=frozenset((summary.pk,))),
        by=finished.by,
        at=LATER,
    )
    entry = JournalEntry.objects.filter(kind=Step.OUTCOME).get()
    assert entry.topic.deliberation_id == summary.deliberation_id
    assert entry.payload["numbers"] == [1, 2, 3, 4, 5]


def test_an_outcome_of_a_document_concerns_the_suggestions_that_grew_into_it(finished: Finished) -> None:
    submission = make_submission(finished, 2)
    outcome = record_outcome(
        facts=outcome_facts(finished.county.committee),
        covers=Covers(submissions=frozenset((submission.pk,))),
        by=finished.by,
        at=LATER,
    )
    entry = JournalEntry.objects.get(kind=Step.OUTCOME)
    assert (entry.payload["outcome"], entry.payload["numbers"]) == (outcome.pk, [2])
    with pytest.raises(HasOutcomes):
        withdraw_submission(submission_id=submission.pk, by=finished.by, at=LATER)


def test_an_outcome_of_an_event_from_paper_is_in_no_journal(finished: Finished) -> None:
    event = make_event(finished.county.sectors[0], finished.secretary)
    outcome = record_outcome(
        facts=outcome_facts(finished.county.committee),
        covers=Covers(deliberations=frozenset((event.pk,))),
        by=finished.by,
        at=LATER,
    )
    assert covers_of(outcome).deliberations == {event.pk}
    assert not JournalEntry.objects.filter(kind=Step.OUTCOME).exists()


def test_an_outcome_of_nothing_is_refused(finished: Finished) -> None:
    with pytest.raises(CoversNothing):
        make_outcome(finished)
    assert not Outcome.objects.exists()


@pytest.mark.parametrize("number", [6, 7, 8])
def test_what_is_hidden_returned_or_withdrawn_cannot_be_covered(finished: Finished, number: int) -> None:
    revision = Topic.objects.get(pk=finished.topic.pk).revision
    with pytest.raises(NotCoverable):
        make_outcome(finished, 1, number)
    assert not Outcome.objects.exists()
    assert Topic.objects.get(pk=finished.topic.pk).revision == revision


def test_what_belongs_to_another_body_cannot_be_covered(finished: Finished) -> None:
    sector = finished.county.sectors[0]
    with pytest.raises(NotCoverable, match="not_coverable"):
        record_outcome(
            facts=outcome_facts(sector), covers=covering(finished.suggestion(1)), by=finished.by, at=LATER
        )
    elsewhere = make_county("政协邻县委员会")
    make_membership(finished.secretary, elsewhere.committee, Role.SECRETARY, term="")
    with pytest.raises(NotCoverable):
        record_outcome(
            facts=outcome_facts(elsewhere.committee),
            covers=covering(finished.suggestion(1)),
            by=actor(finished.secretary),
            at=LATER,
        )


def test_drafts_withdrawn_events_and_what_is_not_there_cannot_be_covered(finished: Finished) -> None:
    draft = make_drafted(number=4, county=finished.county).summary
    event = make_event(finished.county.committee, finished.secretary)
    EventRecord.objects.filter(deliberation=event).update(withdrawn_at=LATER)
    ahead = make_topic(finished.county, announced_at=None, deliberation=make_deliberation(finished.county))
    for covers in (
        Covers(summaries=frozenset((draft.pk,))),
        Covers(deliberations=frozenset((event.pk,))),
        Covers(deliberations=frozenset((ahead.deliberation_id,))),
        Covers(suggestions=frozenset((10**6,))),
        Covers(referrals=frozenset((10**6,))),
        Covers(submissions=frozenset((10**6,))),
    ):
        with pytest.raises(NotCoverable):
            record_outcome(
                facts=outcome_facts(finished.county.committee), covers=covers, by=finished.by, at=LATER
            )
    assert not Outcome.objects.exists()


def test_what_is_solved_needs_evidence_in_words_or_as_a_file(finished: Finished) -> None:
    with pytest.raises(EvidenceMissing):
        make_outcome(finished, 1, kind="resolved")
    by_words = make_outcome(finished, 1, kind="resolved", reference="县政府网2026年3月8日公告")
    by_file = record_outcome(
        facts=outcome_facts(finished.county.committee, kind="resolved"),
        covers=covering(finished.suggestion(1)),
        files=(Upload("竣工照片.png", png()),),
        by=finished.by,
        at=LATER,
    )
    assert (by_words.files, by_file.files) == (0, 1)
    assert by_file.attachments.get().name == "竣工照片.png"
    with pytest.raises(IntegrityError), transaction.atomic():
        Outcome.objects.filter(pk=by_words.pk).update(reference="")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("证明.exe", pdf()),
        ("证明.pdf", b"MZ" + bytes(64)),
        ("证明.html", b"<!doctype html><script>alert(1)</script>"),
        ("证明.pdf", b"PK\x05\x06" + bytes(18)),
        ("证明.docx", docx_file()[:-1]),
    ],
)
def test_evidence_that_is_a_program_or_broken_is_refused_without_a_trace(
    finished: Finished, directory: Path, name: str, content: bytes
) -> None:
    with pytest.raises(BadAttachment):
        record_outcome(
            facts=outcome_facts(finished.county.committee),
            covers=covering(finished.suggestion(1)),
            files=(Upload("照片.png", png()), Upload(name, content)),
            by=finished.by,
            at=LATER,
        )
    assert not Outcome.objects.exists()
    assert files(directory) == []


def test_a_refusal_leaves_no_file(finished: Finished, directory: Path) -> None:
    with pytest.raises(CoversNothing):
        record_outcome(
            facts=outcome_facts(finished.county.committee),
            covers=Covers(),
            files=(Upload("照片.png", png()),),
            by=finished.by,
            at=LATER,
        )
    assert files(directory) == []


def test_too_many_files_are_refused(finished: Finished, directory: Path) -> None:
    with pytest.raises(BadAttachment):
        record_outcome(
            facts=outcome_facts(finished.county.committee),
            covers=covering(finished.suggestion(1)),
            files=[Upload(f"{number}.png", png()) for number in range(11)],
            by=finished.by,
            at=LATER,
        )
    assert files(directory) == []


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"date": TODAY + dt.timedelta(days=1)}, DateAhead),
        ({"date": dt.date(25, 3, 1)}, BadForm),
        ({"amount": Decimal(-1), "amount_of": "投资"}, BadAmount),
        ({"amount": Decimal(1)}, BadAmount),
        ({"amount_of": "投资"}, BadAmount),
        ({"amount": Decimal("0.001"), "amount_of": "投资"}, BadAmount),
        ({"amount": Decimal("NaN"), "amount_of": "投资"}, BadAmount),
        ({"amount": Decimal(10) ** 13, "amount_of": "投资"}, BadAmount),
        ({"kind": "praise"}, BadForm),
        ({"level": "world"}, BadForm),
        ({"words": " "}, BadForm),
        ({"words": "长" * 301}, BadForm),
        ({"words": "批示\u202e"}, BadCharacters),
        ({"document_number": "号" * 81}, BadForm),
        ({"item": "件" * 81}, BadForm),
        ({"reference": "据" * 301}, BadForm),
        ({"amount": Decimal(1), "amount_of": "项" * 41}, BadForm),
        ({"body_id": 10**6}, UnknownBody),
    ],
)
def test_what_cannot_be_is_refused_without_a_trace(
    finished: Finished, said: dict[str, object], refusal: type[Exception]
) -> None:
    revision = Topic.objects.get(pk=finished.topic.pk).revision
    with pytest.raises(refusal):
        make_outcome(finished, 1, **said)
    assert not Outcome.objects.exists()
    assert Topic.objects.get(pk=finished.topic.pk).revision == revision


def test_an_amount_is_kept_to_the_fen_with_what_it_is(finished: Finished) -> None:
    outcome = make_outcome(finished, 1, amount=Decimal("1412000.50"), amount_of=" 直播  带货 ")
    assert Outcome.objects.get(pk=outcome.pk).amount == Decimal("1412000.50")
    assert outcome.amount_of == "直播 带货"


@pytest.mark.parametrize("role", [Role.MEMBER, Role.MODERATOR, Role.CHAIR, Role.AUDITOR, Role.ADMINISTRATOR])
def test_only_secretaries_of_the_body_enter_correct_and_take_out(finished: Finished, role: str) -> None:
    outcome = make_outcome(finished, 1)
    somebody = make_user("某人")
    make_membership(somebody, finished.county.committee, role)
    by = actor(somebody)
    with pytest.raises(NotAllowed):
        record_outcome(
            facts=outcome_facts(finished.county.committee),
            covers=covering(finished.suggestion(1)),
            by=by,
            at=LATER,
        )
    with pytest.raises(NotAllowed):
        edit_outcome(
            outcome_id=outcome.pk,
            facts=outcome_facts(finished.county.committee, words="别的"),
            covers=covers_of(outcome),
            edition=1,
            by=by,
            at=LATER,
        )
    with pytest.raises(NotAllowed):
        withdraw_outcome(outcome_id=outcome.pk, by=by, at=LATER)


def test_a_secretary_of_a_sector_does_not_touch_the_committees_outcomes(finished: Finished) -> None:
    outcome = make_outcome(finished, 1)
    sector = finished.county.sectors[0]
    below = make_user("界别秘书")
    make_membership(below, sector, Role.SECRETARY, term="")
    with pytest.raises(NotAllowed):
        edit_outcome(
            outcome_id=outcome.pk,
            facts=outcome_facts(sector),
            covers=covers_of(outcome),
            edition=1,
            by=actor(below),
            at=LATER,
        )


def test_a_correction_is_journalled_and_tells_those_who_are_new(finished: Finished) -> None:
    outcome = make_outcome(finished, 2)
    before = Notification.objects.filter(kind=News.OUTCOME).count()
    edited = edit_outcome(
        outcome_id=outcome.pk,
        facts=outcome_facts(finished.county.committee, level="city"),
        covers=covering(finished.suggestion(2), finished.suggestion(4)),
        edition=1,
        by=finished.by,
        at=LATER + HOUR,
    )
    assert (edited.edition, edited.level) == (2, "city")
    entry = JournalEntry.objects.filter(kind=Step.OUTCOME).latest("revision")
    assert (entry.payload["change"], entry.payload["edition"], entry.payload["numbers"]) == (
        "corrected",
        2,
        [2, 4],
    )
    new = Notification.objects.filter(kind=News.OUTCOME, revision=entry.revision)
    assert {row.suggestion_id for row in new} == {finished.suggestion(4).pk}
    assert before + new.count() == Notification.objects.filter(kind=News.OUTCOME).count()


def test_what_is_taken_out_of_its_cover_hears_of_the_correction_in_the_journal(finished: Finished) -> None:
    outcome = make_outcome(finished, 1, 2)
    edit_outcome(
        outcome_id=outcome.pk,
        facts=outcome_facts(finished.county.committee),
        covers=covering(finished.suggestion(2)),
        edition=1,
        by=finished.by,
        at=LATER,
    )
    assert covers_of(outcome).suggestions == {finished.suggestion(2).pk}
    assert JournalEntry.objects.filter(kind=Step.OUTCOME).latest("revision").payload["numbers"] == [1, 2]
    assert verify_journal(topic_id=finished.topic.pk).faults == ()


def test_what_says_the_same_is_left_as_it_is(finished: Finished) -> None:
    outcome = make_outcome(finished, 1)
    revision = Topic.objects.get(pk=finished.topic.pk).revision
    same = edit_outcome(
        outcome_id=outcome.pk,
        facts=outcome_facts(finished.county.committee),
        covers=covering(finished.suggestion(1)),
        edition=7,
        by=finished.by,
        at=LATER,
    )
    assert same.edition == 1
    assert Topic.objects.get(pk=finished.topic.pk).revision == revision


def test_who_has_not_seen_the_last_edition_overwrites_nothing(finished: Finished, directory: Path) -> None:
    outcome = make_outcome(finished, 1)
    facts = outcome_facts(finished.county.committee, words="甲")
    edit_outcome(
        outcome_id=outcome.pk, facts=facts, covers=covers_of(outcome), edition=1, by=finished.by, at=LATER
    )
    with pytest.raises(ChangedMeanwhile):
        edit_outcome(
            outcome_id=outcome.pk,
            facts=outcome_facts(finished.county.committee, words="乙"),
            covers=covers_of(outcome),
            files=(Upload("照片.png", png()),),
            edition=1,
            by=finished.rival,
            at=LATER,
        )
    assert Outcome.objects.get().words == "甲"
    assert files(directory) == []


def test_files_are_taken_out_and_kept_and_the_last_proof_stays(finished: Finished) -> None:
    outcome = record_outcome(
        facts=outcome_facts(finished.county.committee, kind="resolved"),
        covers=covering(finished.suggestion(1)),
        files=(Upload("1.png", png()), Upload("2.pdf", pdf())),
        by=finished.by,
        at=LATER,
    )
    first, second = outcome.attachments.all()
    facts = outcome_facts(finished.county.committee, kind="resolved")

    def without(*gone: Attachment, edition: int) -> Outcome:
        return edit_outcome(
            outcome_id=outcome.pk,
            facts=facts,
            covers=covers_of(outcome),
            without=[one.pk for one in gone],
            edition=edition,
            by=finished.by,
            at=LATER,
        )

    assert without(first, edition=1).files == 1
    with pytest.raises(EvidenceMissing):
        without(second, edition=2)
    assert Outcome.objects.get().files == 1
    assert (check_files().files, check_files().lost) == (2, 0), "nothing is removed"


def test_covered_suggestions_that_were_hidden_since_do_not_hold_up_a_correction(finished: Finished) -> None:
    outcome = make_outcome(finished, 1)
    Suggestion.objects.filter(pk=finished.suggestion(1).pk).update(status="hidden")
    edited = edit_outcome(
        outcome_id=outcome.pk,
        facts=outcome_facts(finished.county.committee, words="更正后的内容"),
        covers=covers_of(outcome),
        edition=1,
        by=finished.by,
        at=LATER,
    )
    assert edited.words == "更正后的内容"


def test_taking_out_and_putting_back_are_steps_and_twice_is_once(finished: Finished) -> None:
    outcome = make_outcome(finished, 1)
    for _time in range(2):
        assert withdraw_outcome(outcome_id=outcome.pk, by=finished.by, at=LATER).withdrawn_at == LATER
    for _time in range(2):
        assert put_back_outcome(outcome_id=outcome.pk, by=finished.by, at=LATER).withdrawn_at is None
    changes = [
        entry.payload["change"]
        for entry in JournalEntry.objects.filter(kind=Step.OUTCOME).order_by("revision")
    ]
    assert changes == ["recorded", "withdrawn", "put_back"]
    assert Outcome.objects.get().edition == 3


def test_what_covers_something_that_is_gone_cannot_be_put_back(finished: Finished) -> None:
    outcome = make_outcome(finished, 1)
    withdraw_outcome(outcome_id=outcome.pk, by=finished.by, at=LATER)
    Suggestion.objects.filter(pk=finished.suggestion(1).pk).update(status="hidden")
    with pytest.raises(NotCoverable):
        put_back_outcome(outcome_id=outcome.pk, by=finished.by, at=LATER)


def test_an_unknown_outcome_is_refused(finished: Finished) -> None:
    for act in (withdraw_outcome, put_back_outcome):
        with pytest.raises(UnknownOutcome):
            act(outcome_id=10**6, by=finished.by, at=LATER)


def test_a_form_that_is_sent_twice_is_one_outcome(finished: Finished, directory: Path) -> None:
    sent = [
        record_outcome(
            facts=outcome_facts(finished.county.committee),
            covers=covering(finished.suggestion(1)),
            files=(Upload("1.png", png()),),
            sent_as="f3b1c7f0",
            by=finished.by,
            at=LATER,
        )
        for _time in range(2)
    ]
    assert sent[0] == sent[1]
    assert (Outcome.objects.count(), Attachment.objects.count(), len(files(directory))) == (1, 1, 1)
    assert JournalEntry.objects.filter(kind=Step.OUTCOME).count() == 1


def test_every_kind_of_outcome_can_be_entered(finished: Finished) -> None:
    for kind in OutcomeKind.values:
        make_outcome(finished, 1, kind=kind, reference="县政府网")
    assert Outcome.objects.count() == len(OutcomeKind.values)


def test_the_database_lets_an_outcome_cover_one_thing_a_row(finished: Finished) -> None:
    outcome = make_outcome(finished, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        OutcomeCover.objects.create(outcome=outcome)
    with pytest.raises(IntegrityError), transaction.atomic():
        OutcomeCover.objects.create(
            outcome=outcome, suggestion=finished.suggestion(2), deliberation=finished.deliberation
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        OutcomeCover.objects.create(outcome=outcome, suggestion=finished.suggestion(1))


def test_a_member_who_entered_nothing_hears_in_their_own_words(finished: Finished) -> None:
    assert NOON < LATER
    stranger = make_member(finished.county, "路人甲")
    make_outcome(finished, 1)
    assert not Notification.objects.filter(user=stranger).exists()


@pytest.mark.django_db(transaction=True)
def test_two_secretaries_who_save_at_once_do_not_overwrite_each_other() -> None:
    finished = make_finished()
    outcome = make_outcome(finished, 1)
    ready = threading.Barrier(2)
    said: list[str] = []

    def save(words: str) -> None:
        ready.wait()
        try:
            edit_outcome(
                outcome_id=outcome.pk,
                facts=outcome_facts(finished.county.committee, words=words),
                covers=covering(finished.suggestion(1)),
                edition=1,
                by=finished.by,
                at=LATER,
            )
        except ChangedMeanwhile:
            said.append("refused")
        else:
            said.append(words)
        finally:
            connection.close()

    threads = [threading.Thread(target=save, args=(words,)) for words in ("甲", "乙")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = Outcome.objects.get()
    assert sorted(said) == sorted(("refused", kept.words))
    assert kept.edition == 2
    assert verify_journal(topic_id=finished.topic.pk).faults == ()


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_twice_at_once_without_any_topic_is_one_outcome() -> None:
    finished = make_finished()
    event = make_event(make_body("读书社", "studio", parent=finished.county.committee), finished.secretary)
    ready = threading.Barrier(2)
    got: list[int] = []

    def send() -> None:
        ready.wait()
        try:
            outcome = record_outcome(
                facts=outcome_facts(finished.county.committee),
                covers=Covers(deliberations=frozenset((event.pk,))),
                sent_as="twice",
                by=finished.by,
                at=LATER,
            )
            got.append(outcome.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _time in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 2
    assert got[0] == got[1]
    assert Outcome.objects.count() == 1
