from __future__ import annotations

import copy
import dataclasses
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from consultations.documents.findings import SENTENCES, Finding
from consultations.documents.json import render
from consultations.documents.model import Attendance, Snapshot
from consultations.documents.snapshot import read_snapshot, snapshot_digest, text_hash
from consultations.documents.verify import verify
from consultations.enums import Status

from .samples import large, recounted, sample, two_topics

Content = dict[str, Any]
SAMPLE: Content = json.loads(render(sample()))


@pytest.fixture(autouse=True)
def _in_english() -> Any:
    with translation.override("en"):
        yield


def tampered(change: Callable[[Content], None], content: Content = SAMPLE) -> list[Finding]:
    changed = copy.deepcopy(content)
    change(changed)
    return verify(json.dumps(changed).encode())


def resealed(content: Content) -> None:
    content["snapshot_hash"] = snapshot_digest(read_snapshot(content["snapshot"]))


def first_statement(content: Content) -> Content:
    statement: Content = content["topics"][0]["sections"][0]["statements"][0]
    return statement


def frozen(content: Content, at: int) -> Content:
    row: Content = content["snapshot"]["topics"][0]["suggestions"][at]
    return row


def setting(path: str, value: object) -> Callable[[Content], None]:
    """Put a value at a path such as opening.counts.sectors or appendix.0.text."""

    def change(content: Content) -> None:
        *way, last = path.split(".")
        place: Any = content
        for step in way:
            place = place[int(step) if isinstance(place, list) else step]
        place[int(last) if isinstance(place, list) else last] = value

    return change


@pytest.mark.parametrize(
    "document", [sample(), two_topics(), large()], ids=["minutes", "two topics", "large"]
)
def test_what_was_rendered_holds(document: Any) -> None:
    assert verify(render(document)) == []


STATEMENT = "topics.0.sections.0.statements.0"
WORDS = "推动机关事业单位内部泊位夜间向周边居民开放，晚六"


@pytest.mark.parametrize(
    ("path", "value", "code", "message"),
    [
        (
            "opening.counts.participants",
            61,
            "count",
            "The opening prints 61 for members present, and the rows give 60.",
        ),
        (
            "opening.counts.sectors",
            23,
            "count",
            "The opening prints 23 for sectors present, and the rows give 22.",
        ),
        (
            "opening.counts.suggestions",
            80,
            "count",
            "The opening prints 80 for suggestions received, and the rows give 40.",
        ),
        (
            "opening.counts.published",
            40,
            "count",
            "The opening prints 40 for suggestions made public, and the rows give 38.",
        ),
        (
            "opening.counts.tally.support",
            900,
            "count",
            "The opening prints 900 for acts of support, and the rows give 822.",
        ),
        (
            "opening.counts.tally.neutral",
            1,
            "count",
            "The opening prints 1 for neutral stands, and the rows give 0.",
        ),
        (
            "opening.counts.tally.oppose",
            1,
            "count",
            "The opening prints 1 for opposing stands, and the rows give 0.",
        ),
        (
            "opening.topics.0",
            "别的议题",
            "topic_list",
            "The opening names the topics 别的议题, and the snapshot has 破解老城区停车难.",
        ),
        ("topics.0.title", "别的议题", "topic_unknown", "The topic 别的议题 is not in the snapshot."),
        ("topics.0.topic_id", 99, "topic_unknown", "The topic 破解老城区停车难 is not in the snapshot."),
        (
            "appendix.19.number",
            77,
            "suggestion_number",
            "Suggestion 77 had the number 20 when it was frozen.",
        ),
        (
            "appendix.1.author",
            "他人",
            "suggestion_author",
            "Suggestion 2 prints the author 他人, and the snapshot has 翁伯安.",
        ),
        (
            "appendix.6.text",
            "银行的车位归我。",
            "suggestion_text",
            "Suggestion 7 does not have the words that were frozen.",
        ),
        ("appendix.6.text", "", "suggestion_text", "Suggestion 7 does not have the words that were frozen."),
        (
            "appendix.3.merged_into",
            102,
            "suggestion_merged",
            "Suggestion 4 is merged into 102, and the snapshot has 101.",
        ),
        (
            f"{STATEMENT}.support",
            360,
            "statement_support",
            f"“{WORDS}” prints a support of 360, and its citations add up to 36.",
        ),
        (
            f"{STATEMENT}.citations.0.number",
            2,
            "citation_number",
            f"“{WORDS}” calls suggestion 1 number 2, and the appendix says 1.",
        ),
        (
            f"{STATEMENT}.citations.0.sector",
            "民盟",
            "citation_sector",
            f"“{WORDS}” names the sector 民盟 for suggestion 1, and the appendix says 经济界.",
        ),
        (
            f"{STATEMENT}.citations.0.suggestion_id",
            999,
            "citation_unknown",
            f"“{WORDS}” cites suggestion 1, which is not listed.",
        ),
        (
            f"{STATEMENT}.kind",
            "note",
            "note_cites",
            f"“{WORDS}” is marked as the secretary's note and cites suggestions.",
        ),
        (
            "statistics.sectors.0.participants",
            50,
            "statistics",
            "The statistics print 50/2/16 for 中共, and the rows give 5/2/16.",
        ),
        (
            "statistics.themes.0.support",
            1,
            "statistics",
            "The statistics print 7/1 for 错时共享, and the rows give 7/128.",
        ),
    ],
)
def test_one_changed_value_is_one_finding_in_plain_words(
    path: str, value: object, code: str, message: str
) -> None:
    assert tampered(setting(path, value)) == [Finding(code, message)]


def test_a_changed_tally_is_found_wherever_it_is_printed() -> None:
    findings = tampered(setting("appendix.0.tally.support", 500))
    assert [one.code for one in findings] == ["suggestion_tally", "statistics", "statistics"]
    assert findings[0].message == "Suggestion 1 prints the tally 500/0/0, and the snapshot has 5/0/0."
    findings = tampered(setting(f"{STATEMENT}.citations.0.tally.support", 500))
    assert [one.code for one in findings] == ["statement_support", "citation_tally"]
    assert findings[1].message.endswith(
        "quotes the tally 500/0/0 of suggestion 1, and the snapshot has 5/0/0."
    )


def test_a_changed_sector_or_status_of_a_suggestion_is_found() -> None:
    assert "suggestion_sector" in {one.code for one in tampered(setting("appendix.7.sector", "民盟"))}
    findings = tampered(setting("appendix.7.status", "hidden"))
    assert [one.code for one in findings] == ["count", "suggestion_status"]
    assert findings[1].message == "Suggestion 8 prints the status hidden, and the snapshot has published."


@pytest.mark.parametrize(
    "path",
    [
        "snapshot.topics.0.head",
        "snapshot.topics.0.title",
        "snapshot.topics.0.suggestions.0.text_hash",
        "snapshot.attendance.present.0.name",
        "snapshot_hash",
    ],
)
def test_a_changed_snapshot_no_longer_has_its_hash(path: str) -> None:
    findings = tampered(setting(path, "0" * 64))
    assert findings[0].code == "snapshot_hash"


def test_a_snapshot_changed_with_its_hash_contradicts_what_is_printed() -> None:
    def more_support(content: Content) -> None:
        frozen(content, 0)["support"] = 500
        resealed(content)

    codes = [one.code for one in tampered(more_support)]
    assert codes[:2] == ["count", "suggestion_tally"]
    assert "citation_tally" in codes


def test_a_suggestion_is_merged_into_one_that_is_listed() -> None:
    def nowhere(content: Content) -> None:
        content["appendix"][3]["merged_into"] = frozen(content, 3)["merged_into"] = 999
        resealed(content)

    assert tampered(nowhere) == [
        Finding("merged_into", "Suggestion 4 is merged into one that is not listed.")
    ]


def test_suggestions_are_neither_lost_nor_added() -> None:
    def lose(content: Content) -> None:
        del content["appendix"][30]

    def add(content: Content) -> None:
        content["appendix"].append(content["appendix"][30] | {"id": 999, "number": 41})

    def repeat(content: Content) -> None:
        content["appendix"].append(content["appendix"][30])

    lost, added, repeated = tampered(lose), tampered(add), tampered(repeat)
    assert Finding("suggestion_missing", "Suggestion 31 of the snapshot is not in the appendix.") in lost
    assert Finding("suggestion_unknown", "Suggestion 41 of the appendix is not in the snapshot.") in added
    assert Finding("suggestion_twice", "Suggestion 31 is listed more than once.") in repeated


def test_a_topic_is_frozen_once() -> None:
    def repeat(content: Content) -> None:
        content["snapshot"]["topics"] *= 2
        resealed(content)

    assert Finding(
        "topic_twice", "The topic 破解老城区停车难 is in the snapshot more than once."
    ) in tampered(repeat)


def test_a_statement_without_citations_is_the_secretarys_or_nothing() -> None:
    def uncite(content: Content) -> None:
        first_statement(content).update(citations=[], support=0)

    def cite_twice(content: Content) -> None:
        statement = first_statement(content)
        statement["citations"].append(statement["citations"][0])
        statement["support"] += 5

    assert [one.code for one in tampered(uncite)] == ["statement_uncited"]
    assert [one.code for one in tampered(cite_twice)] == ["citation_twice"]


def test_statistics_have_a_row_for_everything_and_for_nothing_else() -> None:
    def lose(content: Content) -> None:
        del content["statistics"]["sectors"][0]

    def add(content: Content) -> None:
        content["statistics"]["themes"].append(
            {"topic_id": 7, "theme": "虚设", "suggestions": 9, "support": 9}
        )

    def turn_round(content: Content) -> None:
        content["statistics"]["sectors"].reverse()

    assert [one.message for one in tampered(lose)] == [
        "The statistics print — for 中共, and the rows give 5/2/16."
    ]
    assert [one.message for one in tampered(add)] == [
        "The statistics print 9/9 for 虚设, and the rows give —."
    ]
    assert tampered(turn_round) == []


def test_a_text_may_be_withheld_only_where_it_was_not_public() -> None:
    document = sample()
    hidden = dataclasses.replace(document.appendix[39], text="")
    assert hidden.status == Status.HIDDEN
    withheld = dataclasses.replace(document, appendix=(*document.appendix[:39], hidden))
    assert verify(render(withheld)) == []


def test_a_text_that_was_withheld_at_freezing_does_not_come_back() -> None:
    def withhold(content: Content) -> None:
        frozen(content, 39)["text_hash"] = ""
        resealed(content)

    assert [one.code for one in tampered(withhold)] == ["suggestion_text"]
    assert text_hash("") != ""


def test_journals_are_compared_where_their_heads_are_given() -> None:
    data, head = render(sample()), sample().snapshot.topics[0].head
    assert verify(data, journal_heads={7: head, 8: "f" * 64}) == []
    assert verify(data, journal_heads={7: "f" * 64}) == [
        Finding(
            "journal_head",
            f"The journal of the topic 破解老城区停车难 has the hash {'f' * 64} at its head, and the snapshot has {head}.",
        )
    ]
    assert verify(data, journal_heads={}) == [
        Finding("journal_missing", "There is no journal of the topic 破解老城区停车难 to compare with.")
    ]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not_json"),
        (b"\xff\xfe{}", "not_json"),
        (b"{", "not_json"),
        (b"[" * 100_000, "not_json"),
        (b'{"schema": NaN}', "not_json"),
        (b'{"schema": "jianyan.summary/2", "schema": "jianyan.summary/2"}', "not_json"),
        (b"[]", "unknown_schema"),
        (b"null", "unknown_schema"),
        (b'{"schema": "jianyan.summary/3"}', "unknown_schema"),
        (b'{"schema": {"a": 1}}', "unknown_schema"),
        (b'{"schema": "jianyan.summary/2"}', "shape"),
    ],
)
def test_what_is_no_summary_is_said_to_be_none(data: bytes, code: str) -> None:
    assert [one.code for one in verify(data)] == [code]


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        ("opening.counts.sectors", -1, "$.opening.counts.sectors"),
        ("opening.counts.sectors", "22", "$.opening.counts.sectors"),
        ("head.kind", "novel", "$.head.kind"),
        ("appendix.0.tally", None, "$.appendix[0].tally"),
        ("snapshot.topics.0.closed_at", "2026-01-15T12:30:00", "$.snapshot.topics[0].closed_at"),
        ("snapshot.topics.0.closed_at", "0001-01-01T00:00:00+14:00", "date value out of range"),
    ],
)
def test_a_wrong_shape_is_named_with_its_place(path: str, value: object, place: str) -> None:
    (finding,) = tampered(setting(path, value))
    assert finding.code == "shape"
    assert place in finding.message


def test_a_missing_field_is_a_wrong_shape() -> None:
    def forget(content: Content) -> None:
        del content["snapshot"]["topics"][0]["revision"]

    (finding,) = tampered(forget)
    assert finding.code == "shape"
    assert "revision" in finding.message


def test_a_field_that_no_summary_has_is_named() -> None:
    assert tampered(setting("appendix.0.votes", 10_000)) == [
        Finding("unknown_field", "The file has something that no summary has: $.appendix[0].votes")
    ]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_changed_number_or_hash_is_found(data: st.DataObject) -> None:
    """Whatever number is changed, something is found: there is none that nobody checks, but those of its editions."""
    places: list[list[str | int]] = []

    def collect(value: Any, path: list[str | int]) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                collect(inner, [*path, key])
        elif isinstance(value, list):
            for at, inner in enumerate(value):
                collect(inner, [*path, at])
        elif type(value) is int and path not in (["head", "edition"], ["head", "version"]):
            places.append(path)

    collect(SAMPLE, [])
    path = data.draw(st.sampled_from(places))
    by = data.draw(st.integers(min_value=1, max_value=10**30))

    def change(content: Content) -> None:
        place: Any = content
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] += by

    assert tampered(change) != []


def test_what_a_hostile_file_says_cannot_turn_the_sentence_round() -> None:
    (finding, *_rest) = tampered(setting("topics.0.title", "\u202e\ud800\x1b[31m"))
    assert finding.message == "The topic \ufffd\ufffd[31m is not in the snapshot."


def test_the_codes_of_findings_are_stable() -> None:
    assert set(SENTENCES) == {
        "not_json", "unknown_schema", "shape", "unknown_field", "snapshot_hash", "topic_list", "topic_unknown",
        "topic_twice", "count", "suggestion_unknown", "suggestion_missing", "suggestion_twice", "suggestion_number",
        "suggestion_author", "suggestion_sector", "suggestion_status", "suggestion_text", "suggestion_tally",
        "suggestion_merged", "merged_into", "citation_unknown", "citation_twice", "citation_number",
        "citation_sector", "citation_tally", "statement_support", "statement_uncited", "note_cites", "statistics",
        "journal_missing", "journal_head",
    }  # fmt: skip


def test_a_deliberation_that_nobody_attended_holds_too() -> None:
    document = sample()
    empty = dataclasses.replace(
        document, snapshot=Snapshot(topics=document.snapshot.topics, attendance=Attendance())
    )
    assert verify(render(recounted(empty))) == []
