"""Which versions there are, and how two of them differ."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consultations.actions.statements import edit_statement, remove_statement
from consultations.models import SummaryVersion
from consultations.queries.summary_changes import (
    NOW,
    Change,
    Piece,
    changed_sentences,
    changes_between,
    comparison_of,
    pieces,
    versions_of,
)
from tests.consultations.factories import MINUTE
from tests.consultations.summary_scene import FROZEN, Drafted, make_drafted


@pytest.fixture
def drafted(db: None) -> Drafted:
    return make_drafted()


def sentence(pk: int, text: str, *cites: int, kind: str = "cited") -> dict[str, Any]:
    return {"id": pk, "kind": kind, "text": text, "original": text, "pending": "", "cites": list(cites)}


BEFORE: dict[str, Any] = {
    "title": "题",
    "opening": "",
    "sections": [
        {"id": 1, "topic": None, "heading": "", "statements": [sentence(20, "共识。", 5)]},
        {
            "id": 2,
            "topic": 9,
            "heading": "停车",
            "statements": [
                sentence(30, "", 1, 2, 3, kind="lead"),
                sentence(31, "一。", 1),
                sentence(32, "二。", 2),
                sentence(33, "三。", 3),
            ],
        },
        {"id": 3, "topic": 9, "heading": "", "statements": [sentence(41, "四。", 4)]},
    ],
    "responses": [
        {"id": 1, "topic": 9, "department": "县公安局", "text": "好。"},
        {"id": 2, "topic": 9, "department": "县住建局", "text": "行。"},
    ],
    "assignments": [{"id": 1, "statement": None, "item": "清理", "lead": "", "cohandling": "", "due": None}],
}
NUMBERS = {1: 11, 2: 12, 3: 13, 4: 14, 5: 15}


def altered(**more: Any) -> dict[str, Any]:
    return copy.deepcopy(BEFORE) | more


def said(after: dict[str, Any], before: dict[str, Any] = BEFORE) -> list[tuple[str, str]]:
    return [(change.where, change.how) for change in changes_between(before, after, NUMBERS)]


def test_pieces_put_both_texts_into_one() -> None:
    assert pieces("四月底前划定车位。", "五月底前划定三百个车位。") == (
        Piece("gone", "四"),
        Piece("come", "五"),
        Piece("same", "月底前划定"),
        Piece("come", "三百个"),
        Piece("same", "车位。"),
    )
    assert pieces("", "新。") == (Piece("come", "新。"),)
    assert pieces("旧。", "") == (Piece("gone", "旧。"),)
    long = "长" * 2001
    assert pieces("", long) == (Piece("come", long),)
    assert pieces("短。", long) == (Piece("gone", "短。"), Piece("come", long))


@pytest.mark.parametrize("before", ["", "甲乙丙丁戊", "甲乙己戊", "丙", "庚甲乙丙丁戊辛"])
@pytest.mark.parametrize("after", ["", "甲乙丙丁戊", "甲乙己戊", "丙", "庚甲乙丙丁戊辛"])
def test_of_the_pieces_both_texts_can_be_had_again(before: str, after: str) -> None:
    found = pieces(before, after)
    assert "".join(piece.text for piece in found if piece.kind != "come") == before
    assert "".join(piece.text for piece in found if piece.kind != "gone") == after


def test_equal_contents_do_not_differ() -> None:
    assert said(altered()) == []
    assert changed_sentences(BEFORE, altered()) == 0


def test_title_opening_and_headings_are_compared() -> None:
    after = altered(title="别的题", opening="开头。")
    after["sections"][1]["heading"] = "停车难"
    after["sections"].append({"id": 4, "topic": 9, "heading": "新的", "statements": []})
    assert said(after) == [
        ("标题", "reworded"),
        ("开头", "reworded"),
        ("小节标题", "reworded"),
        ("小节标题", "added"),
    ]


def test_a_sentence_is_added_gone_reworded_moved_or_rests_on_something_else() -> None:
    after = altered()
    consensus, parking, other = after["sections"]
    parking["statements"] = [
        parking["statements"][0],
        sentence(33, "三。", 3),
        sentence(31, "一改。", 1, 4),
        sentence(34, "新。", 2),
    ]
    consensus["statements"] = [sentence(20, "共识。"), sentence(41, "四。", 4)]
    other["statements"] = []
    changes = list(changes_between(BEFORE, after, NUMBERS))
    assert [(change.where, change.how, change.cited, change.uncited) for change in changes] == [
        ("共识", "sources", (), (15,)),
        ("共识", "moved", (), ()),
        ("停车", "reworded", (14,), ()),
        ("停车", "added", (12,), ()),
        ("停车", "gone", (), ()),
    ]
    assert changes[-1] == Change("停车", "gone", (Piece("gone", "二。"),))
    # 33 only made way for others: it is the same in the same section.
    assert changed_sentences(BEFORE, after) == 5


def test_of_those_that_changed_places_as_few_as_can_be_have_moved() -> None:
    after = altered()
    lead, first, second, third = after["sections"][1]["statements"]
    after["sections"][1]["statements"] = [lead, third, first, second]
    (change,) = changes_between(BEFORE, after, NUMBERS)
    assert change == Change("停车", "moved", (Piece("same", "三。"),))
    assert changed_sentences(BEFORE, after) == 0


def test_responses_and_assignments_are_compared() -> None:
    after = altered()
    after["responses"] = [
        after["responses"][1],
        after["responses"][0],
        {"id": 3, "topic": None, "department": "局", "text": "新。"},
    ]
    after["assignments"][0] |= {"lead": "县城管局", "due": "2026-06-30"}
    assert said(after) == [
        ("部门回应", "moved"),
        ("部门回应", "added"),
        ("交办事项", "reworded"),
    ]
    assert said(BEFORE, after) == [
        ("部门回应", "moved"),
        ("部门回应", "gone"),
        ("交办事项", "reworded"),
    ]


def test_versions_say_who_when_why_and_how_much(drafted: Drafted) -> None:
    by, rival = drafted.finished.by, drafted.finished.rival
    assert [(one.id == NOW, one.edition, one.changed) for one in versions_of(drafted.summary)] == [
        (False, 1, None)
    ]
    for number, (who, minutes) in {1: (by, 1), 2: (by, 20)}.items():
        statement = drafted.statement(number)
        edit_statement(
            statement_id=statement.pk, text="改了。", edition=1, by=who, at=FROZEN + minutes * MINUTE
        )
    remove_statement(statement_id=drafted.statement(5).pk, edition=1, by=rival, at=FROZEN + 23 * MINUTE)
    lines = versions_of(drafted.fresh())
    assert [(one.id == NOW, one.edition, one.by, one.sentences, one.changed) for one in lines] == [
        (True, 4, "", 4, 1),
        (False, 3, "沈秘书", 5, 1),
        (False, 2, "沈秘书", 5, 1),
        (False, 1, "沈秘书", 5, None),
    ]
    assert (lines[0].at, lines[1].at) == (FROZEN + 23 * MINUTE, FROZEN + 20 * MINUTE)
    assert (lines[1].reason, lines[3].reason) == ("继续修改之前", "生成初稿")


def test_two_versions_are_compared_whichever_is_named_first(drafted: Drafted) -> None:
    statement = drafted.statement(2)
    edit_statement(
        statement_id=statement.pk, text="改了。", edition=1, by=drafted.finished.by, at=FROZEN + MINUTE
    )
    first, summary = SummaryVersion.objects.get().pk, drafted.fresh()
    for before, after in ((first, NOW), (NOW, first)):
        found = comparison_of(summary, before, after)
        assert found is not None
        assert (found.before.id, found.after.id) == (first, NOW)
        assert [(change.where, change.how) for change in found.changes] == [("医院周边", "reworded")]
    assert comparison_of(summary, first, 404) is None
    assert comparison_of(summary, 404, NOW) is None


def test_the_number_of_queries_does_not_grow_with_the_versions(drafted: Drafted) -> None:
    def ask() -> int:
        with CaptureQueriesContext(connection) as asked:
            versions_of(drafted.fresh())
        return len(asked)

    before = ask()
    for _ in range(3):
        version = SummaryVersion.objects.first()
        assert version is not None
        version.pk = None
        version.save()
    assert (before, ask()) == (2, 2)
