from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection

from consultations.actions.submissions import (
    edit_submission,
    file_submission,
    move_submission,
    move_submission_back,
    put_back_submission,
    withdraw_submission,
)
from consultations.actions.verifying import verify_journal
from consultations.enums import News, Step, SubmissionState
from consultations.errors import (
    BadDates,
    BadForm,
    BadSponsor,
    ChangedMeanwhile,
    DateAhead,
    NotAllowed,
    NotCoverable,
    NumberTaken,
    Refused,
    UnknownBody,
    UnknownMember,
    UnknownSubmission,
)
from consultations.models import JournalEntry, Notification, Submission, Suggestion, Topic
from jianyan.accounts.enums import BodyKind, Role
from jianyan.accounts.models import Membership
from tests.consultations.factories import actor
from tests.consultations.follow_scene import LATER, TODAY, make_submission, submission_facts
from tests.consultations.summary_scene import Finished, make_finished
from tests.jianyan.accounts.factories import make_body, make_membership, make_user

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def finished(db: None) -> Finished:
    return make_finished()


def test_suggestions_grow_into_a_document_that_their_followers_hear_of(finished: Finished) -> None:
    submission = make_submission(finished, 1, 3, number="2026-12", text="一、情况\n二、建议")
    assert submission.suggestions.count() == 2
    entry = JournalEntry.objects.get(kind=Step.SUBMITTED)
    assert entry.payload == {
        "submission": submission.pk,
        "edition": 1,
        "change": "filed",
        "kind": "proposal",
        "document": "2026-12",
        "state": "filed",
        "suggestions": [finished.suggestion(1).pk, finished.suggestion(3).pk],
        "numbers": [1, 3],
        "by": "secretary",
    }
    told = Notification.objects.filter(kind=News.SUBMITTED)
    assert {row.user_id for row in told} == {finished.members[index].pk for index in (0, 1, 2, 3)}
    assert verify_journal(topic_id=finished.topic.pk).faults == ()


def test_a_document_without_suggestions_is_in_no_journal(finished: Finished) -> None:
    make_submission(finished)
    assert Submission.objects.get().state == SubmissionState.FILED
    assert not JournalEntry.objects.filter(kind=Step.SUBMITTED).exists()


def test_a_number_is_taken_once_per_body_and_kind(finished: Finished) -> None:
    first = make_submission(finished, number="12")
    with pytest.raises(NumberTaken) as refused:
        make_submission(finished, 1, number="12", title="另一件")
    assert refused.value.params == {"number": "12", "title": first.title}
    assert not JournalEntry.objects.filter(kind=Step.SUBMITTED).exists()
    make_submission(finished, number="12", kind="opinion")
    make_submission(finished, number="")
    make_submission(finished, number="")
    withdraw_submission(submission_id=first.pk, by=finished.by, at=LATER)
    make_submission(finished, number="12")
    with pytest.raises(NumberTaken):
        put_back_submission(submission_id=first.pk, by=finished.by, at=LATER)
    assert Submission.objects.get(pk=first.pk).withdrawn_at == LATER


def test_sponsors_are_bodies_or_members_and_called_by_their_names(finished: Finished) -> None:
    party = make_body("中国民主促进会越溪县支部", BodyKind.PARTY, parent=finished.county.committee)
    one, two, three, four = finished.members[:4]

    def sponsor(**said: object) -> str:
        return make_submission(finished, **{"sponsor": "", **said}).sponsor

    assert sponsor(sponsor_kind="group", sponsor_body_id=party.pk) == party.name
    assert sponsor(sponsor_kind="group", sponsor="县总工会") == "县总工会"
    sector = finished.county.sectors[0]
    assert sponsor(sponsor_kind="committee", sponsor_body_id=sector.pk) == "文艺界"
    assert sponsor(sponsor_kind="member", member_ids=frozenset((one.pk,))) == "林栖云"
    assert sponsor(sponsor_kind="joint", member_ids=frozenset((one.pk, two.pk))) == "丁一、林栖云"
    of_four = sponsor(sponsor_kind="joint", member_ids=frozenset((one.pk, two.pk, three.pk, four.pk)))
    assert of_four == "丁一等4名委员"


@pytest.mark.parametrize(
    "said",
    [
        {"sponsor_kind": "nobody"},
        {"sponsor_kind": "group", "sponsor": ""},
        {"sponsor_kind": "committee", "sponsor": " "},
        {"sponsor_kind": "member"},
        {"sponsor_kind": "joint"},
        {"sponsor_kind": "group", "member_ids": frozenset((10**6,))},
    ],
)
def test_a_document_whose_sponsor_is_not_clear_is_refused(
    finished: Finished, said: dict[str, object]
) -> None:
    with pytest.raises(BadSponsor):
        make_submission(finished, 1, **said)
    assert not Submission.objects.exists()
    assert not JournalEntry.objects.filter(kind=Step.SUBMITTED).exists()


def test_a_sector_is_no_group_and_members_put_forward_what_no_body_does(finished: Finished) -> None:
    sector, one = finished.county.sectors[0], finished.members[0]
    with pytest.raises(BadSponsor):
        make_submission(finished, sponsor_kind="group", sponsor_body_id=sector.pk)
    with pytest.raises(BadSponsor):
        make_submission(finished, sponsor_kind="committee", sponsor_body_id=finished.county.department.pk)
    with pytest.raises(BadSponsor):
        make_submission(
            finished, sponsor_kind="member", sponsor_body_id=sector.pk, member_ids=frozenset((one.pk,))
        )
    with pytest.raises(UnknownBody):
        make_submission(finished, sponsor_kind="group", sponsor_body_id=10**6)


def test_whoever_was_no_member_on_that_day_does_not_put_it_forward(finished: Finished) -> None:
    one = finished.members[0]
    Membership.objects.filter(user=one).update(until=TODAY - 10 * DAY)
    member = {"sponsor_kind": "member", "sponsor": "", "member_ids": frozenset((one.pk,))}
    with pytest.raises(UnknownMember):
        make_submission(finished, **member)
    assert make_submission(finished, filed=TODAY - 10 * DAY, **member).sponsor == "林栖云"


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"filed": TODAY + DAY}, DateAhead),
        ({"filed": dt.date(26, 3, 1)}, BadForm),
        ({"kind": "letter"}, BadForm),
        ({"title": ""}, BadForm),
        ({"title": "题" * 201}, BadForm),
        ({"text": "文" * 20_001}, BadForm),
        ({"number": "号" * 41}, BadForm),
        ({"sponsor": "名" * 201}, BadForm),
        ({"body_id": 10**6}, UnknownBody),
    ],
)
def test_what_cannot_be_is_refused(
    finished: Finished, said: dict[str, object], refusal: type[Refused]
) -> None:
    with pytest.raises(refusal):
        make_submission(finished, 1, **said)
    assert not Submission.objects.exists()


def test_what_is_not_public_or_of_others_grows_into_nothing(finished: Finished) -> None:
    with pytest.raises(NotCoverable):
        make_submission(finished, 6)
    with pytest.raises(NotCoverable):
        make_submission(finished, 1, body_id=finished.county.sectors[0].pk)


def test_it_goes_its_way_with_dates_and_each_step_can_be_taken_back(finished: Finished) -> None:
    submission = make_submission(finished, 1, filed=TODAY - 9 * DAY)
    pk = submission.pk

    def move(state: str, on: dt.date) -> Submission:
        return move_submission(submission_id=pk, state=state, on=on, by=finished.by, at=LATER)

    with pytest.raises(BadForm):
        move("handled", TODAY)
    with pytest.raises(BadDates):
        move("accepted", TODAY - 10 * DAY)
    with pytest.raises(DateAhead):
        move("accepted", TODAY + DAY)
    assert move("accepted", TODAY - 5 * DAY).accepted_on == TODAY - 5 * DAY
    assert move("accepted", TODAY).accepted_on == TODAY - 5 * DAY, "moved twice is moved once"
    with pytest.raises(BadDates):
        move("handled", TODAY - 6 * DAY)
    assert move("handled", TODAY).ended_on == TODAY
    for state in ("accepted", "filed", "filed"):
        back = move_submission_back(submission_id=pk, by=finished.by, at=LATER)
        assert (back.state, back.ended_on) == (state, None)
    assert Submission.objects.get().accepted_on is None
    assert move("closed", TODAY).state == "closed"
    assert move_submission_back(submission_id=pk, by=finished.by, at=LATER).state == "filed"
    states = [
        entry.payload["state"]
        for entry in JournalEntry.objects.filter(kind=Step.SUBMITTED).order_by("revision")
    ]
    assert states == ["filed", "accepted", "handled", "accepted", "filed", "closed", "filed"]
    assert verify_journal(topic_id=finished.topic.pk).faults == ()


def test_a_correction_tells_those_who_are_new_and_no_older_edition_overwrites_it(finished: Finished) -> None:
    submission = make_submission(finished, 2)
    ids = frozenset(finished.suggestion(number).pk for number in (2, 4))
    edited = edit_submission(
        submission_id=submission.pk,
        facts=submission_facts(finished.county.committee, suggestion_ids=ids, title="改过的题目"),
        edition=1,
        by=finished.by,
        at=LATER,
    )
    assert (edited.edition, edited.title) == (2, "改过的题目")
    entry = JournalEntry.objects.filter(kind=Step.SUBMITTED).latest("revision")
    new = Notification.objects.filter(kind=News.SUBMITTED, revision=entry.revision)
    assert {row.suggestion_id for row in new} == {finished.suggestion(4).pk}
    with pytest.raises(ChangedMeanwhile):
        edit_submission(
            submission_id=submission.pk,
            facts=submission_facts(finished.county.committee, suggestion_ids=ids, title="别人的题目"),
            edition=1,
            by=finished.rival,
            at=LATER,
        )
    revision = Topic.objects.get(pk=finished.topic.pk).revision
    edit_submission(
        submission_id=submission.pk,
        facts=submission_facts(finished.county.committee, suggestion_ids=ids, title="改过的题目"),
        edition=1,
        by=finished.rival,
        at=LATER,
    )
    assert Topic.objects.get(pk=finished.topic.pk).revision == revision, "the same again is no step"


def test_the_day_of_filing_is_not_moved_behind_what_followed(finished: Finished) -> None:
    submission = make_submission(finished, filed=TODAY - 5 * DAY)
    move_submission(
        submission_id=submission.pk, state="accepted", on=TODAY - 4 * DAY, by=finished.by, at=LATER
    )
    with pytest.raises(BadDates):
        edit_submission(
            submission_id=submission.pk,
            facts=submission_facts(finished.county.committee, filed=TODAY),
            edition=2,
            by=finished.by,
            at=LATER,
        )


def test_taking_out_and_putting_back_twice_is_once(finished: Finished) -> None:
    submission = make_submission(finished, 1)
    for _time in range(2):
        withdraw_submission(submission_id=submission.pk, by=finished.by, at=LATER)
    for _time in range(2):
        put_back_submission(submission_id=submission.pk, by=finished.by, at=LATER)
    changes = [
        entry.payload["change"]
        for entry in JournalEntry.objects.filter(kind=Step.SUBMITTED).order_by("revision")
    ]
    assert changes == ["filed", "withdrawn", "put_back"]
    withdraw_submission(submission_id=submission.pk, by=finished.by, at=LATER)
    Suggestion.objects.filter(pk=finished.suggestion(1).pk).update(status="hidden")
    with pytest.raises(NotCoverable):
        put_back_submission(submission_id=submission.pk, by=finished.by, at=LATER)


@pytest.mark.parametrize("role", [Role.MEMBER, Role.MODERATOR, Role.CHAIR, Role.AUDITOR, Role.ADMINISTRATOR])
def test_only_secretaries_of_the_body_enter_and_move_documents(finished: Finished, role: str) -> None:
    submission = make_submission(finished, 1)
    somebody = make_user("某人")
    make_membership(somebody, finished.county.committee, role)
    by = actor(somebody)
    facts = submission_facts(finished.county.committee)
    with pytest.raises(NotAllowed):
        file_submission(facts=facts, by=by, at=LATER)
    with pytest.raises(NotAllowed):
        edit_submission(submission_id=submission.pk, facts=facts, edition=1, by=by, at=LATER)
    with pytest.raises(NotAllowed):
        move_submission(submission_id=submission.pk, state="accepted", on=TODAY, by=by, at=LATER)
    for act in (withdraw_submission, put_back_submission, move_submission_back):
        with pytest.raises(NotAllowed):
            act(submission_id=submission.pk, by=by, at=LATER)
        with pytest.raises(UnknownSubmission):
            act(submission_id=10**6, by=finished.by, at=LATER)


def test_a_form_that_is_sent_twice_is_one_document(finished: Finished) -> None:
    facts = submission_facts(finished.county.committee, number="3")
    sent = [file_submission(facts=facts, sent_as="a1", by=finished.by, at=LATER) for _time in range(2)]
    assert sent[0] == sent[1]
    assert Submission.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_one_number_at_once_one_is_told_that_it_is_taken() -> None:
    finished = make_finished()
    ready = threading.Barrier(2)
    said: list[str] = []

    def send(title: str) -> None:
        ready.wait()
        try:
            facts = submission_facts(finished.county.committee, number="7", title=title)
            file_submission(facts=facts, by=finished.by, at=LATER)
        except NumberTaken as refusal:
            said.append(refusal.code)
        else:
            said.append("filed")
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(title,)) for title in ("甲", "乙")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["filed", "number_taken"]
    assert Submission.objects.count() == 1
