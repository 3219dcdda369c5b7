"""The client's rule: what is old is ignored, a gap is noticed, values are absolute."""

from __future__ import annotations

from typing import Any

import pytest

from jianyan.simulation.client import Answer, View
from jianyan.simulation.measures import Measures, percentile

PHASE = {"name": "open", "posting": True, "voting": True}
PEOPLE = {"here": 3, "posted": 1, "voted": 2}


def suggestion(number: int, support: int = 0, status: str = "published") -> dict[str, Any]:
    return {"id": number, "status": status, "text": "一条建言。", "tally": [support, 0, 0]}


def welcome(revision: int, *suggestions: dict[str, Any], full: bool = True, me: Any = None) -> dict[str, Any]:
    return {
        "revision": revision,
        "full": full,
        "phase": PHASE,
        "people": PEOPLE,
        "suggestions": list(suggestions),
        "me": me,
    }


def update(since: int, revision: int, **changes: Any) -> dict[str, Any]:
    return {"from": since, "revision": revision, "phase": PHASE, "people": PEOPLE, **changes}


@pytest.fixture
def view() -> View:
    view = View()
    view.take_welcome(welcome(10, suggestion(1, 4), suggestion(2)))
    return view


def test_a_welcome_is_the_whole_state(view: View) -> None:
    assert (view.revision, view.tallies, view.people) == (10, {1: [4, 0, 0], 2: [0, 0, 0]}, PEOPLE)


def test_a_full_welcome_begins_anew(view: View) -> None:
    view.take_welcome(welcome(3, suggestion(7)))
    assert (view.revision, list(view.suggestions)) == (3, [7])


def test_a_partial_welcome_adds_what_changed(view: View) -> None:
    me = {"votes": {"1": "support"}, "suggestions": [suggestion(9, status="pending")]}
    view.take_welcome(welcome(12, suggestion(2, 5), full=False, me=me))
    assert view.tallies == {1: [4, 0, 0], 2: [5, 0, 0]}
    assert view.votes == {1: "support"}
    assert list(view.own) == [9]


def test_an_older_partial_welcome_is_ignored(view: View) -> None:
    view.take_welcome(welcome(9, suggestion(2, 5), full=False))
    assert (view.revision, view.tallies[2]) == (10, [0, 0, 0])


def test_an_update_sets_absolute_tallies(view: View) -> None:
    assert view.take_update(update(10, 12, tallies=[[1, 6, 0, 0]]))
    assert (view.revision, view.tallies[1]) == (12, [6, 0, 0])


def test_an_old_update_is_ignored(view: View) -> None:
    assert view.take_update(update(8, 10, tallies=[[1, 1, 0, 0]]))
    assert view.tallies[1] == [4, 0, 0]


def test_an_update_after_a_gap_is_not_applied(view: View) -> None:
    assert not view.take_update(update(11, 12, tallies=[[1, 6, 0, 0]]))
    assert (view.revision, view.tallies[1]) == (10, [4, 0, 0])


def test_a_suggestion_that_is_no_longer_public_is_gone(view: View) -> None:
    assert view.take_update(update(10, 11, suggestions=[{"id": 1, "status": "hidden"}]))
    assert list(view.suggestions) == [2]
    assert list(view.tallies) == [2]


def test_a_percentile_is_a_value_that_was_measured() -> None:
    values = [5.0, 1.0, 3.0, 2.0, 4.0]
    assert [percentile(values, share) for share in (0.0, 0.5, 0.99, 1.0)] == [1.0, 3.0, 5.0, 5.0]
    assert percentile([], 0.5) == 0.0


def test_measures_keep_latencies_of_what_was_acknowledged_and_codes_of_the_rest() -> None:
    measures = Measures()
    for answer in (Answer("", 0.010), Answer("", 0.030), Answer("own_suggestion", 0.5)):
        measures.take(answer)
    assert measures.acknowledged == 2
    assert measures.refused == {"own_suggestion": 1}
    assert measures.milliseconds(0.5) == 10.0
