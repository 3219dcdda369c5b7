"""Editing a summary: what each edit does, what two secretaries at once may lose (nothing), and what is journalled."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from consultations.actions.statements import (
    add_citation,
    add_note,
    edit_statement,
    join_statement,
    merge_statement,
    move_statement,
    move_to_section,
    put_back_statement,
    remove_citation,
    remove_statement,
    restore_wording,
    split_statement,
)
from consultations.actions.summaries import edit_head
from consultations.actions.summary_sections import add_section, move_section, rename_section
from consultations.errors import (
    AlreadySigned,
    BadCharacters,
    BadForm,
    ChangedMeanwhile,
    ComputedWords,
    NotAllowed,
    NotCitable,
    Refused,
    UnknownPassage,
    UnknownSummary,
)
from consultations.events import Event, SummaryChanged, forget, listen
from consultations.models import JournalEntry, Statement, Summary, SummarySection, Topic
from consultations.queries.journal_check import check_journal
from jianyan.accounts.roles import Actor
from tests.consultations.factories import actor, make_topic
from tests.consultations.summary_scene import EDITED, Drafted, make_drafted, make_signed


@pytest.fixture
def drafted(db: None) -> Drafted:
    return make_drafted()


@pytest.fixture
def by(drafted: Drafted) -> Actor:
    return drafted.finished.by


def section(drafted: Drafted, heading: str) -> SummarySection:
    return SummarySection.objects.get(summary=drafted.summary, heading=heading, topic__isnull=False)


def numbers(drafted: Drafted, heading: str) -> list[int]:
    rows = section(drafted, heading).statements.filter(removed=False).exclude(kind="lead")
    return [statement.citations.get().suggestion.number for statement in rows]


def last_entry(drafted: Drafted) -> JournalEntry:
    return JournalEntry.objects.filter(topic=drafted.finished.topic).order_by("-revision")[0]


# --- words --------------------------------------------------------------------------------------------------


def test_rewording_keeps_the_original_and_one_step_leads_back(drafted: Drafted, by: Actor) -> None:
    statement = drafted.statement(1)
    edited = edit_statement(
        statement_id=statement.pk, text=" 推动机关车位错时开放。 ", edition=1, by=by, at=EDITED
    )
    assert (edited.text, edited.original, edited.reworded, edited.edition) == (
        "推动机关车位错时开放。",
        "机关单位车位晚六点至早七点向周边居民错时开放。",
        True,
        2,
    )
    back = restore_wording(statement_id=statement.pk, edition=2, by=by, at=EDITED)
    assert (back.text, back.reworded, back.edition) == (statement.original, False, 3)


def test_an_edit_raises_the_edition_and_is_journalled_without_its_words(drafted: Drafted, by: Actor) -> None:
    statement = drafted.statement(1)
    edit_statement(statement_id=statement.pk, text="换个说法。", edition=1, by=by, at=EDITED)
    assert (drafted.fresh().edition, drafted.fresh().edited_at) == (2, EDITED)
    entry = last_entry(drafted)
    assert (entry.kind, entry.actor_id, entry.payload) == (
        "summary_edited",
        drafted.finished.secretary.pk,
        {
            "summary": drafted.summary.pk,
            "edition": 2,
            "change": "reworded",
            "statement": statement.pk,
            "reworded": True,
            "by": "secretary",
        },
    )
    assert check_journal(drafted.finished.topic.pk).faults == ()


def test_of_two_secretaries_the_second_is_told_and_nothing_is_lost(drafted: Drafted, by: Actor) -> None:
    statement = drafted.statement(1)
    edit_statement(statement_id=statement.pk, text="先到的文字。", edition=1, by=by, at=EDITED)
    with pytest.raises(ChangedMeanwhile):
        edit_statement(
            statement_id=statement.pk, text="后到的文字。", edition=1, by=drafted.finished.rival, at=EDITED
        )
    assert Statement.objects.get(pk=statement.pk).text == "先到的文字。"


def test_a_repeated_edit_is_granted_and_leaves_no_trace(drafted: Drafted, by: Actor) -> None:
    statement = drafted.statement(1)
    for _turn in range(2):
        edit_statement(statement_id=statement.pk, text="换个说法。", edition=1, by=by, at=EDITED)
    assert Statement.objects.get(pk=statement.pk).edition == 2
    assert drafted.fresh().edition == 2


def test_the_original_of_a_note_is_itself(drafted: Drafted, by: Actor) -> None:
    note = add_note(section_id=section(drafted, "医院周边").pk, text="会后已转交。", by=by, at=EDITED)
    assert (note.kind, note.original, note.reworded) == ("note", "", False)
    assert note.section.statements.last() == note
    assert restore_wording(statement_id=note.pk, edition=1, by=by, at=EDITED).edition == 1


@pytest.mark.parametrize("text", ["", "  \n ", "长" * 2001])
def test_a_statement_of_no_or_too_many_characters_is_refused(drafted: Drafted, by: Actor, text: str) -> None:
    statement = drafted.statement(1)
    with pytest.raises(BadForm):
        edit_statement(statement_id=statement.pk, text=text, edition=1, by=by, at=EDITED)


def test_marks_that_turn_the_direction_are_refused(drafted: Drafted, by: Actor) -> None:
    with pytest.raises(BadCharacters):
        add_note(section_id=section(drafted, "医院周边").pk, text="反\u202e转", by=by, at=EDITED)


# --- out and back -------------------------------------------------------------------------------------------


def test_what_is_taken_out_can_be_put_back_with_all_it_rests_on(drafted: Drafted, by: Actor) -> None:
    statement = drafted.statement(3)
    for _turn in range(2):
        remove_statement(statement_id=statement.pk, edition=1, by=by, at=EDITED)
    assert numbers(drafted, "错时共享") == [1]
    assert drafted.fresh().edition == 2
    for _turn in range(2):
        put_back_statement(statement_id=statement.pk, by=by, at=EDITED)
    assert numbers(drafted, "错时共享") == [3, 1]
    assert drafted.fresh().edition == 3


def test_what_another_has_reworded_is_not_taken_out_unseen(drafted: Drafted, by: Actor) -> None:
    statement = drafted.statement(3)
    edit_statement(statement_id=statement.pk, text="改过。", edition=1, by=drafted.finished.rival, at=EDITED)
    with pytest.raises(ChangedMeanwhile):
        remove_statement(statement_id=statement.pk, edition=1, by=by, at=EDITED)


# --- order --------------------------------------------------------------------------------------------------


def test_statements_move_within_their_section_and_stop_at_its_ends(drafted: Drafted, by: Actor) -> None:
    statement = drafted.statement(3)
    move_statement(statement_id=statement.pk, places=-1, by=by, at=EDITED)
    assert (numbers(drafted, "错时共享"), drafted.fresh().edition) == ([3, 1], 1)
    move_statement(statement_id=statement.pk, places=5, by=by, at=EDITED)
    assert (numbers(drafted, "错时共享"), drafted.fresh().edition) == ([1, 3], 2)
    move_statement(statement_id=statement.pk, places=-1, by=by, at=EDITED)
    assert numbers(drafted, "错时共享") == [3, 1]
    assert Statement.objects.get(pk=statement.pk).edition == 1


def test_moving_passes_over_what_was_taken_out(drafted: Drafted, by: Actor) -> None:
    heading = section(drafted, "")
    note = add_note(section_id=heading.pk, text="说明。", by=by, at=EDITED)
    remove_statement(statement_id=drafted.statement(5).pk, edition=1, by=by, at=EDITED)
    move_statement(statement_id=note.pk, places=-1, by=by, at=EDITED)
    shown = heading.statements.filter(removed=False)
    assert [statement.text for statement in shown] == ["说明。", "菜场楼顶加层停车，楼下照常卖菜！"]
    with pytest.raises(UnknownPassage):
        move_statement(statement_id=drafted.statement(5).pk, places=-1, by=by, at=EDITED)


def test_a_statement_moves_to_the_end_of_another_section(drafted: Drafted, by: Actor) -> None:
    statement, target = drafted.statement(3), section(drafted, "医院周边")
    for _turn in range(2):
        move_to_section(statement_id=statement.pk, section_id=target.pk, by=by, at=EDITED)
    assert (numbers(drafted, "错时共享"), numbers(drafted, "医院周边")) == ([1], [2, 3])
    assert drafted.fresh().edition == 2


def test_a_statement_does_not_move_into_another_summary(drafted: Drafted, by: Actor) -> None:
    other = Summary.objects.create(
        deliberation=drafted.finished.deliberation,
        kind="digest",
        title="摘编",
        snapshot={},
        digest="",
        frozen_at=EDITED,
        frozen_by=drafted.finished.secretary,
        edited_at=EDITED,
    )
    foreign = SummarySection.objects.create(summary=other, topic=drafted.finished.topic)
    with pytest.raises(UnknownPassage):
        move_to_section(statement_id=drafted.statement(3).pk, section_id=foreign.pk, by=by, at=EDITED)
    with pytest.raises(UnknownPassage):
        merge_statement(
            statement_id=drafted.statement(3).pk,
            into_id=Statement.objects.create(section=foreign, text="别处").pk,
            edition=1,
            by=by,
            at=EDITED,
        )


# --- what it rests on ---------------------------------------------------------------------------------------


def test_a_citation_is_added_with_its_frozen_tally(drafted: Drafted, by: Actor) -> None:
    statement = drafted.statement(1)
    topic = drafted.finished.topic.pk
    for _turn in range(2):
        add_citation(statement_id=statement.pk, topic_id=topic, number=4, edition=1, by=by, at=EDITED)
    rows = statement.citations.values_list("suggestion__number", "support")
    assert list(rows) == [(1, 1), (4, 2)]
    assert drafted.fresh().edition == 2


@pytest.mark.parametrize("number", [6, 7, 8, 9])
def test_only_published_suggestions_can_be_cited(drafted: Drafted, by: Actor, number: int) -> None:
    with pytest.raises(NotCitable):
        add_citation(
            statement_id=drafted.statement(1).pk,
            topic_id=drafted.finished.topic.pk,
            number=number,
            edition=1,
            by=by,
            at=EDITED,
        )


def test_suggestions_of_other_deliberations_cannot_be_cited(drafted: Drafted, by: Actor) -> None:
    elsewhere = make_topic(drafted.finished.county)
    with pytest.raises(NotCitable):
        add_citation(
            statement_id=drafted.statement(1).pk, topic_id=elsewhere.pk, number=1, edition=1, by=by, at=EDITED
        )


def test_without_a_citation_a_statement_is_the_secretarys_own(drafted: Drafted, by: Actor) -> None:
    statement = drafted.statement(1)
    suggestion = drafted.finished.suggestion(1).pk
    for _turn in range(2):
        alone = remove_citation(
            statement_id=statement.pk, suggestion_id=suggestion, edition=1, by=by, at=EDITED
        )
        assert (alone.kind, alone.citations.count()) == ("note", 0)
    again = add_citation(
        statement_id=statement.pk,
        topic_id=drafted.finished.topic.pk,
        number=1,
        edition=2,
        by=by,
        at=EDITED,
    )
    assert (again.kind, again.edition) == ("cited", 3)


def test_a_note_that_rests_on_something_counts_as_reworded(drafted: Drafted, by: Actor) -> None:
    note = add_note(section_id=section(drafted, "医院周边").pk, text="多位委员关注停车。", by=by, at=EDITED)
    cited = add_citation(
        statement_id=note.pk, topic_id=drafted.finished.topic.pk, number=2, edition=1, by=by, at=EDITED
    )
    assert (cited.kind, cited.reworded) == ("cited", True)


def test_a_merged_statement_rests_on_both_and_the_other_can_be_put_back(drafted: Drafted, by: Actor) -> None:
    first, second = drafted.statement(1), drafted.statement(3)
    into = merge_statement(statement_id=first.pk, into_id=second.pk, edition=1, by=by, at=EDITED)
    assert into.text == "建议商场地下车库前一小时免费。"
    assert list(into.citations.values_list("suggestion__number", flat=True)) == [1, 3]
    removed = Statement.objects.get(pk=first.pk)
    assert (removed.removed, removed.citations.count(), removed.edition) == (True, 1, 2)
    put_back_statement(statement_id=first.pk, by=by, at=EDITED)
    # What both rest on already is not cited twice.
    merge_statement(statement_id=first.pk, into_id=second.pk, edition=3, by=by, at=EDITED)
    assert into.citations.count() == 2


def test_a_statement_is_not_merged_into_itself_or_into_what_was_taken_out(
    drafted: Drafted, by: Actor
) -> None:
    first, second = drafted.statement(1), drafted.statement(3)
    remove_statement(statement_id=second.pk, edition=1, by=by, at=EDITED)
    for into in (first.pk, second.pk):
        with pytest.raises(UnknownPassage):
            merge_statement(statement_id=first.pk, into_id=into, edition=1, by=by, at=EDITED)


# --- title, opening, sections -------------------------------------------------------------------------------


def test_title_and_opening_have_an_edition_of_their_own(drafted: Drafted, by: Actor) -> None:
    edit_statement(statement_id=drafted.statement(1).pk, text="改。", edition=1, by=by, at=EDITED)
    fields: dict[str, Any] = {"summary_id": drafted.summary.pk, "by": by, "at": EDITED}
    changed = edit_head(title="新标题", opening="会前开展了调研。", head_edition=1, **fields)
    assert (changed.title, changed.opening, changed.head_edition, changed.edition) == (
        "新标题",
        "会前开展了调研。",
        2,
        3,
    )
    assert edit_head(title="新标题", opening="会前开展了调研。", head_edition=1, **fields).head_edition == 2
    with pytest.raises(ChangedMeanwhile):
        edit_head(title="另一标题", opening="", head_edition=1, **fields)
    with pytest.raises(BadForm):
        edit_head(title="题" * 121, opening="", head_edition=2, **fields)
    assert edit_head(title="新标题", opening=" ", head_edition=2, **fields).opening == ""


def test_a_section_is_renamed_by_one_at_a_time(drafted: Drafted, by: Actor) -> None:
    one = section(drafted, "错时共享")
    for _turn in range(2):
        rename_section(section_id=one.pk, heading="错时共享车位", edition=1, by=by, at=EDITED)
    assert drafted.fresh().edition == 2
    with pytest.raises(ChangedMeanwhile):
        rename_section(section_id=one.pk, heading="别的", edition=1, by=drafted.finished.rival, at=EDITED)
    with pytest.raises(BadForm):
        rename_section(section_id=one.pk, heading="题" * 41, edition=2, by=by, at=EDITED)
    assert SummarySection.objects.get(pk=one.pk).heading == "错时共享车位"


def test_the_consensus_is_neither_renamed_nor_moved(drafted: Drafted, by: Actor) -> None:
    consensus = drafted.summary.sections.get(topic=None)
    with pytest.raises(UnknownPassage):
        rename_section(section_id=consensus.pk, heading="共同意见", edition=1, by=by, at=EDITED)
    with pytest.raises(UnknownPassage):
        move_section(section_id=consensus.pk, places=1, by=by, at=EDITED)


def test_a_new_section_comes_last_in_its_topic_and_moves_within_it(drafted: Drafted, by: Actor) -> None:
    topic = drafted.finished.topic.pk
    new = add_section(summary_id=drafted.summary.pk, topic_id=topic, heading="体制机制", by=by, at=EDITED)

    def headings() -> list[str]:
        return list(drafted.summary.sections.filter(topic=topic).values_list("heading", flat=True))

    assert headings() == ["错时共享", "医院周边", "", "体制机制"]
    move_section(section_id=new.pk, places=1, by=by, at=EDITED)
    assert drafted.fresh().edition == 2
    move_section(section_id=new.pk, places=-1, by=by, at=EDITED)
    assert headings() == ["错时共享", "医院周边", "体制机制", ""]
    elsewhere = make_topic(drafted.finished.county)
    with pytest.raises(UnknownPassage):
        add_section(
            summary_id=drafted.summary.pk, topic_id=elsewhere.pk, heading="体制机制", by=by, at=EDITED
        )


# --- who ----------------------------------------------------------------------------------------------------


def every_edit(drafted: Drafted, by: Actor) -> list[tuple[Any, dict[str, Any]]]:
    """Each edit with arguments that would change something."""
    statement, other = drafted.statement(1).pk, drafted.statement(3).pk
    one = section(drafted, "错时共享").pk
    topic = drafted.finished.topic.pk
    who: dict[str, Any] = {"by": by, "at": EDITED}
    return [
        (edit_statement, {"statement_id": statement, "text": "改。", "edition": 1} | who),
        (restore_wording, {"statement_id": statement, "edition": 1} | who),
        (add_note, {"section_id": one, "text": "补充。"} | who),
        (remove_statement, {"statement_id": statement, "edition": 1} | who),
        (put_back_statement, {"statement_id": statement} | who),
        (move_statement, {"statement_id": statement, "places": -1} | who),
        (move_to_section, {"statement_id": statement, "section_id": section(drafted, "医院周边").pk} | who),
        (merge_statement, {"statement_id": statement, "into_id": other, "edition": 1} | who),
        (add_citation, {"statement_id": statement, "topic_id": topic, "number": 2, "edition": 1} | who),
        (remove_citation, {"statement_id": statement, "suggestion_id": 1, "edition": 1} | who),
        (
            edit_head,
            {"summary_id": drafted.summary.pk, "title": "题", "opening": "", "head_edition": 1} | who,
        ),
        (rename_section, {"section_id": one, "heading": "题", "edition": 1} | who),
        (add_section, {"summary_id": drafted.summary.pk, "topic_id": topic, "heading": "题"} | who),
        (move_section, {"section_id": one, "places": 1} | who),
    ]


def refusals(edits: list[tuple[Any, dict[str, Any]]]) -> set[type[Refused]]:
    found = set()
    for act, arguments in edits:
        with pytest.raises(Refused) as refusal:
            act(**arguments)
        found.add(type(refusal.value))
    return found


def test_only_secretaries_edit_and_only_before_signing(drafted: Drafted, by: Actor) -> None:
    revision = Topic.objects.get(pk=drafted.finished.topic.pk).revision
    for user in (drafted.finished.members[0], drafted.finished.moderator):
        assert refusals(every_edit(drafted, actor(user))) == {NotAllowed}
    assert Topic.objects.get(pk=drafted.finished.topic.pk).revision == revision
    make_signed(drafted)
    revision = Topic.objects.get(pk=drafted.finished.topic.pk).revision
    assert refusals(every_edit(drafted, by)) == {AlreadySigned}
    assert Topic.objects.get(pk=drafted.finished.topic.pk).revision == revision


def test_what_is_not_there_is_refused(drafted: Drafted, by: Actor) -> None:
    unknown = {"statement_id": 404, "section_id": 404, "summary_id": 404, "into_id": 404}
    found = refusals(
        [
            (act, {name: unknown.get(name, value) for name, value in arguments.items()})
            for act, arguments in every_edit(drafted, by)
        ]
    )
    assert found == {UnknownPassage, UnknownSummary}


@pytest.mark.django_db(transaction=True)
def test_every_topic_of_the_deliberation_gets_the_entry_and_its_event() -> None:
    drafted = make_drafted()
    second = make_topic(
        drafted.finished.county,
        "第二个",
        deliberation=drafted.finished.deliberation,
        position=2,
        frozen_at=EDITED - dt.timedelta(minutes=1),
    )
    heard: list[Event] = []
    listen(heard.append)
    try:
        edit_statement(
            statement_id=drafted.statement(1).pk, text="改。", edition=1, by=drafted.finished.by, at=EDITED
        )
    finally:
        forget(heard.append)
    first = Topic.objects.get(pk=drafted.finished.topic.pk)
    assert heard == [
        SummaryChanged(topic_id=first.pk, revision=first.revision),
        SummaryChanged(topic_id=second.pk, revision=1),
    ]


# --- two of one, one of two ---------------------------------------------------------------------------------


def test_a_sentence_is_split_and_both_rest_on_what_it_rested_on(drafted: Drafted, by: Actor) -> None:
    statement = drafted.statement(3)
    first, second = split_statement(
        statement_id=statement.pk,
        first="建议商场地下车库开放，",
        second="前一小时免费。",
        edition=1,
        by=by,
        at=EDITED,
    )
    assert (first.text, first.edition, first.original) == (
        "建议商场地下车库开放，",
        2,
        "建议商场地下车库前一小时免费。",
    )
    assert (second.text, second.original, second.reworded) == ("前一小时免费。", "", True)
    assert [one.support for one in (first.citations.get(), second.citations.get())] == [3, 3]
    assert numbers(drafted, "错时共享") == [3, 3, 1]
    assert (last_entry(drafted).payload["change"], last_entry(drafted).payload["behind"]) == (
        "split",
        second.pk,
    )
    with pytest.raises(ChangedMeanwhile):
        split_statement(statement_id=first.pk, first="一。", second="二。", edition=1, by=by, at=EDITED)
    with pytest.raises(BadForm):
        split_statement(statement_id=first.pk, first="一。", second=" ", edition=2, by=by, at=EDITED)


def test_joining_takes_a_split_back(drafted: Drafted, by: Actor) -> None:
    statement = drafted.statement(3)
    first, second = split_statement(
        statement_id=statement.pk,
        first="建议商场地下车库",
        second="前一小时免费。",
        edition=1,
        by=by,
        at=EDITED,
    )
    joined = join_statement(statement_id=first.pk, edition=2, by=by, at=EDITED)
    assert (joined.text, joined.reworded) == ("建议商场地下车库前一小时免费。", False)
    assert joined.citations.count() == 1
    assert Statement.objects.get(pk=second.pk).removed
    assert numbers(drafted, "错时共享") == [3, 1]


def test_joined_sentences_rest_on_the_suggestions_of_both(drafted: Drafted, by: Actor) -> None:
    joined = join_statement(statement_id=drafted.statement(3).pk, edition=1, by=by, at=EDITED)
    assert sorted(joined.citations.values_list("suggestion__number", flat=True)) == [1, 3]
    with pytest.raises(UnknownPassage):
        join_statement(statement_id=joined.pk, edition=joined.edition, by=by, at=EDITED)
    with pytest.raises(ChangedMeanwhile):
        join_statement(statement_id=joined.pk, edition=1, by=by, at=EDITED)


def test_what_was_taken_out_is_not_split(drafted: Drafted, by: Actor) -> None:
    statement = remove_statement(statement_id=drafted.statement(3).pk, edition=1, by=by, at=EDITED)
    with pytest.raises(UnknownPassage):
        split_statement(statement_id=statement.pk, first="一。", second="二。", edition=2, by=by, at=EDITED)


# --- places and leads ---------------------------------------------------------------------------------------


def test_a_sentence_goes_to_a_place_of_any_section(drafted: Drafted, by: Actor) -> None:
    statement = drafted.statement(2)
    shared, hospital = section(drafted, "错时共享"), section(drafted, "医院周边")

    def move(to: SummarySection, place: int | None) -> list[int]:
        move_to_section(statement_id=statement.pk, section_id=to.pk, place=place, by=by, at=EDITED)
        return numbers(drafted, "错时共享")

    assert move(shared, 1) == [2, 3, 1]
    assert move(shared, 2) == [3, 2, 1]
    edition = drafted.fresh().edition
    assert move(shared, 2) == [3, 2, 1]
    assert move(shared, None) == [3, 2, 1]
    assert drafted.fresh().edition == edition
    assert move(shared, 99) == [3, 1, 2]
    assert move(hospital, 1) == [3, 1]


def test_a_lead_stays_first_and_its_words_are_not_for_writing(drafted: Drafted, by: Actor) -> None:
    Statement.objects.filter(kind="lead").delete()
    lead = Statement.objects.create(section=section(drafted, "错时共享"), kind="lead", text="", position=0)
    lead.section.statements.filter(kind="cited").update(position=1)
    for move in ({"places": -5}, {"places": -1}):
        move_statement(statement_id=drafted.statement(1).pk, by=by, at=EDITED, **move)
    move_to_section(
        statement_id=drafted.statement(2).pk, section_id=lead.section_id, place=1, by=by, at=EDITED
    )
    kinds = [one.kind for one in lead.section.statements.all()]
    assert kinds == ["lead", "cited", "cited", "cited"]
    known: dict[str, Any] = {"statement_id": lead.pk, "by": by, "at": EDITED}
    topic = drafted.finished.topic.pk
    for refused in (
        lambda: edit_statement(text="别的。", edition=1, **known),
        lambda: move_statement(places=1, **known),
        lambda: move_to_section(section_id=section(drafted, "医院周边").pk, **known),
        lambda: split_statement(first="一。", second="二。", edition=1, **known),
        lambda: join_statement(edition=1, **known),
        lambda: add_citation(topic_id=topic, number=5, edition=1, **known),
        lambda: merge_statement(into_id=drafted.statement(1).pk, edition=1, **known),
    ):
        with pytest.raises(ComputedWords):
            refused()
    with pytest.raises(ComputedWords):
        merge_statement(statement_id=drafted.statement(1).pk, into_id=lead.pk, edition=1, by=by, at=EDITED)
    assert remove_statement(edition=1, **known).removed
    assert not put_back_statement(**known).removed
