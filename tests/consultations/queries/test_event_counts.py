"""Which events count, and the larger of what was counted on paper and what rows say."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consultations.enums import OutcomeKind, Presence
from consultations.models import Attendance, Deliberation, EventRecord, Referral, Topic
from consultations.periods import Period, of_year
from consultations.queries.event_counts import EventCounts, counts_of, events_in
from jianyan.accounts.enums import BodyKind
from jianyan.accounts.models import Body, User
from tests.consultations.factories import HOUR, make_channel, make_deliberation, make_suggestion, make_topic
from tests.consultations.year_scene import AFTER, local, make_category, make_event, make_outcome
from tests.jianyan.accounts.factories import (
    County,
    make_body,
    make_county,
    make_member,
    make_moderator,
    make_secretary,
)

pytestmark = pytest.mark.django_db
YEAR = of_year(2025)


@dataclass(frozen=True)
class Scene:
    county: County
    hall: Body
    by: User


@pytest.fixture
def scene() -> Scene:
    county = make_county()
    hall = make_body("民生议事堂·云岭镇", BodyKind.HALL, parent=county.committee)
    return Scene(county, hall, make_secretary(county))


def titles(scene: Scene, period: Period = YEAR, **of: object) -> list[str]:
    found = events_in(of.pop("body", scene.county.committee), period, at=AFTER, **of)  # type: ignore[arg-type]
    return sorted(found.values_list("title", flat=True))


def counted(event: Deliberation) -> EventCounts:
    return counts_of(Deliberation.objects.filter(pk=event.pk))[event.pk]


def test_events_of_a_body_and_of_all_below_it_count_by_the_local_date(scene: Scene) -> None:
    make_event(scene.hall, "2025-01-01", scene.by, title="元旦")
    make_event(scene.county.committee, "2025-12-31", scene.by, title="除夕")
    make_event(scene.county.committee, "2026-01-01", scene.by, title="来年")
    make_event(scene.county.department, "2025-05-01", scene.by, title="别家")
    assert titles(scene) == ["元旦", "除夕"]
    assert titles(scene, body=scene.hall) == ["元旦"]
    assert titles(scene, period=YEAR.before()) == []


def test_what_was_held_together_counts_for_each_and_above_them_once(scene: Scene) -> None:
    sector, other, _third = scene.county.sectors
    make_event(scene.hall, "2025-03-01", scene.by, title="合办", co_hosts=[sector, other])
    assert titles(scene) == ["合办"]
    assert titles(scene, body=sector) == ["合办"]
    assert titles(scene, body=scene.county.special_committees[0]) == []


def test_an_event_counts_as_its_own_categories_and_without_any_as_its_channels(scene: Scene) -> None:
    channel = make_channel("读书活动", "reading")
    channel.categories.add(make_category("reading"))
    make_event(scene.hall, "2025-03-01", scene.by, title="渠道的", channel=channel)
    make_event(scene.hall, "2025-03-02", scene.by, title="自己的", channel=channel, categories=["study"])
    make_event(scene.hall, "2025-03-03", scene.by, title="两样", categories=["study", "reading"])
    assert titles(scene, category="reading") == ["两样", "渠道的"]
    assert titles(scene, category="study") == ["两样", "自己的"]
    assert titles(scene, category="nothing") == []


def test_a_record_that_was_taken_out_counts_no_more_nor_do_its_co_hosts(scene: Scene) -> None:
    event = make_event(scene.hall, "2025-03-01", scene.by, attendance=7, co_hosts=[scene.county.sectors[0]])
    EventRecord.objects.filter(deliberation=event).update(withdrawn_at=AFTER)
    assert titles(scene) == []
    assert titles(scene, body=scene.county.sectors[0]) == []
    assert counted(event) == EventCounts(0, 0, 0, 0)


def test_what_is_entered_beforehand_counts_from_its_day(scene: Scene) -> None:
    make_event(scene.hall, "2025-03-01", scene.by)
    committee = scene.county.committee
    assert not events_in(committee, YEAR, at=local("2025-03-01", 8)).exists()
    assert events_in(committee, YEAR, at=local("2025-03-01", 9)).exists()


def test_a_deliberation_with_topics_counts_once_it_was_announced_and_is_over(scene: Scene) -> None:
    opens = local("2025-04-01", 14)
    topic = make_topic(scene.county, opens_at=opens)
    committee = scene.county.committee
    assert not events_in(committee, YEAR, at=opens + dt.timedelta(minutes=59)).exists()
    assert events_in(committee, YEAR, at=opens + HOUR).exists()
    # Extended: it is not over when the deliberation was to end.
    Topic.objects.filter(pk=topic.pk).update(closes_at=opens + 2 * HOUR)
    assert not events_in(committee, YEAR, at=opens + HOUR).exists()
    Topic.objects.filter(pk=topic.pk).update(announced_at=None, closes_at=opens + HOUR)
    assert not events_in(committee, YEAR, at=AFTER).exists()


def test_a_deliberation_without_topics_or_record_did_not_take_place(scene: Scene) -> None:
    make_deliberation(scene.county, starts_at=local("2025-04-01"), ends_at=local("2025-04-01", 10))
    assert titles(scene) == []


def test_what_was_counted_on_paper_counts_where_rows_are_fewer(scene: Scene) -> None:
    event = make_event(
        scene.hall, "2025-03-01", scene.by, attendance=30, statements=12, accepted=3, resolved=2
    )
    person = make_member(scene.county)
    Attendance.objects.create(deliberation=event, user=person, presence=Presence.PRESENT)
    assert counted(event) == EventCounts(attendance=30, statements=12, accepted=3, resolved=2)


def test_attendances_count_guests_and_observers_but_nobody_on_leave(scene: Scene) -> None:
    event = make_event(scene.hall, "2025-03-01", scene.by, attendance=1)
    names = ("林栖云", "罗小满", "顾南枝", "未到者")
    stood = (Presence.PRESENT, Presence.OBSERVER, Presence.ON_LEAVE, "")
    for name, presence in zip(names, stood, strict=True):
        Attendance.objects.create(deliberation=event, user=make_member(scene.county, name), presence=presence)
    Attendance.objects.create(deliberation=event, guest_name="来宾", presence=Presence.OBSERVER)
    assert counted(event).attendance == 3


def test_public_suggestions_of_all_topics_are_statements(scene: Scene) -> None:
    opens = local("2025-04-01", 14)
    first = make_topic(scene.county, opens_at=opens)
    second = make_topic(scene.county, opens_at=opens, deliberation=first.deliberation, position=2)
    moderator = make_moderator(scene.county)
    make_suggestion(first, make_member(scene.county, "林栖云"), publish_by=moderator)
    make_suggestion(first, make_member(scene.county, "罗小满"))
    make_suggestion(second, make_member(scene.county, "顾南枝"), publish_by=moderator)
    assert counted(first.deliberation) == EventCounts(
        attendance=0, statements=2, accepted=0, resolved=0, suggestions=2
    )


def test_an_outcome_counts_once_however_it_leads_to_the_event(scene: Scene) -> None:
    opens = local("2025-04-01", 14)
    topic = make_topic(scene.county, opens_at=opens)
    suggestion = make_suggestion(topic, make_member(scene.county), publish_by=make_moderator(scene.county))
    event, committee = topic.deliberation, scene.county.committee
    referral = Referral.objects.create(
        deliberation=event,
        item="错时开放",
        due=dt.date(2025, 7, 1),
        first_due=dt.date(2025, 7, 1),
        issued_at=timezone.now(),
        issued_by=scene.by,
    )
    make_outcome(
        committee,
        scene.by,
        covers=[{"suggestion": suggestion}, {"referral": referral}, {"deliberation": event}],
    )
    solved = {"kind": OutcomeKind.RESOLVED, "covers": [{"referral": referral}]}
    make_outcome(committee, scene.by, **solved)  # type: ignore[arg-type]
    make_outcome(committee, scene.by, **solved, withdrawn_at=AFTER)  # type: ignore[arg-type]
    assert counted(event) == EventCounts(attendance=0, statements=1, accepted=1, resolved=1, suggestions=1)


@pytest.mark.parametrize("number", [1, 3])
def test_four_queries_whatever_the_number(scene: Scene, number: int) -> None:
    for day in range(1, number + 1):
        make_event(scene.hall, f"2025-03-0{day}", scene.by, attendance=day)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        found = counts_of(events_in(scene.county.committee, YEAR, at=AFTER))
    assert sum(counts.attendance for counts in found.values()) == number * (number + 1) // 2
    assert len(asked) == 4
