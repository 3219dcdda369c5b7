"""The list of a body's records: who is in it, in which order, counted where they were; in few queries."""

from __future__ import annotations

import dataclasses

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consultations.actions.record_freezing import freeze_year
from consultations.queries.member_records import RecordsPage, records_page
from jianyan.accounts.enums import Role
from tests.consultations.record_scene import (
    NOW,
    YEAR,
    Year,
    attend,
    make_closed_topic,
    make_event,
    make_idea,
    make_year,
    noon,
    switch_on,
)
from tests.jianyan.accounts.factories import make_member, make_membership, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Year:
    return make_year()


# One query is for the roles of the secretary.
def listed(scene: Year, year: int = YEAR, *, sector: int | None = None, number: int = 1) -> RecordsPage:
    return records_page(scene.county.committee, year, scene.by, sector=sector, number=number, at=NOW)


def test_members_stand_in_the_order_of_strokes_whatever_they_have_done(scene: Year) -> None:
    make_member(scene.county, "丁一")
    attend(scene.luo, make_event(scene, "读书", noon(3, 3)))
    switch_on(scene)
    assert [line.name for line in listed(scene).lines] == ["丁一", "林栖云", "罗小满", "顾南枝"]


def test_who_was_a_member_for_half_the_year_is_in_it_and_not_in_the_next(scene: Year) -> None:
    assert "顾南枝" in [line.name for line in listed(scene).lines]
    assert "顾南枝" not in [line.name for line in listed(scene, YEAR + 1).lines]
    assert listed(scene, 2021).lines == ()


def test_staff_and_members_of_other_bodies_are_not_in_it(scene: Year) -> None:
    make_membership(make_user("韦青"), scene.county.department)
    assert [line.name for line in listed(scene).lines] == ["林栖云", "罗小满", "顾南枝"]
    make_membership(scene.secretary, scene.county.committee, Role.MEMBER)
    assert len(listed(scene).lines) == 4


def test_a_sector_counts_what_was_done_in_it(scene: Year) -> None:
    first, second, third = scene.county.sectors
    attend(scene.lin, make_event(scene, "三月", noon(3, 3)))
    attend(scene.lin, make_event(scene, "九月", noon(9, 3)))
    by_sector = {
        sector.name: [(line.name, line.totals.present) for line in listed(scene, sector=sector.pk).lines]
        for sector in (first, second, third)
    }
    assert by_sector == {
        "文艺界": [("林栖云", 1)],
        "经济界": [("林栖云", 1), ("罗小满", 0)],
        "教育界": [("顾南枝", 0)],
    }
    assert [line.totals.present for line in listed(scene).lines] == [2, 0, 0]
    assert listed(scene, sector=10**9).sector is None


def test_the_list_is_paged(scene: Year) -> None:
    for number in range(55):
        make_member(scene.county, f"委员{number:02d}")
    first, last = listed(scene), listed(scene, number=99)
    assert (first.count, len(first.lines), first.last) == (58, 50, 2)
    assert (last.number, len(last.lines)) == (2, 8)


def test_the_list_takes_the_same_few_queries_for_one_member_and_for_many(scene: Year) -> None:
    switch_on(scene)
    counts = []
    for number in range(3):
        one = make_member(scene.county, f"丁{number}")
        for day in range(1, 4):
            attend(one, make_event(scene, f"读书{number}-{day}", noon(3, day)))
        make_idea(make_closed_topic(scene, f"停车{number}", noon(4, 3)), one)
        with CaptureQueriesContext(connection) as captured:
            page = listed(scene)
        counts.append(len(captured))
    assert (counts, len(page.lines)) == ([16, 16, 16], 6)


def test_a_frozen_list_says_what_the_live_one_said(scene: Year) -> None:
    attend(scene.lin, make_event(scene, "三月", noon(3, 3)))
    make_idea(make_closed_topic(scene, "停车", noon(4, 3)), scene.luo, scene.lin)
    switch_on(scene)
    pages = [(listed(scene), listed(scene, sector=scene.county.sectors[0].pk))]
    freeze_year(body_id=scene.county.committee.pk, year=YEAR, by=scene.by, at=NOW)
    attend(scene.lin, make_event(scene, "迟录", noon(5, 3)))
    with CaptureQueriesContext(connection) as captured:
        frozen = listed(scene)
    pages.append((frozen, listed(scene, sector=scene.county.sectors[0].pk)))
    live, kept = (tuple(dataclasses.replace(page, frozen=None) for page in pair) for pair in pages)
    assert (live, len(captured)) == (kept, 7)
