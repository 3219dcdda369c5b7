"""What a rule or a model proposes waits until a person accepts it or sends it back."""

from __future__ import annotations

import pytest

from consultations.actions.accepting import accept_pending, send_back
from consultations.actions.drafting import draft_summary
from consultations.actions.statements import add_note, move_to_section, put_back_statement, remove_citation
from consultations.enums import Pending, StatementKind
from consultations.errors import AlreadySigned, ChangedMeanwhile, NotAllowed, UnknownPassage
from consultations.models import JournalEntry, Statement, Suggestion, Summary, SummarySection, Topic
from consultations.queries.journal_check import check_journal
from jianyan.accounts.roles import Actor
from tests.consultations.factories import actor
from tests.consultations.summary_scene import (
    EDITED,
    FROZEN,
    Drafted,
    freeze,
    make_drafted,
    make_finished,
    make_signed,
)


@pytest.fixture
def drafted(db: None) -> Drafted:
    """No. 3 and no. 4, which has no theme, are proposed as consensus: two of eight, from two sectors."""
    finished = make_finished()
    Topic.objects.update(consensus_share=25, consensus_sectors=2)
    Suggestion.objects.filter(number=2).update(theme=None)
    return Drafted(finished, draft_summary(summary_id=freeze(finished).pk, by=finished.by, at=FROZEN))


@pytest.fixture
def by(drafted: Drafted) -> Actor:
    return drafted.finished.by


def numbers(summary: Summary, heading: str | None) -> list[list[int]]:
    """What the standing sentences of a section rest on; of the consensus where there is no heading."""
    sections = SummarySection.objects.filter(summary=summary)
    section = sections.get(topic=None) if heading is None else sections.get(heading=heading, topic__gt=0)
    rows = section.statements.filter(removed=False).exclude(kind=StatementKind.LEAD).order_by("position")
    return [list(row.citations.values_list("suggestion__number", flat=True)) for row in rows]


def test_what_is_accepted_stays_where_it_is_and_waits_no_longer(drafted: Drafted, by: Actor) -> None:
    assert numbers(drafted.summary, None) == [[3], [2], [4]]
    statement = accept_pending(statement_id=drafted.statement(3).pk, edition=1, by=by, at=EDITED)
    assert (statement.pending, statement.edition, statement.section.topic_id) == ("", 2, None)
    assert drafted.fresh().edition == 2
    entry = JournalEntry.objects.order_by("revision").last()
    assert entry is not None
    assert entry.payload["change"] == "accepted"
    again = accept_pending(statement_id=statement.pk, edition=1, by=by, at=EDITED)
    assert (again.edition, drafted.fresh().edition) == (2, 2)
    assert check_journal(drafted.finished.topic.pk).faults == ()


def test_what_is_sent_back_goes_to_its_theme_by_its_support(drafted: Drafted, by: Actor) -> None:
    assert numbers(drafted.summary, "错时共享") == [[1]]
    statement = send_back(statement_id=drafted.statement(3).pk, edition=1, by=by, at=EDITED)
    assert (statement.pending, statement.section.heading) == ("", "错时共享")
    assert numbers(drafted.summary, "错时共享") == [[3], [1]]
    positions = list(statement.section.statements.order_by("position").values_list("kind", "position"))
    assert positions == [("lead", 0), ("cited", 1), ("cited", 2)]
    assert numbers(drafted.summary, None) == [[2], [4]]
    again = send_back(statement_id=statement.pk, edition=1, by=by, at=EDITED)
    assert again.edition == statement.edition


def test_what_has_no_theme_goes_back_behind_what_has_as_much_support(drafted: Drafted, by: Actor) -> None:
    assert numbers(drafted.summary, "") == [[5]]
    send_back(statement_id=drafted.statement(2).pk, edition=1, by=by, at=EDITED)
    send_back(statement_id=drafted.statement(4).pk, edition=1, by=by, at=EDITED)
    assert numbers(drafted.summary, "") == [[2], [4], [5]]


def test_a_theme_that_was_renamed_or_lost_its_lead_is_found(drafted: Drafted, by: Actor) -> None:
    SummarySection.objects.filter(heading="错时共享").update(heading="夜间共享")
    first = send_back(statement_id=drafted.statement(3).pk, edition=1, by=by, at=EDITED)
    assert first.section.heading == "夜间共享"
    Statement.objects.filter(kind=StatementKind.LEAD).delete()
    Suggestion.objects.filter(number=4).update(theme=drafted.finished.suggestion(1).theme)
    second = send_back(statement_id=drafted.statement(4).pk, edition=1, by=by, at=EDITED)
    assert second.section.heading == ""


def test_without_any_source_it_goes_to_the_last_section(drafted: Drafted, by: Actor) -> None:
    statement = drafted.statement(3)
    bare = remove_citation(
        statement_id=statement.pk,
        suggestion_id=drafted.finished.suggestion(3).pk,
        edition=1,
        by=by,
        at=EDITED,
    )
    back = send_back(statement_id=bare.pk, edition=2, by=by, at=EDITED)
    assert (back.section.heading, back.pending, back.kind) == ("", "", StatementKind.NOTE)


def test_what_a_secretary_has_moved_to_a_theme_stays_there(drafted: Drafted, by: Actor) -> None:
    other = SummarySection.objects.filter(summary=drafted.summary, topic__gt=0).latest("position")
    statement = move_to_section(statement_id=drafted.statement(3).pk, section_id=other.pk, by=by, at=EDITED)
    back = send_back(statement_id=statement.pk, edition=statement.edition, by=by, at=EDITED)
    assert (back.section_id, back.pending) == (other.pk, "")


def test_what_a_model_worded_is_taken_out_and_still_a_proposal_when_put_back(
    drafted: Drafted, by: Actor
) -> None:
    section = SummarySection.objects.get(summary=drafted.summary, heading="错时共享")
    note = add_note(section_id=section.pk, text="拟写。", by=by, at=EDITED)
    Statement.objects.filter(pk=note.pk).update(pending=Pending.MODEL)
    gone = send_back(statement_id=note.pk, edition=1, by=by, at=EDITED)
    assert (gone.removed, gone.pending, gone.edition) == (True, Pending.MODEL, 2)
    back = put_back_statement(statement_id=note.pk, by=by, at=EDITED)
    assert (back.removed, back.pending) == (False, Pending.MODEL)


@pytest.mark.parametrize("answer", [accept_pending, send_back])
def test_only_who_saw_it_as_it_is_answers(drafted: Drafted, by: Actor, answer: object) -> None:
    assert callable(answer)
    statement = drafted.statement(3)
    with pytest.raises(ChangedMeanwhile):
        answer(statement_id=statement.pk, edition=2, by=by, at=EDITED)
    with pytest.raises(NotAllowed):
        answer(statement_id=statement.pk, edition=1, by=actor(drafted.finished.moderator), at=EDITED)
    with pytest.raises(UnknownPassage):
        answer(statement_id=404, edition=1, by=by, at=EDITED)
    assert drafted.statement(3).pending == Pending.CONSENSUS


def test_nothing_is_answered_after_the_signature(db: None) -> None:
    drafted = make_drafted()
    make_signed(drafted)
    with pytest.raises(AlreadySigned):
        accept_pending(statement_id=drafted.statement(3).pk, edition=1, by=drafted.finished.by, at=EDITED)
