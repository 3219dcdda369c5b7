"""Versions of a summary: when one is kept, what it holds, and going back to one."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from consultations.actions.assignments import Task, add_assignment
from consultations.actions.responses import add_response, edit_response
from consultations.actions.statements import (
    add_citation,
    add_note,
    edit_statement,
    move_statement,
    move_to_section,
    remove_citation,
    remove_statement,
    split_statement,
)
from consultations.actions.summaries import edit_head
from consultations.actions.summary_lines import remove_line
from consultations.actions.summary_sections import add_section, rename_section
from consultations.actions.summary_versions import restore_version
from consultations.errors import AlreadySigned, ChangedMeanwhile, UnknownVersion
from consultations.models import (
    Assignment,
    JournalEntry,
    Response,
    Statement,
    Suggestion,
    SummaryVersion,
)
from consultations.queries.journal_check import check_journal
from consultations.queries.summary_versions import content_now
from jianyan.accounts.roles import Actor
from tests.consultations.factories import MINUTE
from tests.consultations.summary_scene import FROZEN, Drafted, make_drafted, make_signed

SOON = FROZEN + MINUTE
LATER = FROZEN + 30 * MINUTE
SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def drafted(db: None) -> Drafted:
    return make_drafted()


@pytest.fixture
def by(drafted: Drafted) -> Actor:
    return drafted.finished.by


def reword(drafted: Drafted, text: str, *, by: Actor, at: dt.datetime, number: int = 1) -> Statement:
    statement = drafted.statement(number)
    return edit_statement(statement_id=statement.pk, text=text, edition=statement.edition, by=by, at=at)


def kept(drafted: Drafted) -> list[tuple[int, str]]:
    return list(SummaryVersion.objects.order_by("edition", "pk").values_list("edition", "reason"))


def restore(drafted: Drafted, version: SummaryVersion, *, by: Actor, edition: int | None = None) -> None:
    restore_version(
        summary_id=drafted.summary.pk,
        version_id=version.pk,
        edition=drafted.fresh().edition if edition is None else edition,
        by=by,
        at=LATER,
    )


# --- when one is kept ---------------------------------------------------------------------------------------


def test_what_stood_before_is_kept_after_a_rest_of_ten_minutes(drafted: Drafted, by: Actor) -> None:
    assert kept(drafted) == [(1, "drafted")]
    reword(drafted, "一。", by=by, at=SOON)
    reword(drafted, "二。", by=by, at=SOON + 10 * MINUTE - SECOND)
    assert kept(drafted) == [(1, "drafted")]
    reword(drafted, "三。", by=by, at=SOON + 20 * MINUTE)
    assert kept(drafted) == [(1, "drafted"), (3, "edited")]
    version = SummaryVersion.objects.get(edition=3)
    assert (version.at, version.by_id) == (SOON + 10 * MINUTE - SECOND, by.user_id)
    texts = [one["text"] for section in version.content["sections"] for one in section["statements"]]
    assert "二。" in texts


def test_what_somebody_else_has_left_is_kept_in_their_name(drafted: Drafted, by: Actor) -> None:
    rival = drafted.finished.rival
    reword(drafted, "一。", by=by, at=SOON)
    reword(drafted, "二。", by=rival, at=SOON + 2 * MINUTE)
    reword(drafted, "三。", by=rival, at=SOON + 3 * MINUTE)
    assert kept(drafted) == [(1, "drafted"), (2, "edited")]
    assert SummaryVersion.objects.get(edition=2).by_id == by.user_id
    # Taking turns keeps no version for each word.
    reword(drafted, "四。", by=by, at=SOON + 3 * MINUTE + SECOND)
    reword(drafted, "五。", by=rival, at=SOON + 3 * MINUTE + 2 * SECOND)
    reword(drafted, "六。", by=by, at=SOON + 3 * MINUTE + 3 * SECOND)
    assert kept(drafted)[2:] == [(4, "edited")]


def test_a_change_that_is_refused_or_changes_nothing_keeps_nothing(drafted: Drafted, by: Actor) -> None:
    reword(drafted, "一。", by=by, at=SOON)
    reword(drafted, "一。", by=by, at=LATER)
    with pytest.raises(ChangedMeanwhile):
        edit_statement(
            statement_id=drafted.statement(1).pk, text="二。", edition=1, by=drafted.finished.rival, at=LATER
        )
    assert kept(drafted) == [(1, "drafted")]


@pytest.mark.parametrize("what", ["head", "section", "response", "assignment", "note"])
def test_whatever_changes_first_what_stood_before_is_kept(drafted: Drafted, by: Actor, what: str) -> None:
    one = drafted.summary.pk
    reword(drafted, "一。", by=by, at=SOON)
    section = drafted.statement(1).section_id
    known: dict[str, Any] = {"by": by, "at": LATER}
    match what:
        case "head":
            edit_head(summary_id=one, title="题", opening="", head_edition=1, **known)
        case "section":
            rename_section(section_id=section, heading="换名", edition=1, **known)
        case "response":
            add_response(summary_id=one, topic_id=None, department="局", text="好。", **known)
        case "assignment":
            add_assignment(summary_id=one, task=Task("事"), **known)
        case _:
            add_note(section_id=section, text="补充。", **known)
    assert kept(drafted) == [(1, "drafted"), (2, "edited")]


# --- going back ---------------------------------------------------------------------------------------------


def rework(drafted: Drafted, by: Actor) -> None:
    """Change everything that a version holds."""
    one, topic = drafted.summary.pk, drafted.finished.topic.pk
    known: dict[str, Any] = {"by": by, "at": SOON}
    first, second = drafted.statement(1), drafted.statement(2)
    reword(drafted, "改写了。", by=by, at=SOON)
    add_citation(statement_id=first.pk, topic_id=topic, number=4, edition=2, **known)
    remove_citation(
        statement_id=second.pk, suggestion_id=drafted.finished.suggestion(2).pk, edition=1, **known
    )
    move_to_section(statement_id=drafted.statement(5).pk, section_id=first.section_id, place=1, **known)
    move_statement(statement_id=first.pk, places=-1, **known)
    remove_statement(statement_id=drafted.statement(3).pk, edition=1, **known)
    rename_section(section_id=second.section_id, heading="就医停车", edition=1, **known)
    section = add_section(summary_id=one, topic_id=topic, heading="新的一节", **known)
    add_note(section_id=section.pk, text="补充。", **known)
    edit_head(summary_id=one, title="别的题目", opening="别的开头。", head_edition=1, **known)
    response = Response.objects.get()
    edit_response(
        response_id=response.pk, topic_id=None, department="别局", text="别的。", edition=1, **known
    )
    remove_line(Assignment, Assignment.objects.get().pk, edition=1, **known)
    add_response(summary_id=one, topic_id=None, department="又一局", text="又一条。", **known)


def with_lists(drafted: Drafted, by: Actor) -> None:
    one, topic = drafted.summary.pk, drafted.finished.topic.pk
    add_response(summary_id=one, topic_id=topic, department="县公安局", text="好。", by=by, at=SOON)
    task = Task("清理", "县城管局", "", dt.date(2026, 6, 30))
    add_assignment(summary_id=one, task=task, by=by, at=SOON)


def test_a_restored_version_says_what_it_said(drafted: Drafted, by: Actor) -> None:
    with_lists(drafted, by)
    before = content_now(drafted.fresh())
    version = SummaryVersion.objects.create(
        summary=drafted.summary, edition=3, reason="edited", at=SOON, by_id=by.user_id, content=before
    )
    rework(drafted, by)
    worked = content_now(drafted.fresh())
    assert worked != before
    restore(drafted, version, by=by)
    after = content_now(drafted.fresh())
    # A section that was added since is empty, and so in no document.
    assert after["sections"].pop()["statements"] == []
    assert after == before
    # What stood before is one step away.
    latest = SummaryVersion.objects.get(reason="restored")
    assert latest.content == worked
    restore(drafted, latest, by=by)
    assert content_now(drafted.fresh()) == worked


def test_going_back_is_journalled_and_raises_editions(drafted: Drafted, by: Actor) -> None:
    statement = reword(drafted, "一。", by=by, at=SOON)
    untouched = drafted.statement(2)
    restore(drafted, SummaryVersion.objects.get(), by=by)
    entry = JournalEntry.objects.filter(topic=drafted.finished.topic).order_by("-revision")[0]
    assert (entry.kind, entry.payload["change"], entry.payload["of"], entry.payload["edition"]) == (
        "summary_edited",
        "restored",
        1,
        3,
    )
    assert drafted.statement(1).edition == statement.edition + 1
    assert drafted.statement(2).edition == untouched.edition
    assert check_journal(drafted.finished.topic.pk).faults == ()
    # The version that the restoring keeps is the only one of its edition.
    assert kept(drafted) == [(1, "drafted"), (2, "restored")]


def test_a_split_is_taken_back_by_restoring(drafted: Drafted, by: Actor) -> None:
    statement = drafted.statement(3)
    _, behind = split_statement(
        statement_id=statement.pk, first="一。", second="二。", edition=1, by=by, at=SOON
    )
    restore(drafted, SummaryVersion.objects.get(), by=by)
    assert (
        drafted.fresh().sections.get(pk=statement.section_id).statements.filter(removed=True).get() == behind
    )


def test_going_back_asks_for_the_edition_that_was_seen(drafted: Drafted, by: Actor) -> None:
    version = SummaryVersion.objects.get()
    reword(drafted, "一。", by=drafted.finished.rival, at=SOON)
    with pytest.raises(ChangedMeanwhile):
        restore(drafted, version, by=by, edition=1)
    with pytest.raises(UnknownVersion):
        restore_version(summary_id=drafted.summary.pk, version_id=404, edition=2, by=by, at=LATER)
    assert drafted.statement(1).text == "一。"
    make_signed(drafted)
    with pytest.raises(AlreadySigned):
        restore(drafted, version, by=by)


def test_what_is_no_longer_public_is_no_source_again(drafted: Drafted, by: Actor) -> None:
    version = SummaryVersion.objects.get()
    statement = drafted.statement(2)
    reword(drafted, "一。", by=by, at=SOON)
    Suggestion.objects.filter(pk=drafted.finished.suggestion(2).pk).update(status="hidden")
    restore(drafted, version, by=by)
    statement.refresh_from_db()
    assert (statement.kind, statement.citations.count()) == ("note", 0)
    lead = Statement.objects.get(section=statement.section, kind="lead")
    assert lead.removed
