"""Which indicators are in force: the nearest body's before the standard's, and the latest that is not after the year."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from consultations.enums import Measure, ReportPart, Unit
from consultations.errors import BadIndicator
from consultations.indicators import IndicatorRule, standard_indicators
from consultations.models import Indicator
from consultations.queries.indicators import indicators_of
from jianyan.accounts.models import Body
from tests.consultations.year_scene import make_category
from tests.jianyan.accounts.factories import County, make_county

pytestmark = pytest.mark.django_db


@pytest.fixture
def county() -> County:
    return make_county()


def make_indicator(body: Body | None, since: int, name: str, **fields: Any) -> Indicator:
    return Indicator.objects.create(
        body=body,
        since=since,
        name=name,
        **{
            "slug": "consultations",
            "part": ReportPart.CONSULTATION,
            "measure": Measure.EVENTS,
            "unit": Unit.TIMES,
            "counts": "本会自定",
            **fields,
        },
    )


def in_force(body: Body, year: int, slug: str = "consultations") -> IndicatorRule:
    (found,) = (rule for rule in indicators_of(body, year) if rule.slug == slug)
    return found


def test_without_any_of_its_own_a_body_has_the_standard_ones_in_one_query(
    county: County, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        found = indicators_of(county.committee, 2025)
    assert {rule.slug for rule in found} == {rule.slug for rule in standard_indicators("zh-hans")}
    parts = list(ReportPart)
    places = [parts.index(rule.part) for rule in found]
    assert places == sorted(places)


def test_the_latest_that_is_not_after_the_year_is_in_force(county: County) -> None:
    make_indicator(county.committee, 2023, "旧口径")
    make_indicator(county.committee, 2025, "新口径", category=make_category("consultations"))
    assert in_force(county.committee, 2022).name == "各类协商活动"
    assert in_force(county.committee, 2024).name == "旧口径"
    rule = in_force(county.committee, 2026)
    assert (rule.name, rule.since, rule.own, rule.category) == ("新口径", 2025, "县政协", "consultations")


def test_the_nearest_bodys_stands_before_those_above_and_the_standard(county: County) -> None:
    special = county.special_committees[0]
    make_indicator(None, 2021, "通用")
    assert in_force(special, 2025).name == "通用"
    make_indicator(county.committee, 2020, "县里的")
    assert in_force(special, 2025).name == "县里的"
    make_indicator(special, 2020, "自己的")
    assert in_force(special, 2025).name == "自己的"
    assert in_force(county.committee, 2025).name == "县里的"
    assert in_force(county.department, 2025).name == "通用"


def test_a_further_one_of_a_body_is_in_its_report_alone(county: County) -> None:
    make_indicator(county.committee, 2025, "宣讲", slug="lectures")
    assert in_force(county.committee, 2025, "lectures").name == "宣讲"
    assert "lectures" not in {rule.slug for rule in indicators_of(county.department, 2025)}


def test_before_the_first_year_of_any_rule_there_are_none(county: County) -> None:
    assert indicators_of(county.committee, 2019) == ()


def test_one_that_cannot_be_counted_is_refused_when_it_is_entered_and_when_it_is_read(county: County) -> None:
    wrong = make_indicator(county.committee, 2025, "错", parameters={"levels": ["moon"]})
    with pytest.raises(ValidationError, match="consultations"):
        wrong.full_clean()
    with pytest.raises(BadIndicator):
        indicators_of(county.committee, 2025)
    make_indicator(county.committee, 2024, "对", slug="right").full_clean()
