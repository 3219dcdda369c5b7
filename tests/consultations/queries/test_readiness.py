"""What a secretary is told to look at before submitting a summary."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from consultations.actions.drafting import draft_summary
from consultations.actions.statements import (
    add_note,
    edit_statement,
    move_to_section,
    remove_statement,
)
from consultations.actions.summaries import edit_head
from consultations.enums import Pending, Presence, StatementKind
from consultations.errors import UnknownSummary
from consultations.models import Attendance, Statement, Suggestion, Summary, SummarySection, Topic
from consultations.queries.readiness import Remark, readiness
from jianyan.accounts.models import User
from tests.consultations.summary_scene import (
    EDITED,
    FROZEN,
    Drafted,
    freeze,
    make_drafted,
    make_finished,
)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def drafted(db: None) -> Drafted:
    return make_drafted()


def remarks(drafted: Drafted, code: str) -> list[Remark]:
    return [one for one in readiness(drafted.summary.pk) if one.code == code]


def words(drafted: Drafted, code: str) -> list[str]:
    return [one.words for one in remarks(drafted, code)]


def drafted_with(*presences: tuple[str, Presence], anonymous: bool = False) -> Drafted:
    """The scene with these people in the attendance: members by name, others are made."""
    finished = make_finished(anonymous=anonymous)
    for number, (name, presence) in enumerate(presences):
        user = User.objects.filter(display_name=name, attendances=None).first()
        user = user or User.objects.create(username=f"guest-{number}", display_name=name)
        Attendance.objects.create(deliberation=finished.deliberation, user=user, presence=presence)
    summary = freeze(finished)
    return Drafted(finished, draft_summary(summary_id=summary.pk, by=finished.by, at=FROZEN))


def note(drafted: Drafted, text: str) -> Statement:
    section = SummarySection.objects.filter(summary=drafted.summary, topic__isnull=False).first()
    assert section is not None
    return add_note(section_id=section.pk, text=text, by=drafted.finished.by, at=EDITED)


def test_a_fresh_draft_blocks_nothing_and_says_what_has_no_theme(drafted: Drafted) -> None:
    found = readiness(drafted.summary.pk)
    assert [one for one in found if one.blocks] == []
    assert remarks(drafted, "unthemed") == [
        Remark(
            "unthemed",
            "Suggestions without a theme (2): 4, 5",
            f"uncited-{drafted.finished.topic.pk}",
        )
    ]


def test_nothing_stands_in_it(drafted: Drafted) -> None:
    for statement in Statement.objects.exclude(kind=StatementKind.LEAD):
        remove_statement(
            statement_id=statement.pk, edition=statement.edition, by=drafted.finished.by, at=EDITED
        )
    first = readiness(drafted.summary.pk)[0]
    assert first == Remark("empty", "The document has no sentence", "summary-sections", blocks=True)
    sections = drafted.summary.sections.exclude(topic=None)
    assert [one.anchor for one in remarks(drafted, "empty_section")] == [
        f"section-{section.pk}" for section in sections
    ]
    assert words(drafted, "empty_section")[-1] == "The section “Other suggestions” has no sentence"
    assert words(drafted, "uncited") == ["Suggestions that no sentence rests on (5): 1, 2, 3, 4, 5"]


@pytest.mark.parametrize(
    ("pending", "says"),
    [
        (Pending.CONSENSUS, "“清理小区“僵尸车”。” is proposed as consensus and waits to be accepted"),
        (Pending.MODEL, "“清理小区“僵尸车”。” was worded by a language model and waits to be accepted"),
    ],
)
def test_what_waits_to_be_accepted_blocks(drafted: Drafted, pending: Pending, says: str) -> None:
    statement = drafted.statement(5)
    Statement.objects.filter(pk=statement.pk).update(pending=pending)
    assert readiness(drafted.summary.pk)[0] == Remark(
        "pending", says, f"statement-{statement.pk}", blocks=True
    )


def test_what_waits_and_was_taken_out_does_not_block(drafted: Drafted) -> None:
    Statement.objects.filter(pk=drafted.statement(5).pk).update(pending=Pending.MODEL, removed=True)
    assert remarks(drafted, "pending") == []


def test_a_sentence_without_sources_and_one_that_is_too_long(drafted: Drafted) -> None:
    own = note(drafted, "会议还听取了意见。")
    long = note(drafted, "会" * 501)
    assert remarks(drafted, "unsourced")[0] == Remark(
        "unsourced",
        "“会议还听取了意见。” rests on no suggestion and is printed as the secretary's note",
        f"statement-{own.pk}",
    )
    assert remarks(drafted, "long") == [
        Remark(
            "long",
            f"“{'会' * 24}…” has 501 characters; more than 500 are hard to read",
            f"statement-{long.pk}",
        )
    ]


@pytest.mark.parametrize(
    ("text", "strange"),
    [
        ("腾出路侧空间，划半小时免费车位。", ""),
        ("腾出路侧空间，划45分钟免费车位。", "45分钟"),
        ("划三十分钟免费车位，共300个。", "300"),
        ("划三十分钟免费车位，共三百个。", "三百"),
        # Support and counts of the figures, the date, and the question's own numbers.
        ("2026年3月5日起划车位，2人附议。", "2人"),
        ("附议2次。", "2次"),
        ("现有车位3200个。", ""),
        ("第3条所说的一个办法可行。", ""),
    ],
)
def test_numbers_that_no_source_has(drafted: Drafted, text: str, strange: str) -> None:
    Topic.objects.update(background="老城区现有车位3,200个。")
    statement = drafted.statement(2)
    edit_statement(statement_id=statement.pk, text=text, edition=1, by=drafted.finished.by, at=EDITED)
    expected = (
        [f"“{text}” names {strange}, which neither its sources nor the figures have"] if strange else []
    )
    assert words(drafted, "number") == expected


def test_numbers_in_the_opening(drafted: Drafted) -> None:
    edit_head(
        summary_id=drafted.summary.pk,
        title="纪要",
        opening="会前走访12个小区，收到建言8条。",
        head_edition=1,
        by=drafted.finished.by,
        at=EDITED,
    )
    assert remarks(drafted, "number") == [
        Remark(
            "number", "What you added to the opening names 12, which the figures do not have", "summary-head"
        )
    ]


def test_a_suggestion_that_only_the_lead_counts_is_cited_nowhere(drafted: Drafted) -> None:
    statement = drafted.statement(1)
    remove_statement(statement_id=statement.pk, edition=1, by=drafted.finished.by, at=EDITED)
    assert words(drafted, "uncited") == ["Suggestions that no sentence rests on (1): 1"]
    other = SummarySection.objects.get(summary=drafted.summary, topic__isnull=True)
    move_to_section(
        statement_id=drafted.statement(2).pk, section_id=other.pk, by=drafted.finished.by, at=EDITED
    )
    assert words(drafted, "empty_section") == ["The section “医院周边” has no sentence"]


def test_characters_that_the_fonts_lack_are_named_wherever_they_stand(db: None) -> None:
    lacking = "\U0001fae8"
    drafted = drafted_with((f"李{lacking}", Presence.OBSERVER))
    own = note(drafted, f"说明{lacking}。")
    Suggestion.objects.filter(number=2).update(text=f"划车位{lacking}")
    edit_head(
        summary_id=drafted.summary.pk,
        title=f"纪要{lacking}",
        opening="",
        head_edition=1,
        by=drafted.finished.by,
        at=EDITED,
    )
    topic = drafted.finished.topic.pk
    assert [(one.words, one.anchor) for one in remarks(drafted, "glyphs")] == [
        (f"Names have characters that the fonts of the PDF lack: {lacking}", "summary-head"),
        (f"Title or opening have characters that the fonts of the PDF lack: {lacking}", "summary-head"),
        (
            f"“说明{lacking}。” has characters that the fonts of the PDF lack: {lacking}",
            f"statement-{own.pk}",
        ),
        ("Suggestions with characters that the fonts of the PDF lack (1): 2", f"uncited-{topic}"),
    ]


def test_people_twice_and_authors_who_did_not_come(db: None) -> None:
    drafted = drafted_with(
        ("林栖云", Presence.PRESENT),
        ("丁一", Presence.OBSERVER),
        ("欧阳晴川", Presence.ON_LEAVE),
        ("李明", Presence.PRESENT),
        ("李明", Presence.OBSERVER),
    )
    assert remarks(drafted, "same_name") == [
        Remark("same_name", "The attendance has more than one 李明", "summary-head")
    ]
    assert remarks(drafted, "absent_author") == [
        Remark(
            "absent_author",
            "Authors who are not among those who attended: 1 (欧阳晴川)",
            "summary-head",
        )
    ]


def test_an_author_whom_the_topic_does_not_name_is_not_named_here(db: None) -> None:
    drafted = drafted_with(("林栖云", Presence.ON_LEAVE), anonymous=True)
    assert words(drafted, "absent_author") == ["Authors who are not among those who attended: 1"]


def test_of_many_only_the_first_are_named(db: None) -> None:
    drafted = make_drafted()
    text = "、".join(f"{number}个" for number in range(301, 314))
    note(drafted, text)
    (said,) = words(drafted, "number")
    assert said.endswith(
        "names 301, 302, 303, 304, 305, 306, 307, 308, 309, 310, 311, 312…, "
        "which neither its sources nor the figures have"
    )


def test_it_asks_the_same_few_questions_for_any_number_of_sentences(drafted: Drafted) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            readiness(drafted.summary.pk)
        return len(queries)

    before = asked()
    for number in range(5):
        note(drafted, f"说明{number}")
    assert (before, asked()) == (8, 8)


def test_a_summary_that_is_not_there(db: None) -> None:
    assert not Summary.objects.exists()
    with pytest.raises(UnknownSummary):
        readiness(404)
