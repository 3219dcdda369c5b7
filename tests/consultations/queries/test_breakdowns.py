"""The same events by month, channel, host and sector."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from consultations.enums import Presence
from consultations.models import Attendance
from consultations.periods import Period, of_year
from consultations.queries.breakdowns import By, Share, breakdown, breakdowns
from jianyan.accounts.models import Membership
from tests.consultations.factories import make_channel, make_suggestion, make_topic
from tests.consultations.year_scene import AFTER, local, make_event
from tests.jianyan.accounts.factories import (
    County,
    make_county,
    make_member,
    make_membership,
    make_moderator,
    make_secretary,
)

pytestmark = pytest.mark.django_db
YEAR = of_year(2025)


def rows(county: County, by: By, period: Period = YEAR) -> list[tuple[str, int, int, int, int | None]]:
    return [
        (share.name, share.events, share.attendance, share.statements, share.persons)
        for share in breakdown(by, county.committee, period, at=AFTER).rows
    ]


def test_every_month_has_a_row_by_the_local_date() -> None:
    county = make_county()
    by = make_secretary(county)
    make_event(county.committee, "2025-01-01", by, attendance=3, statements=1)
    make_event(county.committee, "2025-01-31", by, attendance=4)
    make_event(county.committee, "2025-03-01", by, attendance=5)
    found = breakdown(By.MONTH, county.committee, YEAR, at=AFTER).rows
    assert [share.key for share in found] == [f"2025-{month:02d}-01" for month in range(1, 13)]
    assert found[:3] == (
        Share("2025-01-01", "2025年1月", 2, 7, 1),
        Share("2025-02-01", "2025年2月", 0, 0, 0),
        Share("2025-03-01", "2025年3月", 1, 5, 0),
    )


def test_a_part_of_a_month_is_a_row_as_well() -> None:
    county = make_county()
    make_event(county.committee, "2025-03-20", make_secretary(county))
    period = Period(dt.date(2025, 2, 28), dt.date(2025, 3, 1))
    assert [name for name, *_counted in rows(county, By.MONTH, period)] == ["2025年2月", "2025年3月"]
    assert sum(events for _name, events, *_counted in rows(county, By.MONTH, period)) == 0


def test_channels_stand_in_their_order_and_hosts_by_how_much_they_held() -> None:
    county = make_county()
    by, sector = make_secretary(county), county.sectors[0]
    make_event(sector, "2025-03-01", by, channel=make_channel("读书活动", "reading"), attendance=2)
    make_event(sector, "2025-03-02", by, channel=make_channel("议事堂", "hall"), attendance=3)
    make_event(
        county.committee, "2025-03-03", by, channel=make_channel("读书活动", "reading"), co_hosts=[sector]
    )
    assert rows(county, By.CHANNEL) == [("读书活动", 2, 2, 0, None), ("议事堂", 1, 3, 0, None)]
    assert rows(county, By.BODY) == [("文艺界", 2, 5, 0, None), ("县政协", 1, 0, 0, None)]


def test_who_changes_sector_in_june_counts_where_they_were_then() -> None:
    county = make_county()
    by = make_secretary(county)
    arts, economy, _third = county.sectors
    person = make_member(county, sector=arts)
    Membership.objects.filter(user=person, body=arts).update(until=dt.date(2025, 6, 14))
    make_membership(person, economy, since=dt.date(2025, 6, 15))
    steady = make_member(county, "罗小满", sector=arts)
    for day, people in (
        ("2025-06-14", (person, steady)),
        ("2025-06-15", (person,)),
        ("2025-09-01", (person,)),
    ):
        event = make_event(county.committee, day, by, attendance=0)
        for one in people:
            Attendance.objects.create(deliberation=event, user=one, presence=Presence.PRESENT)
    assert rows(county, By.SECTOR) == [("文艺界", 1, 2, 0, 2), ("经济界", 2, 2, 0, 1)]


def test_a_year_that_is_half_another_term_counts_both_and_persons_once() -> None:
    county = make_county()
    by = make_secretary(county)
    person = make_member(county)
    arts = county.sectors[0]
    Membership.objects.filter(user=person).update(until=dt.date(2025, 6, 30))
    make_membership(person, county.committee, term="第十一届", since=dt.date(2025, 7, 1))
    make_membership(person, arts, term="第十一届", since=dt.date(2025, 7, 1))
    for day in ("2025-06-30", "2025-07-01"):
        event = make_event(county.committee, day, by)
        Attendance.objects.create(deliberation=event, user=person, presence=Presence.PRESENT)
    assert rows(county, By.SECTOR) == [("文艺界", 2, 2, 0, 1)]


def test_what_has_no_sector_and_what_is_not_listed_stand_last_so_that_all_adds_up() -> None:
    county = make_county()
    by = make_secretary(county)
    event = make_event(county.committee, "2025-03-01", by, attendance=10, statements=4)
    Attendance.objects.create(deliberation=event, user=by, presence=Presence.OBSERVER)
    Attendance.objects.create(deliberation=event, guest_name="来宾", presence=Presence.PRESENT)
    topic = make_topic(county, opens_at=local("2025-04-01"))
    make_suggestion(topic, make_member(county), publish_by=make_moderator(county))
    assert rows(county, By.SECTOR) == [
        ("文艺界", 0, 0, 1, 0),
        ("未列界别", 1, 1, 0, 1),
        ("未列名", 0, 9, 4, 0),
    ]


@pytest.mark.parametrize("number", [1, 3])
def test_all_of_them_take_thirteen_queries_whatever_the_number(
    number: int, django_assert_num_queries: Any
) -> None:
    county = make_county()
    by = make_secretary(county)
    for day in range(1, number + 1):
        event = make_event(county.committee, f"2025-03-0{day}", by)
        person = make_member(county, f"委员{day}", sector=county.sectors[day % 3])
        Attendance.objects.create(deliberation=event, user=person, presence=Presence.PRESENT)
    with django_assert_num_queries(13):
        found = breakdowns(county.committee, YEAR, at=AFTER)
    assert [sum(share.attendance for share in one.rows) for one in found] == [number] * 4
