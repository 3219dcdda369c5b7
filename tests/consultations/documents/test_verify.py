from __future__ import annotations

import copy
import dataclasses
import json
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.utils import translation
from hypothesis import example, given, settings
from hypothesis import strategies as st

from consultations.documents.content import from_content
from consultations.documents.figures import citation_of
from consultations.documents.findings import SENTENCES, Finding
from consultations.documents.json import render
from consultations.documents.model import Attendance, Snapshot, SummaryDocument
from consultations.documents.sealing import sealed as seal
from consultations.documents.snapshot import read_snapshot, snapshot_digest, text_hash
from consultations.documents.verify import examine, verify
from consultations.documents.wording import lead_text
from consultations.enums import Status, SummaryStatus

from .samples import large, recounted, sample, signed, two_topics
from .test_printable import HOSTILE

Content = dict[str, Any]
DRAFT = dataclasses.replace(sample(), status=SummaryStatus.DRAFT)
SAMPLE: Content = json.loads(render(DRAFT))
"""Without a seal, so that what is found is found by itself."""


@pytest.fixture(autouse=True)
def _in_english() -> Any:
    with translation.override("en"):
        yield


def tampered(change: Callable[[Content], None], content: Content = SAMPLE) -> list[Finding]:
    changed = copy.deepcopy(content)
    change(changed)
    return verify(json.dumps(changed).encode())


def told(findings: Iterable[Finding]) -> list[tuple[str, str]]:
    return [(one.code, one.message) for one in findings]


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
    "document",
    [DRAFT, two_topics(), seal(large()), signed()],
    ids=["minutes", "two topics", "large", "signed"],
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
    assert told(tampered(setting(path, value))) == [(code, message)]


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
    assert findings[1].message == "Suggestion 8 prints the status Hidden, and the snapshot has Published."


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

    assert told(tampered(nowhere)) == [("merged_into", "Suggestion 4 is merged into one that is not listed.")]


def test_suggestions_are_neither_lost_nor_added() -> None:
    def lose(content: Content) -> None:
        del content["appendix"][30]

    def add(content: Content) -> None:
        content["appendix"].append(content["appendix"][30] | {"id": 999, "number": 41})

    def repeat(content: Content) -> None:
        content["appendix"].append(content["appendix"][30])

    lost, added, repeated = told(tampered(lose)), told(tampered(add)), told(tampered(repeat))
    assert ("suggestion_missing", "Suggestion 31 of the snapshot is not in the appendix.") in lost
    assert ("suggestion_unknown", "Suggestion 41 of the appendix is not in the snapshot.") in added
    assert ("suggestion_twice", "Suggestion 31 is listed more than once.") in repeated


def test_a_topic_is_frozen_once() -> None:
    def repeat(content: Content) -> None:
        content["snapshot"]["topics"] *= 2
        resealed(content)

    assert (
        "topic_twice",
        "The topic 破解老城区停车难 is in the snapshot more than once.",
    ) in told(tampered(repeat))


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
    withheld = dataclasses.replace(DRAFT, appendix=(*document.appendix[:39], hidden))
    assert verify(render(withheld)) == []


def test_a_text_that_was_withheld_at_freezing_does_not_come_back() -> None:
    def withhold(content: Content) -> None:
        frozen(content, 39)["text_hash"] = ""
        resealed(content)

    assert [one.code for one in tampered(withhold)] == ["suggestion_text"]
    assert text_hash("") != ""


def test_journals_are_compared_where_their_heads_are_given() -> None:
    data, head = render(DRAFT), sample().snapshot.topics[0].head
    assert verify(data, journal_heads={7: head, 8: "f" * 64}) == []
    assert told(verify(data, journal_heads={7: "f" * 64})) == [
        (
            "journal_head",
            f"The journal of the topic 破解老城区停车难 has the hash {'f' * 64} at its head, and the snapshot has {head}.",
        )
    ]
    assert told(verify(data, journal_heads={})) == [
        ("journal_missing", "There is no journal of the topic 破解老城区停车难 to compare with.")
    ]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \n", "empty"),
        (b"\xff\xfe{}", "encoding"),
        ("{“停车”}".encode("gb18030"), "encoding"),
        (b"{", "not_json"),
        (b"[" * 100_000, "too_deep"),
        (b'{"a":' * 100_000, "too_deep"),
        (b"[" * 300_001, "too_many"),
        (b"7" * 1_000_000, "long_number"),
        (b"[-" + b"7" * 1_000_000, "long_number"),
        (b" " * (20 * 1024 * 1024 + 1), "too_large"),
        (b'{"schema": NaN}', "no_number"),
        (b'{"schema": -Infinity}', "no_number"),
        (b'{"schema": "jianyan.summary/2", "schema": "jianyan.summary/2"}', "key_twice"),
        (b"PK\x03\x04....", "other_file"),
        (b"%PDF-1.7 ...", "other_file"),
        (b"\xef\xbb\xbf\n<!doctype html>", "other_file"),
        (b"[]", "unknown_schema"),
        (b'{"schema": "jianyan.summary/1"}', "older_schema"),
        (b'{"schema": "jianyan.summary/0"}', "unknown_schema"),
        (b'{"schema": ' + b"[" * 900 + b"]" * 900 + b"}", "unknown_schema"),
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
        ("opening.starts_at", "\ud800", "surrogates not allowed"),
        ("head.kind", "\ud800", "surrogates not allowed"),
        ("head.edition", 3.0, "$.head.edition"),
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
    assert told(tampered(setting("appendix.0.votes", 10_000))) == [
        ("unknown_field", "The file has something that no summary has: $.appendix[0].votes")
    ]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_changed_number_or_hash_is_found(data: st.DataObject) -> None:
    """Whatever number is changed, something is found: there is none that nobody checks, but that of the edition."""
    places: list[list[str | int]] = []

    def collect(value: Any, path: list[str | int]) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                collect(inner, [*path, key])
        elif isinstance(value, list):
            for at, inner in enumerate(value):
                collect(inner, [*path, at])
        elif type(value) is int and path != ["head", "edition"]:
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


def as_signed(change: Callable[[Content], None]) -> list[str]:
    """Codes of what is found where somebody has sealed the changed document anew."""
    content: Content = json.loads(render(signed()))
    change(content)
    document = from_content(content, SummaryDocument)
    return [one.code for one in verify(render(seal(document)))]


def test_a_seal_belongs_to_what_is_signed_and_to_nothing_else() -> None:
    whole: Content = json.loads(render(signed()))
    assert [one.code for one in tampered(setting("seal", ""), whole)] == ["seal_missing"]
    (finding,) = tampered(setting("title", "另一个标题"), whole)
    assert finding.code == "seal"
    assert finding.message.endswith(f"and it carries {signed().seal}.")
    assert [one.code for one in tampered(setting("status", "draft"), whole)] == ["draft_sealed"]
    assert tampered(setting("title", "另一个标题")) == []


def test_only_a_correction_is_a_later_version_and_it_comes_after_what_it_replaces() -> None:
    assert told(tampered(setting("head.version", 2))) == [
        ("version", "The document says it is version 2, and names none that it replaces.")
    ]
    assert [one.code for one in tampered(setting("head.version", 0))] == ["version"]
    for version, replaced in ((1, 1), (2, 2), (2, 0), (1, 0)):

        def number(content: Content, version: int = version, replaced: int = replaced) -> None:
            content["head"]["version"], content["head"]["replaces"]["version"] = version, replaced

        assert as_signed(number) == ["replaces"]
    assert as_signed(setting("head.version", 7)) == []
    assert as_signed(setting("head.replaces", None)) == ["version"]


def test_the_words_of_a_lead_are_computed() -> None:
    whole: Content = json.loads(render(signed()))
    right = first_statement(whole)["text"]
    for wrong in (right.replace("7条", "8条"), right.replace("错时", "错峰"), f"{right}另", ""):
        content = copy.deepcopy(whole)
        first_statement(content)["text"] = wrong
        seen = verify(render(seal(from_content(content, SummaryDocument))))
        assert told(seen) == [
            ("lead_words", f"A theme begins with “{wrong}”, and its suggestions give “{right}”.")
        ]
    assert "lead_words" in as_signed(setting("topics.0.sections.0.theme", "错峰共享"))

    def rests_on_nothing(content: Content) -> None:
        text = "关于“错时共享”，共有建言0条，附议0次。"
        first_statement(content).update(citations=[], support=0, text=text)

    assert as_signed(rests_on_nothing) == ["statement_uncited"]


@settings(max_examples=60, deadline=None)
@given(HOSTILE)
@example("\xad")
@example("\u0301" * 9)
def test_a_lead_holds_however_its_theme_and_its_sectors_are_called(text: str) -> None:
    document = signed()
    (part,) = document.topics
    (lead, *_others) = part.sections[0].statements
    rows = [dataclasses.replace(document.appendix[0], sector=text), document.appendix[1]]
    citations = tuple(citation_of(row) for row in rows)
    support = sum(row.tally.support for row in rows)
    words = lead_text(text, citations, support)
    lead = dataclasses.replace(lead, text=words, citations=citations, support=support)
    sections = (dataclasses.replace(part.sections[0], theme=text, statements=(lead,)),)
    changed = dataclasses.replace(document, topics=(dataclasses.replace(part, sections=sections),))
    codes = {one.code for one in verify(render(seal(changed)))}
    # The sector in the appendix is the one that was frozen.
    assert codes <= {"citation_sector"}


def test_nothing_waits_to_be_accepted_in_what_was_submitted() -> None:
    pending = setting("consensus.0.pending", "consensus")
    assert tampered(pending) == []
    assert as_signed(pending) == ["statement_pending"]
    in_review: Content = json.loads(render(dataclasses.replace(DRAFT, status=SummaryStatus.REVIEW)))
    assert [one.code for one in tampered(pending, in_review)] == ["statement_pending"]


def test_responses_and_assignments_are_on_what_there_is() -> None:
    assert as_signed(setting("responses.0.topic_id", 8)) == ["response_topic"]
    assert as_signed(setting("responses.0.topic_id", None)) == []
    assert as_signed(setting("assignments.0.suggestions", [136, 999])) == ["assignment_unknown"]
    assert as_signed(setting("assignments.0.suggestions", [136, 136])) == ["assignment_twice"]


def test_suggestions_and_topics_stand_in_the_order_of_the_snapshot() -> None:
    def swap(content: Content) -> None:
        rows = content["appendix"]
        rows[3], rows[8] = rows[8], rows[3]

    assert told(tampered(swap)) == [
        ("suggestion_order", "Suggestion 9 is listed where the snapshot has suggestion 4.")
    ]
    two: Content = json.loads(render(two_topics()))
    first, second = (topic["title"] for topic in two["topics"])
    for wrong in ([1, 0], [0], [0, 1, 1]):

        def rearrange(content: Content, wrong: list[int] = wrong) -> None:
            content["topics"] = [content["topics"][at] for at in wrong]

        ((code, message),) = told(tampered(rearrange, two))
        printed = "、".join((first, second)[at] for at in wrong)
        assert code == "topic_parts"
        assert message.startswith(f"The summary treats the topics {printed} in this order")


def test_a_suggestion_is_frozen_once() -> None:
    def repeat(content: Content) -> None:
        frozen_rows = content["snapshot"]["topics"][0]["suggestions"]
        frozen_rows.append(frozen_rows[38])
        resealed(content)

    assert told(tampered(repeat)) == [("suggestion_twice", "Suggestion 39 is listed more than once.")]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("title", "关于“破解老城区停车难”\u200b网络议政的协商纪要"),
        ("title", "关于“破解老城区停车难”网络议政的协商纪要\u202e"),
        ("opening.starts_at", "2026-01-15 19:30:00+08:00"),
        ("snapshot.topics.0.closed_at", "2026-01-15T20:30:00+08:00"),
    ],
)
def test_what_is_read_as_the_same_is_written_as_an_export_writes_it(path: str, value: str) -> None:
    (finding,) = tampered(setting(path, value))
    assert finding.code == "other_writing"
    assert finding.message.startswith("At $.")


def test_a_field_that_could_be_left_out_is_missed() -> None:
    def forget(content: Content) -> None:
        del content["consensus"][0]["pending"], content["seal"]

    assert [one.message.rpartition(" ")[2] for one in tampered(forget)] == [
        "$.consensus[0].pending",
        "$.seal",
    ]


def test_a_file_saved_by_an_editor_of_windows_is_read() -> None:
    assert verify(b"\xef\xbb\xbf" + render(signed()).replace(b"\n", b"\r\n")) == []


def test_of_many_findings_alike_the_first_are_named_and_the_others_counted() -> None:
    def disown(content: Content) -> None:
        for row in content["appendix"]:
            row["author"] = "他人" * 1000

    changed = copy.deepcopy(SAMPLE)
    disown(changed)
    faults = examine(json.dumps(changed).encode()).faults
    assert [one.code for one in faults.named] == ["suggestion_author"] * 20
    assert faults.counts == {"suggestion_author": 40}
    assert faults.total == 40
    assert faults.unnamed(["suggestion_author", "count"]) == 20
    assert max(len(one.message) for one in faults.named) < 300


def test_what_a_hostile_file_says_cannot_turn_the_sentence_round() -> None:
    (_, finding, *_rest) = tampered(setting("topics.0.title", "\u202e\ud800\x1b[31m"))
    assert finding.message == "The topic \ufffd\ufffd[31m is not in the snapshot."


def test_the_codes_of_findings_are_stable() -> None:
    assert set(SENTENCES) == {
        "empty", "too_large", "other_file", "encoding", "too_many", "too_deep", "key_twice", "no_number", "long_number",
        "not_json", "older_schema", "unknown_schema", "shape", "unknown_field", "missing_field", "other_writing",
        "seal", "seal_missing", "draft_sealed", "version", "replaces", "snapshot_hash", "topic_list", "topic_unknown",
        "topic_twice", "topic_parts", "count", "suggestion_order", "lead_words", "statement_pending", "response_topic",
        "assignment_unknown", "assignment_twice", "number_unsourced",
        "suggestion_unknown", "suggestion_missing", "suggestion_twice", "suggestion_number",
        "suggestion_author", "suggestion_sector", "suggestion_status", "suggestion_text", "suggestion_tally",
        "suggestion_merged", "merged_into", "citation_unknown", "citation_twice", "citation_number",
        "citation_sector", "citation_tally", "statement_support", "statement_uncited", "note_cites", "statistics",
        "journal_missing", "journal_head", "journal_fault",
    }  # fmt: skip


def test_a_deliberation_that_nobody_attended_holds_too() -> None:
    document = DRAFT
    empty = dataclasses.replace(
        document, snapshot=Snapshot(topics=document.snapshot.topics, attendance=Attendance())
    )
    assert verify(render(recounted(empty))) == []
