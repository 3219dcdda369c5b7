"""The floor that docs/duplicates.md promises. Nothing here is timed: the same figures on every machine."""

from __future__ import annotations

from functools import partial

import pytest

from consultations.similarity import DEFAULT, HINT_FROM, Index
from tests.evaluation.duplicates import (
    SETTINGS,
    Outcome,
    ask,
    cross_validated,
    demonstration,
    shipped,
)
from tests.evaluation.labelled import Pair, pairs, texts_of
from tests.evaluation.plain import Plain


@pytest.fixture(scope="module")
def held_out() -> Outcome:
    among = pairs()
    texts = texts_of(among)
    return cross_validated(among, [ask(Index.from_texts(texts, each), among) for each in SETTINGS])[0]


def test_on_pairs_that_nothing_was_chosen_on_the_floor_holds(held_out: Outcome) -> None:
    assert len(held_out.hinted) == 160
    assert held_out.recall(3) >= 0.85
    assert held_out.hints("different") < 0.05
    assert held_out.f1 >= 0.7


def test_it_is_better_than_bigrams_alone(held_out: Outcome) -> None:
    among = pairs()
    plain = cross_validated(among, [ask(Plain(texts_of(among)), among)])[0]
    assert plain.recall(3) == pytest.approx(0.733, abs=0.001)
    assert held_out.recall(3) > plain.recall(3)
    assert held_out.f1 > plain.f1


def test_as_shipped_it_keeps_the_promise_too() -> None:
    outcome = shipped(pairs())
    assert outcome.recall(3) >= 0.85
    assert outcome.hints("different") < 0.05
    assert outcome.precision >= 0.65
    assert outcome.hints("duplicate") >= 0.75


def test_in_topics_of_their_own_suggestions_are_found_and_others_left_alone() -> None:
    hall = demonstration(partial(Index.from_texts, settings=DEFAULT), HINT_FROM)
    assert hall.recall >= 0.85
    assert hall.hinted_other[0] < 0.005 * hall.hinted_other[1]
    assert hall.themes_right > 3 * hall.themes_wrong


def test_what_is_measured_is_measured_rightly() -> None:
    """Places count from the nearest other one; a fold is judged by what was chosen without it."""
    among = (
        Pair("机关停车场夜间开放", "夜间开放机关停车场", "duplicate", "停车：易；词序"),
        Pair("古镇演折子戏", "茶园装气象站", "different", "文旅/茶：无关"),
    )
    answers = ask(Index.from_texts(texts_of(among)), among)
    assert answers.places == ((1, 1), (None, None))
    outcome = Outcome()
    outcome.add((0, 1), among, answers, hint_from=0.5)
    assert (outcome.recall(1), outcome.recall(3, "易"), outcome.recall(3, "难")) == (1.0, 1.0, 0.0)
    assert (outcome.hints("duplicate"), outcome.hints("different"), outcome.precision, outcome.f1) == (
        1,
        0,
        1,
        1,
    )
