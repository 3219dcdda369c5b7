"""Indicators as data: the standard ones are whole, and parameters that a measure does not know are refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from consultations.enums import Measure, ReportPart
from consultations.errors import BadIndicator
from consultations.indicators import check, standard_indicators
from tests.consultations.year_scene import OFFLINE_YEAR

CATEGORIES = json.loads((OFFLINE_YEAR.parents[4] / "consultations/data/categories.json").read_text("utf-8"))


def test_the_standard_ones_hold_every_figure_of_the_demo_year_and_name_known_categories() -> None:
    rules = standard_indicators("zh-hans")
    expected = json.loads(OFFLINE_YEAR.read_text("utf-8"))["expected"]
    slugs = [rule.slug for rule in rules]
    assert len(slugs) == len(set(slugs))
    assert set(expected) <= set(slugs)
    assert {rule.category for rule in rules} - {None} == {one["slug"] for one in CATEGORIES}
    assert {rule.part for rule in rules} == set(ReportPart)


def test_they_are_the_same_in_both_languages_but_for_their_words() -> None:
    chinese, english = standard_indicators("zh-hans"), standard_indicators("en")
    for one, other in zip(chinese, english, strict=True):
        assert (one.slug, one.measure, one.parameters) == (other.slug, other.measure, other.parameters)
        assert one.name != other.name
        assert one.counts != other.counts
        assert other.name.isascii()


@pytest.mark.parametrize(
    ("measure", "category", "parameters", "possible"),
    [
        (Measure.EVENTS, "reading", {"kinds": ["adopted"]}, "kinds: –"),
        (Measure.OUTCOMES, None, {"kind": ["adopted"]}, "kind: amount_of, kinds, levels"),
        (
            Measure.OUTCOMES,
            None,
            {"kinds": []},
            "kinds: [adopted, converted, instruction, reported, resolved]",
        ),
        (Measure.OUTCOMES, None, {"levels": ["moon"]}, "levels: [city, county, nation, province, town]"),
        (Measure.ITEMS, None, {"kinds": "instruction"}, "kinds: [adopted"),
        (Measure.ITEMS, None, {"kinds": [1]}, "kinds: [adopted"),
        (Measure.AMOUNT, None, {"amount_of": " "}, "amount_of: “…”"),
        (Measure.AMOUNT, None, {"amount_of": 3}, "amount_of: “…”"),
        (Measure.PERSONS, None, {"who": ["everybody"]}, "who: [members]"),
        (Measure.SUBMISSIONS, "reading", {}, "submissions: –"),
        (Measure.VOTES, None, [], "{}"),
    ],
)
def test_what_a_measure_does_not_know_is_refused_with_what_is_possible(
    measure: Measure, category: str | None, parameters: Any, possible: str
) -> None:
    with pytest.raises(BadIndicator) as refused:
        check("mine", measure, category, parameters)
    assert refused.value.code == "bad_indicator"
    assert "mine" in refused.value.message
    assert possible in refused.value.message


@pytest.mark.parametrize("measure", list(Measure))
def test_every_measure_may_be_unrestricted(measure: Measure) -> None:
    check("mine", measure, None, {})


def test_the_document_says_what_every_measure_counts_and_may_be_restricted_to() -> None:
    text = (OFFLINE_YEAR.parents[4] / "docs/indicators.md").read_text("utf-8")
    told = {line.split("`")[1]: line for line in text.splitlines() if line.startswith("| `")}
    assert set(told) == set(Measure.values)
    for measure in Measure:
        with pytest.raises(BadIndicator) as refused:
            check("mine", measure, None, {"nothing": 1})
        _name, _colon, possible = str(refused.value.params["detail"]).partition(": ")
        for name in possible.split(", "):
            assert name == "–" or f"`{name}" in told[measure.value]
