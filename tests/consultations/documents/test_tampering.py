"""Whatever is changed in a signed summary is found: by its seal, and what the system wrote also where that is made anew."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from consultations.documents.content import from_content
from consultations.documents.json import render
from consultations.documents.model import SummaryDocument
from consultations.documents.sealing import sealed
from consultations.documents.snapshot import read_snapshot, snapshot_digest
from consultations.documents.verify import verify

from .samples import signed

Path = tuple[str | int, ...]
WHOLE: Any = json.loads(render(signed()))
SECTION: Path = ("topics", 0, "sections", 0, "statements")
LEAD: Path = (*SECTION, 0)
CITED: Path = (*SECTION, 1)
FROZEN: Path = ("snapshot", "topics", 0, "suggestions")


def at(content: Any, path: Sequence[str | int]) -> Any:
    for step in path:
        content = content[step]
    return content


def put(content: Any, path: Sequence[str | int], value: Any) -> None:
    at(content, path[:-1])[path[-1]] = value


def codes(content: Any) -> set[str]:
    return {finding.code for finding in verify(json.dumps(content).encode())}


def sealed_anew(content: Any) -> set[str]:
    """What is found where whoever changed the document made its seal anew, as anybody can."""
    return {finding.code for finding in verify(render(sealed(from_content(content, SummaryDocument))))}


def frozen_anew(content: Any) -> set[str]:
    """What is found where the hash of the snapshot was made anew as well."""
    content["snapshot_hash"] = snapshot_digest(read_snapshot(content["snapshot"]))
    return sealed_anew(content)


def changed(path: Path, change: Callable[[Any], Any]) -> Any:
    content = copy.deepcopy(WHOLE)
    before = at(content, path)
    after = change(copy.deepcopy(before))
    assert after != before
    put(content, path, after)
    return content


def other_digit(text: str) -> str:
    """The first digit is another one."""
    place = next(at for at, sign in enumerate(text) if sign.isdecimal())
    return f"{text[:place]}{(int(text[place]) + 1) % 10}{text[place + 1 :]}"


def one_more(number: int) -> int:
    return number + 1


def other_name(name: str) -> str:
    return f"{name[:-1]}某"


def without_last(rows: list[Any]) -> list[Any]:
    return rows[:-1]


def swapped(rows: list[Any]) -> list[Any]:
    return [rows[1], rows[0], *rows[2:]]


def doubled(rows: list[Any]) -> list[Any]:
    return [*rows, rows[0]]


def test_nothing_is_found_in_the_document_as_it_was_signed() -> None:
    assert codes(WHOLE) == sealed_anew(WHOLE) == set()


@pytest.mark.parametrize(
    ("path", "change", "named"),
    [
        # one digit
        (("opening", "counts", "participants"), one_more, "count"),
        (("opening", "counts", "tally", "support"), one_more, "count"),
        (("appendix", 6, "number"), one_more, "suggestion_number"),
        (("appendix", 6, "tally", "support"), one_more, "suggestion_tally"),
        (("appendix", 3, "merged_into"), one_more, "suggestion_merged"),
        (("statistics", "sectors", 0, "support"), one_more, "statistics"),
        (("statistics", "themes", 0, "suggestions"), one_more, "statistics"),
        ((*CITED, "support"), one_more, "statement_support"),
        ((*LEAD, "support"), one_more, "statement_support"),
        (("head", "version"), lambda number: number - 1, "replaces"),
        (("head", "replaces", "version"), one_more, "replaces"),
        # one citation
        ((*CITED, "citations", 0, "suggestion_id"), one_more, "citation_number"),
        ((*CITED, "citations", 0, "number"), one_more, "citation_number"),
        ((*CITED, "citations", 0, "sector"), other_name, "citation_sector"),
        ((*CITED, "citations", 0, "tally", "support"), one_more, "citation_tally"),
        ((*CITED, "citations"), without_last, "statement_support"),
        ((*CITED, "citations"), doubled, "citation_twice"),
        ((*LEAD, "citations"), without_last, "lead_words"),
        (("assignments", 0, "suggestions", 0), lambda number: number + 900, "assignment_unknown"),
        (("responses", 0, "topic_id"), one_more, "response_topic"),
        # one character that the system wrote
        ((*LEAD, "text"), other_digit, "lead_words"),
        ((*LEAD, "text"), lambda text: text.replace("条", "項"), "lead_words"),
        (("topics", 0, "sections", 0, "theme"), other_name, "lead_words"),
        (("opening", "topics", 0), other_name, "topic_list"),
        (("topics", 0, "title"), other_name, "topic_unknown"),
        (("appendix", 6, "text"), other_name, "suggestion_text"),
        (("appendix", 6, "status"), lambda _: "hidden", "suggestion_status"),
        # one name
        (("appendix", 6, "author"), other_name, "suggestion_author"),
        (("appendix", 6, "sector"), other_name, "suggestion_sector"),
        (("snapshot", "attendance", "present", 0, "name"), other_name, "snapshot_hash"),
        (("snapshot", "attendance", "present", 0, "unit"), other_name, "snapshot_hash"),
        (("snapshot", "attendance", "observers", 0, "name"), other_name, "snapshot_hash"),
        (("snapshot", "topics", 0, "title"), other_name, "snapshot_hash"),
        ((*FROZEN, 0, "author"), other_name, "snapshot_hash"),
        # one hash
        (("snapshot_hash",), other_digit, "snapshot_hash"),
        (("snapshot", "topics", 0, "head"), other_digit, "snapshot_hash"),
        ((*FROZEN, 0, "text_hash"), other_digit, "snapshot_hash"),
        # a row that is left out, exchanged or doubled
        (("appendix",), without_last, "suggestion_missing"),
        (("appendix",), swapped, "suggestion_order"),
        (("appendix",), doubled, "suggestion_twice"),
        (("statistics", "sectors"), without_last, "statistics"),
        (("statistics", "sectors"), doubled, "statistics"),
        (("statistics", "themes"), without_last, "statistics"),
        (("statistics", "themes"), doubled, "statistics"),
        (("topics",), without_last, "topic_parts"),
        (("topics",), doubled, "topic_parts"),
        (("snapshot", "attendance", "present"), without_last, "snapshot_hash"),
        (("snapshot", "attendance", "present"), swapped, "snapshot_hash"),
        (("snapshot", "attendance", "present"), doubled, "snapshot_hash"),
        (FROZEN, without_last, "snapshot_hash"),
        (FROZEN, swapped, "snapshot_hash"),
        (FROZEN, doubled, "snapshot_hash"),
    ],
)  # fmt: skip
def test_what_the_system_wrote_is_named_whether_the_seal_is_made_anew_or_not(
    path: Path, change: Callable[[Any], Any], named: str
) -> None:
    content = changed(path, change)
    assert {"seal", named} <= codes(content)
    assert named in sealed_anew(content)


@pytest.mark.parametrize(
    ("path", "change", "named"),
    [
        ((*FROZEN, 0, "support"), one_more, "suggestion_tally"),
        ((*FROZEN, 0, "number"), one_more, "suggestion_number"),
        ((*FROZEN, 0, "author"), other_name, "suggestion_author"),
        ((*FROZEN, 0, "sector"), other_name, "suggestion_sector"),
        ((*FROZEN, 0, "status"), lambda _: "hidden", "suggestion_status"),
        ((*FROZEN, 0, "text_hash"), other_digit, "suggestion_text"),
        ((*FROZEN, 3, "merged_into"), one_more, "suggestion_merged"),
        (FROZEN, without_last, "suggestion_unknown"),
        (FROZEN, swapped, "suggestion_order"),
        (FROZEN, doubled, "suggestion_twice"),
        (("snapshot", "topics"), doubled, "topic_twice"),
        (("snapshot", "topics", 0, "title"), other_name, "topic_list"),
        (("snapshot", "attendance", "present"), without_last, "count"),
        (("snapshot", "attendance", "present", 0, "unit"), other_name, "statistics"),
    ],
)
def test_a_snapshot_that_is_frozen_anew_contradicts_what_is_printed(
    path: Path, change: Callable[[Any], Any], named: str
) -> None:
    assert named in frozen_anew(changed(path, change))


@pytest.mark.parametrize(
    ("path", "change"),
    [
        (("title",), other_name),
        (("opening", "remarks"), lambda text: f"{text}另"),
        (("opening", "host"), other_name),
        (("consensus", 0, "text"), other_name),
        ((*CITED, "text"), other_name),
        ((*CITED, "reworded"), lambda said: not said),
        ((*SECTION,), lambda rows: [rows[0], *reversed(rows[1:])]),
        (("responses", 0, "text"), other_name),
        (("responses",), swapped),
        (("assignments", 0, "item"), other_name),
        (("assignments", 0, "due"), lambda _: "2027-06-30"),
        (("assignments",), without_last),
        (("head", "number"), other_digit),
        (("head", "date"), lambda _: "2026-01-20"),
        (("head", "signed_by"), other_name),
        (("head", "replaces", "seal"), other_digit),
        (("head", "copied_to"), doubled),
        (("appendix", 38, "reason"), other_name),
        (("seal",), other_digit),
    ],
)
def test_what_people_wrote_is_guarded_by_the_seal(path: Path, change: Callable[[Any], Any]) -> None:
    assert codes(changed(path, change)) == {"seal"}


def places(value: Any, path: Path = ()) -> Iterator[Path]:
    """Every place in it."""
    yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield from places(inner, (*path, key))


PLACES = sorted((place for place in places(WHOLE) if place), key=repr)
LISTS = [place for place in PLACES if isinstance(at(WHOLE, place), list) and at(WHOLE, place)]
SEALED = frozenset(
    {"seal", "shape", "unknown_schema", "older_schema", "seal_missing", "draft_sealed", "missing_field"}
)


@settings(max_examples=150, deadline=None)
@given(
    place=st.sampled_from(PLACES),
    value=st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just([]) | st.just({}),
)
@example(place=("seal",), value="")
@example(place=("status",), value="draft")
@example(place=("opening", "counts", "sectors"), value=True)
def test_any_value_that_is_exchanged_is_found(place: Path, value: Any) -> None:
    before = at(WHOLE, place)
    assume(before != value or type(before) is not type(value))
    content = copy.deepcopy(WHOLE)
    put(content, place, value)
    assert codes(content) & (SEALED | {"other_writing"})


@settings(max_examples=100, deadline=None)
@given(place=st.sampled_from(PLACES), data=st.data())
def test_any_character_or_digit_that_is_exchanged_is_found(place: Path, data: st.DataObject) -> None:
    before = at(WHOLE, place)
    assume(isinstance(before, str | int) and type(before) is not bool and before != "")
    text = str(before)
    where = data.draw(st.integers(0, len(text) - 1))
    sign = data.draw(st.sampled_from("0123456789") if isinstance(before, int) else st.characters())
    assume(sign != text[where])
    after = f"{text[:where]}{sign}{text[where + 1 :]}"
    content = copy.deepcopy(WHOLE)
    put(content, place, int(after) if isinstance(before, int) else after)
    assume(at(content, place) != before)
    assert codes(content) & (SEALED | {"other_writing"})


@settings(max_examples=100, deadline=None)
@given(place=st.sampled_from(LISTS), data=st.data())
def test_any_row_that_is_left_out_moved_or_doubled_is_found(place: Path, data: st.DataObject) -> None:
    content = copy.deepcopy(WHOLE)
    rows = at(content, place)
    one = data.draw(st.integers(0, len(rows) - 1))
    match data.draw(st.sampled_from(("leave out", "double", "move"))):
        case "leave out":
            del rows[one]
        case "double":
            rows.insert(one, copy.deepcopy(rows[one]))
        case _:
            rows.insert(data.draw(st.integers(0, len(rows) - 1)), rows.pop(one))
    assume(content != WHOLE)
    assert codes(content) & SEALED


@settings(max_examples=60, deadline=None)
@given(place=st.sampled_from([place for place in PLACES if isinstance(place[-1], str)]))
def test_any_field_that_is_left_out_or_added_is_found(place: Path) -> None:
    lacking, having = copy.deepcopy(WHOLE), copy.deepcopy(WHOLE)
    del at(lacking, place[:-1])[place[-1]]
    at(having, place[:-1])["votes"] = 1
    assert codes(lacking) & SEALED
    assert codes(having) == {"unknown_field"}
