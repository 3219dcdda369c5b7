"""Secretaries at the same moment, each in a thread with a connection of its own."""

from __future__ import annotations

from functools import partial

import pytest

from consultations.actions.drafting import draft_summary
from consultations.actions.freezing import freeze_deliberation
from consultations.actions.responses import add_response
from consultations.actions.statements import edit_statement, move_statement
from consultations.actions.summary_versions import restore_version
from consultations.errors import ChangedMeanwhile
from consultations.models import JournalEntry, Response, Statement, Summary, SummaryVersion
from consultations.queries.journal_check import check_journal
from tests.consultations.summary_scene import EDITED, FROZEN, make_drafted, make_finished
from tests.consultations.test_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_eight_freezes_at_once_there_is_one_snapshot() -> None:
    finished = make_finished()
    deliberation = finished.deliberation.pk
    freeze = partial(freeze_deliberation, deliberation_id=deliberation, by=finished.by, at=FROZEN)
    answers = at_once([freeze] * 8)
    assert len({summary.pk for summary in answers}) == 1
    assert JournalEntry.objects.filter(kind="frozen").count() == 1
    draft = partial(draft_summary, summary_id=answers[0].pk, by=finished.by, at=FROZEN)
    at_once([draft] * 8)
    assert Statement.objects.count() == 7
    assert check_journal(finished.topic.pk).faults == ()


def test_of_eight_rewordings_of_one_sentence_one_is_kept_and_seven_are_told() -> None:
    drafted = make_drafted()
    statement = drafted.statement(1).pk
    edits = [
        partial(
            edit_statement,
            statement_id=statement,
            text=f"第{number}种说法。",
            edition=1,
            by=drafted.finished.by,
            at=EDITED,
        )
        for number in range(8)
    ]
    answers = at_once(edits)
    assert sum(isinstance(answer, ChangedMeanwhile) for answer in answers) == 7
    assert Statement.objects.get(pk=statement).edition == 2
    assert Summary.objects.get().edition == 2


def test_responses_added_at_once_all_have_a_place_of_their_own() -> None:
    drafted = make_drafted()
    adding = [
        partial(
            add_response,
            summary_id=drafted.summary.pk,
            topic_id=None,
            department=f"第{number}局",
            text="好。",
            by=by,
            at=EDITED,
        )
        for number, by in enumerate((drafted.finished.by, drafted.finished.rival) * 4)
    ]
    at_once(adding)
    places = sorted(Response.objects.values_list("position", flat=True))
    assert places == list(range(8))
    assert check_journal(drafted.finished.topic.pk).faults == ()


def test_of_two_who_restore_at_once_one_is_told() -> None:
    drafted = make_drafted()
    version = SummaryVersion.objects.get()
    restoring = [
        partial(
            restore_version, summary_id=drafted.summary.pk, version_id=version.pk, edition=1, by=by, at=EDITED
        )
        for by in (drafted.finished.by, drafted.finished.rival)
    ]
    answers = at_once(restoring)
    assert sum(isinstance(answer, ChangedMeanwhile) for answer in answers) == 1
    assert Summary.objects.get().edition == 2


def test_moves_at_once_lose_no_sentence_and_leave_no_gap_in_the_journal() -> None:
    drafted = make_drafted()
    first = drafted.statement(3)
    moves = [
        partial(
            move_statement,
            statement_id=first.pk,
            places=places,
            by=drafted.finished.by,
            at=EDITED,
        )
        for places in (1, -1) * 6
    ]
    at_once(moves)
    rows = Statement.objects.filter(section=first.section_id).order_by("position")
    assert sorted(rows.values_list("position", flat=True)) == [0, 1, 2]
    assert check_journal(drafted.finished.topic.pk).faults == ()
