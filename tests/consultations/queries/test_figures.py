"""The figures of a report: what comes out of the demo's year, and what each measure counts."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from consultations.periods import of_year
from consultations.queries.figures import Figure, figures
from jianyan.accounts.models import Body
from tests.consultations.year_scene import AFTER, load_offline_year
from tests.jianyan.accounts.factories import make_county, make_secretary

pytestmark = pytest.mark.django_db
YEAR = of_year(2025)


def by_slug(body: Body, at: dt.datetime = AFTER, **of: Any) -> dict[str, Figure]:
    return {figure.slug: figure for figure in figures(body, of.pop("period", YEAR), at=at, **of)}


def test_every_figure_and_phrase_of_the_demo_year_comes_out(django_assert_num_queries: Any) -> None:
    county = make_county()
    expected = load_offline_year(county.committee, make_secretary(county))
    with django_assert_num_queries(20):
        found = by_slug(county.committee)
    told = {slug: (one["value"], one["printed"]) for slug, one in expected.items()}
    assert len(told) == 19
    assert {slug: (found[slug].value, found[slug].printed) for slug in told} == told
