"""The two lists of a summary: responses of departments, and assignments."""

from __future__ import annotations

import datetime as dt

import pytest

from consultations.actions.assignments import (
    Task,
    add_assignment,
    assign_statement,
    edit_assignment,
)
from consultations.actions.responses import add_response, edit_response
from consultations.actions.statements import remove_statement
from consultations.actions.summary_lines import move_line, put_back_line, remove_line
from consultations.errors import (
    AlreadySigned,
    BadForm,
    ChangedMeanwhile,
    ComputedWords,
    NotAllowed,
    UnknownPassage,
)
from consultations.models import Assignment, JournalEntry, Response, Statement
from consultations.queries.journal_check import check_journal
from consultations.queries.summary_document import summary_document
from jianyan.accounts.roles import Actor
from tests.consultations.factories import actor, make_topic
from tests.consultations.summary_scene import EDITED, Drafted, make_drafted, make_signed

DUE = dt.date(2026, 6, 30)


@pytest.fixture
def drafted(db: None) -> Drafted:
    return make_drafted()


@pytest.fixture
def by(drafted: Drafted) -> Actor:
    return drafted.finished.by


def respond(drafted: Drafted, department: str = "县公安局", *, by: Actor | None = None) -> Response:
    return add_response(
        summary_id=drafted.summary.pk,
        topic_id=drafted.finished.topic.pk,
        department=department,
        text=f"{department}：四月底前划定。",
        by=by or drafted.finished.by,
        at=EDITED,
    )


def assign(drafted: Drafted, item: str = "清理“僵尸车”") -> Assignment:
    return add_assignment(summary_id=drafted.summary.pk, task=Task(item), by=drafted.finished.by, at=EDITED)


def changes(drafted: Drafted) -> list[str]:
    entries = JournalEntry.objects.filter(topic=drafted.finished.topic, kind="summary_edited")
    return [entry.payload["change"] for entry in entries.order_by("revision")]


def departments(drafted: Drafted) -> list[str]:
    return [response.department for response in summary_document(drafted.summary.pk).responses]


# --- responses ----------------------------------------------------------------------------------------------


def test_a_response_is_printed_and_journalled_without_its_words(drafted: Drafted) -> None:
    response = respond(drafted)
    (printed,) = summary_document(drafted.summary.pk).responses
    assert (printed.department, printed.text, printed.topic_id) == (
        "县公安局",
        "县公安局：四月底前划定。",
        drafted.finished.topic.pk,
    )
    entry = JournalEntry.objects.filter(topic=drafted.finished.topic).order_by("-revision")[0]
    assert entry.payload == {
        "summary": drafted.summary.pk,
        "edition": 2,
        "change": "response_added",
        "response": response.pk,
        "by": "secretary",
    }
    assert check_journal(drafted.finished.topic.pk).faults == ()


def test_of_two_who_change_a_response_the_second_is_told(drafted: Drafted, by: Actor) -> None:
    response = respond(drafted)

    def edit(text: str, edition: int, who: Actor) -> Response:
        return edit_response(
            response_id=response.pk,
            topic_id=None,
            department=" 县公安局\n交管大队 ",
            text=text,
            edition=edition,
            by=who,
            at=EDITED,
        )

    edited = edit("先到。", 1, by)
    assert (edited.department, edited.text, edited.topic_id, edited.edition) == (
        "县公安局交管大队",
        "先到。",
        None,
        2,
    )
    with pytest.raises(ChangedMeanwhile):
        edit("后到。", 1, drafted.finished.rival)
    # What is wished already is granted, and nothing is journalled.
    assert edit("先到。", 1, drafted.finished.rival).edition == 2
    assert changes(drafted) == ["response_added", "response_edited"]


def test_responses_are_put_in_order_taken_out_and_put_back(drafted: Drafted, by: Actor) -> None:
    names = ("县公安局", "县住建局", "县城管局")
    first, _second, third = (respond(drafted, name) for name in names)
    move_line(Response, third.pk, places=-2, by=by, at=EDITED)
    assert departments(drafted) == ["县城管局", "县公安局", "县住建局"]
    move_line(Response, third.pk, places=-1, by=by, at=EDITED)
    move_line(Response, first.pk, places=9, by=by, at=EDITED)
    assert departments(drafted) == ["县城管局", "县住建局", "县公安局"]
    with pytest.raises(ChangedMeanwhile):
        remove_line(Response, third.pk, edition=9, by=by, at=EDITED)
    remove_line(Response, third.pk, edition=1, by=by, at=EDITED)
    remove_line(Response, third.pk, edition=1, by=by, at=EDITED)
    assert departments(drafted) == ["县住建局", "县公安局"]
    with pytest.raises(UnknownPassage):
        move_line(Response, third.pk, places=1, by=by, at=EDITED)
    put_back_line(Response, third.pk, by=by, at=EDITED)
    put_back_line(Response, third.pk, by=by, at=EDITED)
    assert departments(drafted) == ["县城管局", "县住建局", "县公安局"]
    assert changes(drafted)[3:] == [
        "response_moved",
        "response_moved",
        "response_removed",
        "response_put_back",
    ]


@pytest.mark.parametrize(
    ("department", "text"), [("", "好。"), ("局" * 61, "好。"), ("局", " \n"), ("局", "长" * 3001)]
)
def test_a_response_that_says_nothing_or_too_much_is_refused(
    drafted: Drafted, by: Actor, department: str, text: str
) -> None:
    with pytest.raises(BadForm):
        add_response(
            summary_id=drafted.summary.pk,
            topic_id=None,
            department=department,
            text=text,
            by=by,
            at=EDITED,
        )
    assert not Response.objects.exists()


def test_a_response_is_on_a_topic_of_its_own_deliberation(drafted: Drafted, by: Actor) -> None:
    elsewhere = make_topic(drafted.finished.county)
    with pytest.raises(UnknownPassage):
        add_response(
            summary_id=drafted.summary.pk,
            topic_id=elsewhere.pk,
            department="局",
            text="好。",
            by=by,
            at=EDITED,
        )


def test_only_secretaries_change_a_list_and_only_before_it_is_signed(drafted: Drafted, by: Actor) -> None:
    response = respond(drafted)
    with pytest.raises(NotAllowed):
        respond(drafted, by=actor(drafted.finished.moderator))
    make_signed(drafted)
    with pytest.raises(AlreadySigned):
        remove_line(Response, response.pk, edition=1, by=by, at=EDITED)
    with pytest.raises(UnknownPassage):
        put_back_line(Response, 404, by=by, at=EDITED)
    with pytest.raises(UnknownPassage):
        put_back_line(Assignment, 404, by=by, at=EDITED)


# --- assignments --------------------------------------------------------------------------------------------


def test_an_assignment_says_who_does_what_by_when(drafted: Drafted, by: Actor) -> None:
    assignment = assign(drafted)
    task = Task("清理“僵尸车”，建立台账", "县城管局", "县公安局\n各镇（街道）", DUE)
    edited = edit_assignment(assignment_id=assignment.pk, task=task, edition=1, by=by, at=EDITED)
    assert edited.cohandling == "县公安局、各镇（街道）"
    (printed,) = summary_document(drafted.summary.pk).assignments
    assert (printed.item, printed.lead, printed.cohandling, printed.due, printed.suggestions) == (
        "清理“僵尸车”，建立台账",
        "县城管局",
        "县公安局、各镇（街道）",
        DUE,
        (),
    )
    with pytest.raises(ChangedMeanwhile):
        edit_assignment(
            assignment_id=assignment.pk, task=Task("别的"), edition=1, by=drafted.finished.rival, at=EDITED
        )
    assert changes(drafted) == ["assignment_added", "assignment_edited"]


def test_an_assignment_made_of_a_sentence_rests_on_its_suggestions(drafted: Drafted, by: Actor) -> None:
    statement = drafted.statement(3)
    made = assign_statement(summary_id=drafted.summary.pk, statement_id=statement.pk, by=by, at=EDITED)
    again = assign_statement(summary_id=drafted.summary.pk, statement_id=statement.pk, by=by, at=EDITED)
    assert (made.pk, made.item) == (again.pk, "建议商场地下车库前一小时免费。")
    (printed,) = summary_document(drafted.summary.pk).assignments
    assert printed.suggestions == (drafted.finished.suggestion(3).pk,)
    remove_line(Assignment, made.pk, edition=1, by=by, at=EDITED)
    anew = assign_statement(summary_id=drafted.summary.pk, statement_id=statement.pk, by=by, at=EDITED)
    assert (anew.pk != made.pk, anew.position) == (True, 1)


def test_what_is_taken_out_or_computed_is_not_assigned(drafted: Drafted, by: Actor) -> None:
    gone, lead = drafted.statement(1), drafted.statement(2)
    remove_statement(statement_id=gone.pk, edition=1, by=by, at=EDITED)
    Statement.objects.filter(pk=lead.pk).update(kind="lead")
    with pytest.raises(UnknownPassage):
        assign_statement(summary_id=drafted.summary.pk, statement_id=gone.pk, by=by, at=EDITED)
    with pytest.raises(ComputedWords):
        assign_statement(summary_id=drafted.summary.pk, statement_id=lead.pk, by=by, at=EDITED)


@pytest.mark.parametrize(
    "task", [Task(""), Task("长" * 2001), Task("事", lead="局" * 61), Task("事", cohandling="局" * 201)]
)
def test_an_assignment_that_says_nothing_or_too_much_is_refused(
    drafted: Drafted, by: Actor, task: Task
) -> None:
    with pytest.raises(BadForm):
        add_assignment(summary_id=drafted.summary.pk, task=task, by=by, at=EDITED)


def test_assignments_are_put_in_order_too(drafted: Drafted, by: Actor) -> None:
    first, second = assign(drafted, "一"), assign(drafted, "二")
    move_line(Assignment, first.pk, places=1, by=by, at=EDITED)
    assert [one.item for one in summary_document(drafted.summary.pk).assignments] == ["二", "一"]
    remove_line(Assignment, second.pk, edition=1, by=by, at=EDITED)
    assert changes(drafted)[2:] == ["assignment_moved", "assignment_removed"]
